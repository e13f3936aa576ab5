// How collections are kept in files: one at a time, each commit whole or not at all.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import {
  fileNameOf,
  nameOfFile,
  openFiles,
  nodeFiles,
  openOpfs,
  CollectionLog,
  latestManifest,
  sealedJson,
  Leafcutter,
  room,
  open,
} from "./kept-files.mjs";
import { fakeModel, temporaryFolder } from "./support.mjs";

const bytesOf = (text) => new TextEncoder().encode(text);

const ids = async (collection) => (await collection.documents()).map(({ id }) => id);

test("names become file names that differ wherever the names do", () => {
  for (const name of ["notes", "Notes", "a/b", "..", ".", "a%2fb", "über", "notes ", "🐜", "con", "-", "manifest"]) {
    const file = fileNameOf(name);
    assert.match(file, /^[a-z0-9_%-]+$/);
    assert.equal(nameOfFile(file), name);
  }
  assert.equal(nameOfFile("not%zz"), undefined);
  assert.equal(nameOfFile("Notes"), undefined);
  for (const name of ["", "x".repeat(201), "\ud800"]) assert.throws(() => fileNameOf(name), { code: "invalid-option" });
});

test("a collection in a directory is there again, and others beside it are not touched", async (t) => {
  const directory = await temporaryFolder();
  const first = await open(t, directory);
  await first.add([{ id: "a", text: "one" }]);
  await first.add([{ id: "b", text: "two" }]);
  await first.remove(["a"]);
  const { storage } = await first.stats();
  assert.equal(storage.kind, "files");
  assert(storage.bytes > 0 && storage.files >= 1);
  await first.close();
  const other = await open(t, directory, { name: "other" });
  assert.deepEqual(await ids(other), []);
  await other.add([{ id: "c", text: "three" }]);
  assert.deepEqual(await ids(await open(t, directory)), ["b"]);
  assert.deepEqual(await Leafcutter.list({ storage: { directory } }), ["notes", "other"]);
  await Leafcutter.delete("notes", { storage: { directory } });
  assert.deepEqual(await Leafcutter.list({ storage: { directory } }), ["other"]);
  assert.deepEqual(await ids(await open(t, directory)), []);
  assert.deepEqual(await ids(other), ["c"]);
});

test("nothing is kept in memory, which is the default in Node", async (t) => {
  const collection = await Leafcutter.open({ name: "notes", model: fakeModel });
  t.after(() => collection.close());
  await collection.add([{ id: "a", text: "one" }]);
  assert.deepEqual((await collection.stats()).storage, { kind: "memory", bytes: 0, files: 0 });
  await assert.rejects(Leafcutter.open({ name: "a", model: fakeModel, storage: "persistent" }), {
    code: "storage-failed",
  });
});

test("two who have it open change it in turns, and each sees what the other did", async (t) => {
  const directory = await temporaryFolder();
  const [one, two] = [await open(t, directory), await open(t, directory)];
  const adding = [];
  for (let index = 0; index < 20; index++) {
    adding.push((index % 2 ? one : two).add([{ id: `${index}`, text: `number ${index}` }]));
  }
  await Promise.all(adding);
  assert.equal((await ids(one)).length, 20);
  assert.deepEqual(await ids(one), await ids(two));
  await one.remove(["7"]);
  assert.equal((await ids(two)).length, 19);
  await Leafcutter.delete("notes", { storage: { directory } });
  assert.deepEqual(await ids(two), []);
  await two.add([{ id: "new", text: "again" }]);
  assert.deepEqual(await ids(one), ["new"]);
});

test("a log that has grown long becomes one file, and those who read it go on", async (t) => {
  const directory = await temporaryFolder();
  const [writer, reader] = [await open(t, directory), await open(t, directory)];
  for (let index = 0; index < 80; index++) {
    await writer.add([{ id: `${index}`, text: `number ${index}` }]);
    if (index % 9 === 0) assert.equal((await ids(reader)).length, index + 1);
  }
  await writer.close();
  const files = await readdir(path.join(directory, "notes"));
  assert(files.length < 36, files.join(" "));
  assert.equal((await ids(await open(t, directory))).length, 80);
  assert.equal((await ids(reader)).length, 80);
});

test("an import takes the place of what is kept", async (t) => {
  const directory = await temporaryFolder();
  const before = await open(t, directory);
  await before.add([{ id: "a", text: "one" }]);
  const other = await Leafcutter.open({ name: "other", model: fakeModel });
  t.after(() => other.close());
  await other.add([{ id: "z", text: "last" }]);
  const options = { name: "notes", model: fakeModel, storage: { directory } };
  const imported = await Leafcutter.import(await other.export(), options);
  t.after(() => imported.close());
  assert.deepEqual(await ids(before), ["z"]);
  await imported.add([{ id: "y", text: "and another" }]);
  assert.deepEqual(await ids(await open(t, directory)), ["z", "y"]);
});

