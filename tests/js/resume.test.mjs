// What a change that was interrupted leaves behind: its request, and what was embedded for it.

import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { openFiles, nodeFiles, CollectionLog, Work, room, open } from "./kept-files.mjs";
import { temporaryFolder } from "./support.mjs";

test("a change that was interrupted is found again, and finished with what was embedded", async (t) => {
  const directory = await temporaryFolder();
  const storage = openFiles(nodeFiles(), directory);
  const upsert = (id, content) => ({ type: "upsert", source: { id, content, format: "text", metadata: {} } });
  const work = await Work.begin(await storage.room("notes"), [upsert("a", "One."), upsert("b", "Two.")]);
  const model = "fake-8, with sentences";
  await work.set(["One."], [Float32Array.of(4, 79, 0, 0, 4, 79, 0, 0)], model);
  // As a crash leaves it.
  const rows = path.join(directory, "notes", `work-${work.id}.rows`);
  await writeFile(rows, Buffer.concat([await readFile(rows), Buffer.from([1, 2, 3])]));

  const collection = await open(t, directory);
  assert.deepEqual((await collection.stats()).unfinished, { documents: 2 });
  // A later change of one of them is not undone.
  await collection.add([{ id: "b", text: "Two again." }]);
  assert.deepEqual((await collection.stats()).unfinished, { documents: 1 });
  const result = await collection.resume();
  assert.deepEqual(result, { added: 1, updated: 0, removed: 0, unchanged: 0 });
  assert.equal((await collection.document("b")).text, "Two again.");
  assert.equal((await collection.stats()).unfinished, undefined);
  assert.deepEqual(await collection.resume(), { added: 0, updated: 0, removed: 0, unchanged: 0 });
  assert(!(await readdir(path.join(directory, "notes"))).some((file) => file.startsWith("work-")));
});

test("of two that were interrupted the later one prevails", async (t) => {
  const directory = await temporaryFolder();
  const notes = await openFiles(nodeFiles(), directory).room("notes");
  const upsert = (content) => ({ type: "upsert", source: { id: "a", content, format: "text", metadata: {} } });
  await Work.begin(notes, [upsert("Earlier.")]);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await Work.begin(notes, [upsert("Later.")]);
  const collection = await open(t, directory);
  assert.deepEqual(await collection.resume(), { added: 1, updated: 1, removed: 0, unchanged: 0 });
  assert.equal((await collection.document("a")).text, "Later.");
});

test("what was embedded is read up to the first record that is damaged", async () => {
  const { room: notes } = await room();
  const work = await Work.begin(notes, [{ type: "remove", id: "a" }]);
  const texts = ["one", "two, with an Ä", "three"];
  for (const [index, text] of texts.entries()) await work.set([text], [Float32Array.of(index, -index)], "model");
  const file = `work-${work.id}.rows`;
  const bytes = await notes.read(file);
  const embedded = async (damaged) => {
    await notes.write(file, damaged);
    const [again] = await Work.unfinished(notes);
    await again.load();
    const rows = again.get(texts, "model");
    rows.forEach((row, index) => row && assert.deepEqual(row, Float32Array.of(index, -index)));
    // What comes after is found by the next.
    await again.set(["four"], [Float32Array.of(4)], "model");
    const [next] = await Work.unfinished(notes);
    assert.deepEqual((await next.load()).get(["four"], "model"), [Float32Array.of(4)]);
    return rows.filter((row) => row !== undefined).length;
  };
  assert.equal(await embedded(bytes), 3);
  assert.deepEqual(work.get(["one"], "another model"), [undefined]);
  for (let at = 0; at < bytes.length; at++) {
    assert((await embedded(bytes.slice(0, at))) < 3, `cut at ${at}`);
    const changed = bytes.slice();
    changed[at] ^= 0x11;
    assert((await embedded(changed)) < 3, `byte ${at}`);
  }
});