test("what cannot be opened is refused, or replaced where the caller says so", async (t) => {
  const directory = await temporaryFolder();
  const first = await open(t, directory);
  await first.add([{ id: "a", text: "one" }]);
  await first.close();
  const model = { files: { ...fakeModel.files, weights: new Uint8Array(9) } };
  await assert.rejects(open(t, directory, { model }), { code: "index-identity" });
  assert.deepEqual(await ids(await open(t, directory)), ["a"]);
  const replaced = await open(t, directory, { model, onUnreadable: "replace" });
  assert.deepEqual(await ids(replaced), []);
  await replaced.add([{ id: "b", text: "two" }]);
  await replaced.close();
  await assert.rejects(open(t, directory), { code: "index-identity" });
  for (const damage of ["manifest", /^whole/]) {
    for (const file of await readdir(path.join(directory, "notes"))) {
      if (file.match(damage)) await writeFile(path.join(directory, "notes", file), "damaged");
    }
    await assert.rejects(open(t, directory, { model }));
  }
});

test("what another has put in place of what cannot be opened is not replaced again", async (t) => {
  const [directory, elsewhere] = [await temporaryFolder(), await temporaryFolder()];
  const model = { files: { ...fakeModel.files, weights: new Uint8Array(9) } };
  const first = await open(t, directory);
  await first.add([{ id: "a", text: "one" }]);
  await first.close();
  const second = await open(t, elsewhere, { model });
  await second.add([{ id: "b", text: "two" }]);
  await second.close();
  const opening = await openFiles(nodeFiles(), directory).exclusive("notes", async () => {
    const opening = open(t, directory, { model, onUnreadable: "replace" });
    // It has found that it cannot open what is there, and waits for its turn.
    await new Promise((resolve) => setTimeout(resolve, 500));
    const folder = path.join(directory, "notes");
    await rm(folder, { recursive: true });
    await cp(path.join(elsewhere, "notes"), folder, { recursive: true });
    return { opening };
  });
  assert.deepEqual(await ids(await opening.opening), ["b"]);
});

test("a write that fails is a typed error, the last commit stands, and nothing half written stays", async (t) => {
  const { room: notes } = await room();
  const log = new CollectionLog(notes);
  await log.news();
  await log.commit(bytesOf("first"));
  const failing = (method, error) => {
    const fail = async (name) => {
      if (method === "write") await notes.write(name, bytesOf("ha"));
      throw error;
    };
    const get = (_, name) => (name === method ? fail : notes[name].bind?.(notes));
    return new CollectionLog(new Proxy({}, { get: (_, name) => (name === "firstMayTear" ? false : get(_, name)) }));
  };
  const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  const broken = Object.assign(new Error("input/output error"), { code: "EIO" });
  for (const [method, error, code] of [
    ["write", full, "storage-full"],
    ["switchManifest", full, "storage-full"],
    ["switchManifest", broken, "storage-failed"],
  ]) {
    const log = failing(method, error);
    const news = await log.news();
    log.accept(news.manifest);
    await assert.rejects(log.commit(bytesOf("second")), { code });
    assert.equal((await notes.list()).length, 1, method);
  }
  const again = new CollectionLog(notes);
  const { files } = await again.news();
  assert.deepEqual(
    files.map((file) => new TextDecoder().decode(file)),
    ["first"],
  );
});

test("of two manifests the last sound one counts", async () => {
  const { room: notes } = await room();
  const log = new CollectionLog(notes);
  await log.news();
  await log.commit(bytesOf("first"));
  const [older] = await notes.readManifests();
  await log.commit(bytesOf("second"));
  const [newer] = await notes.readManifests();
  assert.equal(latestManifest([older, newer]).commit, 2);
  for (let length = 0; length < newer.length; length++) {
    assert.equal(latestManifest([newer.slice(0, length), older]).commit, 1, `cut at ${length}`);
  }
  for (let at = 0; at < newer.length; at++) {
    const changed = newer.slice();
    changed[at] ^= 0x20;
    assert.equal(latestManifest([older, changed]).commit, 1, `byte ${at}`);
  }
});

test("indexes of a commit that is not the last one are not kept", async () => {
  const { room: notes } = await room();
  const [one, two] = [new CollectionLog(notes), new CollectionLog(notes)];
  await one.commit(bytesOf("first"));
  two.accept((await two.news()).manifest);
  await two.commit(bytesOf("second"));
  await two.keepIndexes(() => bytesOf("indexes"));
  const kept = async () => (await notes.list()).map(({ name }) => name).filter((name) => name.startsWith("indexes-"));
  const names = await kept();
  assert.equal(names.length, 1);
  await one.keepIndexes(() => assert.fail("they are of the commit before"));
  assert.deepEqual(await kept(), names);
});

/** What a browser has for files, as far as it is used, in memory. `fail` is asked before each write. */
function fakeOpfs(t, fail = () => {}) {
  const missing = () => new DOMException("it is not there", "NotFoundError");
  globalThis.FileSystemFileHandle = class {
    kind = "file";
    constructor(name) {
      this.name = name;
      this.bytes = new Uint8Array();
    }
    async getFile() {
      const { bytes } = this;
      return { size: bytes.length, arrayBuffer: async () => bytes.slice().buffer };
    }
    async createWritable() {
      let written = this.bytes;
      return {
        write: async ({ position, data }) => {
          fail(this.name);
          written = Uint8Array.of(...this.bytes.subarray(0, position), ...data);
        },
        close: async () => void (this.bytes = written),
        abort: async () => {},
      };
    }
  };
  const folder = () => {
    const files = new Map();
    const get =
      (make) =>
      async (name, { create } = {}) => {
        if (!files.has(name) && !create) throw missing();
        if (!files.has(name)) files.set(name, make(name));
        return files.get(name);
      };
    return {
      files,
      kind: "directory",
      getFileHandle: get((name) => new FileSystemFileHandle(name)),
      getDirectoryHandle: get(folder),
      removeEntry: async (name) => {
        if (!files.delete(name)) throw missing();
      },
      async *entries() {
        yield* files;
      },
    };
  };
  const root = folder();
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  const navigator = { storage: { getDirectory: async () => root } };
  Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
  t.after(() => {
    delete globalThis.FileSystemFileHandle;
    delete globalThis.navigator;
    if (before) Object.defineProperty(globalThis, "navigator", before);
  });
  return { files: () => root.files.get("leafcutter").files.get("notes").files };
}

test("in a browser a damaged manifest of a single commit is noticed, a first one that was cut short is none", async (t) => {
  const opfs = fakeOpfs(t);
  const notes = await (await openOpfs()).room("notes");
  await new CollectionLog(notes).commit(bytesOf("first"));
  const slots = ["manifest-0", "manifest-1"].map((slot) => opfs.files().get(slot));
  const whole = slots[0].bytes;
  const news = () => new CollectionLog(notes).news();
  const damage = (slot, at) => (slot.bytes = whole.with(at, whole[at] ^ 1));
  for (const slot of slots) {
    damage(slot, 20);
    assert.equal((await news()).files.length, 1);
    slot.bytes = whole;
  }
  slots.forEach((slot) => damage(slot, 20));
  await assert.rejects(news(), { code: "index-damaged" });
  // As a crash in the first commit leaves it.
  opfs.files().delete("manifest-0");
  slots[1].bytes = whole.slice(0, 20);
  const log = new CollectionLog(notes);
  assert.equal((await log.news()).kind, "none");
  await log.commit(bytesOf("again"));
  assert.equal((await notes.readManifests()).length, 2);
  await log.commit(bytesOf("and again"));
  assert.equal((await news()).files.length, 2);
});

test("in a browser a first commit that found no room for its second manifest has not happened", async (t) => {
  fakeOpfs(t, (name) => {
    if (name === "manifest-0") throw new DOMException("no room", "QuotaExceededError");
  });
  const notes = await (await openOpfs()).room("notes");
  const log = new CollectionLog(notes);
  await assert.rejects(log.commit(bytesOf("first")), { code: "storage-full" });
  assert.equal((await log.news()).kind, "none");
  assert.deepEqual([await notes.list(), await notes.readManifests()], [[], []]);
});

test("a collection that a newer version keeps is refused with what to do, and left as it is", async (t) => {
  const directory = await temporaryFolder();
  const notes = await openFiles(nodeFiles(), directory).room("notes");
  await notes.switchManifest(sealedJson({ version: 2, sequence: 7, anything: "else" }), 7);
  await assert.rejects(open(t, directory), { code: "index-version", message: /update Leafcutter/ });
  assert.equal((await notes.readManifests()).length, 1);
  assert.deepEqual(await ids(await open(t, directory, { onUnreadable: "replace" })), []);
});

test("the lock of a process that is no more is taken over, that of one that lives is waited for", async (t) => {
  const directory = await temporaryFolder();
  const storage = openFiles(nodeFiles(), directory);
  const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 100000)"]);
  t.after(() => child.kill());
  const lock = path.join(directory, "notes.lock");
  const { hostname } = await import("node:os");
  await writeFile(lock, JSON.stringify({ token: "other", pid: child.pid, host: hostname() }));
  assert.equal(await storage.exclusive("notes", async () => "done", { ifFree: true }), undefined);
  const waiting = storage.exclusive("notes", async () => "done");
  const aborted = storage.exclusive("notes", async () => "done", { signal: AbortSignal.timeout(100) });
  await assert.rejects(aborted, { code: "cancelled" });
  child.kill("SIGKILL");
  assert.equal(await waiting, "done");
  await assert.rejects(stat(lock), { code: "ENOENT" });
});

test("many tasks at once have their turns one after the other", async () => {
  const { storage } = await room();
  let inside = 0;
  const order = [];
  const task = (index) => async () => {
    assert.equal(++inside, 1);
    await new Promise((resolve) => setTimeout(resolve, 3));
    order.push(index);
    inside--;
  };
  await Promise.all(Array.from({ length: 12 }, (_, index) => storage.exclusive("notes", task(index))));
  assert.equal(order.length, 12);
});