test("a change that fails or is cancelled leaves no work behind", async (t) => {
  const directory = await temporaryFolder();
  const collection = await open(t, directory);
  await assert.rejects(collection.add([{ id: "a", text: "unembeddable" }]), { code: "encoder" });
  const controller = new AbortController();
  const onProgress = ({ stage }) => stage === "embed" && controller.abort();
  const texts = Array.from({ length: 300 }, (_, index) => ({ id: `${index}`, text: `word ${index} `.repeat(40) }));
  await assert.rejects(collection.add(texts, { signal: controller.signal, onProgress }), { code: "cancelled" });
  await collection.add([{ id: "after", text: "next" }]);
  assert(!(await readdir(path.join(directory, "notes"))).some((file) => file.startsWith("work-")));
  assert.equal((await collection.stats()).unfinished, undefined);
});

test("what was embedded for a change that failed is not embedded again, and a caller who cancels gives it up", async (t) => {
  const directory = await temporaryFolder();
  let embedded = 0;
  const embeddingCache = {
    get: (texts) => texts.map(() => undefined),
    set: (texts) => void (embedded += texts.length),
  };
  let [failing, controller] = [true];
  const summarizer = async (requests) => {
    controller?.abort();
    if (failing) throw new Error("out of order");
    return requests.map(() => "A summary.");
  };
  const collection = await open(t, directory, { embeddingCache, summarizer });
  const documents = [
    { id: "a", text: "One." },
    { id: "b", text: "Two." },
  ];
  for (let tries = 0; tries < 2; tries++) {
    await assert.rejects(collection.add(documents), { code: "summarizer" });
    assert.deepEqual((await collection.stats()).unfinished, { documents: 2 });
  }
  const once = embedded;
  assert(once > 0);
  failing = false;
  assert.equal((await collection.add(documents)).added, 2);
  assert.equal(embedded, once);
  assert.equal((await collection.stats()).unfinished, undefined);
  controller = new AbortController();
  const { signal } = controller;
  await assert.rejects(collection.add([{ id: "c", text: "Three." }], { signal }), { code: "cancelled" });
  await collection.add([{ id: "d", text: "Four." }]);
  assert.equal((await collection.stats()).unfinished, undefined);
});

test("a change that is committed has overtaken those before it, though a crash came right after", async (t) => {
  const directory = await temporaryFolder();
  const notes = await openFiles(nodeFiles(), directory).room("notes");
  const upsert = (id, content) => ({ type: "upsert", source: { id, content, format: "text", metadata: {} } });
  const collection = await open(t, directory);
  await collection.add([{ id: "a", text: "Before." }]);
  await collection.close();
  /** Commits again what is there, as the change of a request that has not been removed. */
  const crash = async (changes) => {
    const log = new CollectionLog(notes);
    const { files, manifest } = await log.news();
    log.accept(manifest);
    const work = await Work.begin(notes, changes);
    await log.commit(files.at(-1), work.id);
  };
  await Work.begin(notes, [upsert("a", "Older."), upsert("b", "Not overtaken.")]);
  await crash([upsert("a", "Before.")]);
  const second = await open(t, directory);
  assert.deepEqual(await second.resume(), { added: 1, updated: 0, removed: 0, unchanged: 0 });
  assert.equal((await second.document("a")).text, "Before.");
  await second.close();
  await Work.begin(notes, [upsert("c", "Older.")]);
  await crash([{ type: "clear" }]);
  const third = await open(t, directory);
  assert.deepEqual(await third.resume(), { added: 0, updated: 0, removed: 0, unchanged: 0 });
  assert(!(await readdir(path.join(directory, "notes"))).some((file) => file.startsWith("work-")));
  // One that was only begun has overtaken nothing.
  await Work.begin(notes, [upsert("c", "Older.")]);
  await Work.begin(notes, [{ type: "clear" }]);
  assert.deepEqual(await third.resume(), { added: 1, updated: 0, removed: 0, unchanged: 0 });
});

test("a request can be given up", async (t) => {
  const directory = await temporaryFolder();
  const notes = await openFiles(nodeFiles(), directory).room("notes");
  await Work.begin(notes, [{ type: "remove", id: "a" }]);
  const collection = await open(t, directory);
  assert.deepEqual((await collection.stats()).unfinished, { documents: 1 });
  await collection.discard();
  assert.equal((await collection.stats()).unfinished, undefined);
});
