// Collections that are kept encrypted: what is readable of them without their key, and who opens, locks and changes them how.

import assert from "node:assert/strict";
import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { Leafcutter as Slim } from "../../pkg/dist/slim.js";
import { Leafcutter } from "../../pkg/dist/index.js";
import { longDocuments, medianOf, readableIn, SECRETS, secretDocuments, wordEmbedder } from "../support/encrypted.mjs";
import { hashOf } from "../support/hash.mjs";
import { madeUpEmbeddings } from "../support/made-up-embeddings.mjs";
import { quantizedModel } from "../support/model.mjs";
import { uniform } from "../support/random.mjs";
import { temporaryFolder } from "./support.mjs";

const whole = process.env.LEAFCUTTER_LONG === "1";
const wasm = await WebAssembly.compile(await readFile(new URL("../../pkg/dist/simd.wasm", import.meta.url)));

/** Opened at once, for where it is not about passphrases. */
const KEY = { key: Uint8Array.from({ length: 32 }, (_, at) => at * 7) };
const OTHER_KEY = { key: new Uint8Array(32) };
const PASSPHRASE = { passphrase: "a ferry at low tide" };

async function open(t, directory, options = {}) {
  const { embedder = wordEmbedder(), ...rest } = options;
  const storage = { directory };
  const collection = await Slim.open({ name: "diary", model: { embedder }, storage, wasm, ...rest });
  t.after(() => collection.close());
  return collection;
}

const stateOf = async (collection) => hashOf(await collection.export());

/** The files of a collection, by name, with their bytes. */
async function filesOf(directory, name = "diary") {
  const folder = path.join(directory, name);
  const names = (await readdir(folder)).sort();
  return new Map(await Promise.all(names.map(async (file) => [file, await readFile(path.join(folder, file))])));
}

test("nothing of a collection can be read in its files, its indexes and its unfinished work", async (t) => {
  const documents = secretDocuments(whole ? 1500 : 600, 3);
  const found = {};
  for (const [kind, encryption] of [
    ["encrypted", KEY],
    ["plain", undefined],
  ]) {
    const directory = await temporaryFolder();
    const first = await open(t, directory, { encryption });
    await first.add(documents);
    await first.add([{ ...documents[0], text: "The Wolkenkuckuck changed its mind." }]);
    const plain = await first.export();
    // Then its indexes are kept.
    await first.close();
    const failing = await open(t, directory, { encryption, embedder: wordEmbedder(2) });
    const more = secretDocuments(800, 2).map((document) => ({ ...document, id: `more ${document.id}` }));
    await assert.rejects(failing.add(more), { code: "embedder" });
    await failing.close();
    const files = await filesOf(directory);
    const names = [...files.keys()].join(" ");
    for (const kind of ["manifest", "whole-", "delta-", "indexes-", ".request", ".rows"])
      assert(names.includes(kind), names);
    const words = [...SECRETS, "diary.example", documents[1].title, "changed its mind", "party"];
    found[kind] = {
      ...readableIn(files.values(), words, plain),
      bytes: [...files.values()].reduce((a, b) => a + b.length, 0),
    };
  }
  assert(found.plain.words > 20 && found.plain.stretches > 10_000, JSON.stringify(found));
  assert.deepEqual([found.encrypted.words, found.encrypted.stretches], [0, 0]);
  t.diagnostic(
    `figure: of ${found.encrypted.bytes} bytes at rest none readable (plain: ${found.plain.words} words, ${found.plain.stretches} stretches)`,
  );
});

test("what was added, changed and interrupted is there again", async (t) => {
  const directory = await temporaryFolder();
  const first = await open(t, directory, { encryption: KEY });
  await first.add(secretDocuments(40));
  await first.remove([`${SECRETS[0]}-0`]);
  const { hits } = await first.search("Zimtschnecke of day 6");
  const state = await stateOf(first);
  assert.equal((await first.stats()).storage.encrypted, true);
  await first.close();
  const failing = await open(t, directory, { encryption: KEY, embedder: wordEmbedder(2) });
  assert.equal(await stateOf(failing), state);
  assert.deepEqual((await failing.search("Zimtschnecke of day 6")).hits, hits);
  const more = secretDocuments(800, 2).map((document) => ({ ...document, id: `more ${document.id}` }));
  await assert.rejects(failing.add(more), { code: "embedder" });
  await failing.close();
  let embedded = 0;
  const counting = wordEmbedder();
  const embedder = { ...counting, embed: (texts) => ((embedded += texts.length), counting.embed(texts)) };
  const again = await open(t, directory, { encryption: KEY, embedder });
  assert.deepEqual((await again.stats()).unfinished, { documents: 800 });
  assert.equal((await again.resume()).added, 800);
  const resumed = embedded;
  const memory = await Slim.open({ name: "memory", model: { embedder }, wasm });
  t.after(() => memory.close());
  await memory.add(more);
  assert(resumed < embedded - resumed, `${resumed} of ${embedded - resumed} embedded again`);
  assert.equal((await again.documents()).length, 839);
});

test("two who have it open see what the other did, and one may lock without the other", async (t) => {
  const directory = await temporaryFolder();
  const [one, two] = [await open(t, directory, { encryption: KEY }), await open(t, directory, { encryption: KEY })];
  await Promise.all(secretDocuments(12).map((document, index) => (index % 2 ? one : two).add([document])));
  assert.equal((await one.documents()).length, 12);
  assert.equal(await stateOf(one), await stateOf(two));
  await one.lock();
  await two.remove([`${SECRETS[0]}-0`]);
  await assert.rejects(one.documents(), { code: "locked" });
  await one.unlock(KEY);
  assert.equal(await stateOf(one), await stateOf(two));
  await Slim.delete("diary", { storage: { directory } });
  assert.deepEqual(await one.documents(), []);
  await one.add(secretDocuments(2));
  assert.equal((await two.documents()).length, 2);
  // Begun anew by somebody else, it is another's.
  await Slim.delete("diary", { storage: { directory } });
  await (await open(t, directory, { encryption: OTHER_KEY })).add(secretDocuments(1));
  await assert.rejects(one.add(secretDocuments(3)), { code: "conflict", message: /another key/ });
});

test("only its passphrase or key opens it, and nobody is told more", { timeout: 60_000 }, async (t) => {
  const directory = await temporaryFolder();
  const first = await open(t, directory, { encryption: PASSPHRASE });
  await first.add(secretDocuments(3));
  await first.close();
  const before = await filesOf(directory);
  for (const encryption of [{ passphrase: "a ferry at high tide" }, { passphrase: "A ferry at low tide" }, KEY]) {
    await assert.rejects(open(t, directory, { encryption }), { code: "wrong-passphrase" });
    await assert.rejects(open(t, directory, { encryption, onUnreadable: "replace" }), { code: "wrong-passphrase" });
  }
  await assert.rejects(open(t, directory), { code: "encrypted", message: /encryption: \{ passphrase \}/ });
  await assert.rejects(open(t, directory, { onUnreadable: "replace" }), { code: "encrypted" });
  assert.deepEqual(await filesOf(directory), before);
  // The same letters, written in another form.
  const again = await open(t, directory, { encryption: PASSPHRASE });
  assert.equal((await again.documents()).length, 3);
  await again.changePassphrase(PASSPHRASE, { passphrase: "Fähre" });
  await again.close();
  assert.equal((await (await open(t, directory, { encryption: { passphrase: "Fa\u0308hre" } })).documents()).length, 3);
  t.diagnostic("figure: wrong passphrases refused with typed errors, nothing changed");
});

test("a plain collection is opened plain, and becomes an encrypted one by an import", async (t) => {
  const directory = await temporaryFolder();
  const plain = await open(t, directory);
  await plain.add(secretDocuments(5));
  await assert.rejects(open(t, directory, { encryption: KEY }), { code: "not-encrypted", message: /import/ });
  for (const call of [() => plain.lock(), () => plain.unlock(KEY), () => plain.changePassphrase(KEY, OTHER_KEY)]) {
    await assert.rejects(call(), { code: "not-encrypted" });
  }
  const bytes = await plain.export();
  await plain.close();
  const model = { embedder: wordEmbedder() };
  const options = { name: "diary", model, storage: { directory }, wasm, encryption: KEY };
  const imported = await Slim.import(bytes, options);
  t.after(() => imported.close());
  assert.equal(await stateOf(imported), hashOf(bytes));
  // An export is plain.
  assert.deepEqual(await imported.export(), bytes);
  await imported.close();
  assert.deepEqual(readableIn((await filesOf(directory)).values(), SECRETS, bytes), { words: 0, stretches: 0 });
  assert.equal(await stateOf(await open(t, directory, { encryption: KEY })), hashOf(bytes));
  await assert.rejects(Slim.import(bytes, { ...options, encryption: OTHER_KEY }), { code: "wrong-passphrase" });
  await assert.rejects(Slim.import(bytes, { ...options, encryption: undefined }), { code: "encrypted" });
});

test("a locked collection answers nothing until it is unlocked, and forgets no change", async (t) => {
  const directory = await temporaryFolder();
  let release;
  const waiting = new Promise((resolve) => (release = resolve));
  const words = wordEmbedder();
  const embedder = { ...words, embed: async (texts) => (await (texts.length > 50 && waiting), words.embed(texts)) };
  const collection = await open(t, directory, { encryption: KEY, embedder });
  await collection.add(secretDocuments(4));
  const state = await stateOf(collection);
  const changing = collection.add(secretDocuments(400, 2));
  const asked = assert.rejects(changing, { code: "locked" });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const locking = collection.lock();
  release();
  await Promise.all([locking, asked]);
  for (const call of [
    () => collection.search("Zimtschnecke"),
    () => collection.context("Zimtschnecke"),
    () => collection.answer("Zimtschnecke?"),
    () => collection.documents(),
    () => collection.document(`${SECRETS[0]}-0`),
    () => collection.tree(),
    () => collection.stats(),
    () => collection.export(),
    () => collection.shards(),
    () => collection.embed(["Zimtschnecke"]),
    () => collection.add(secretDocuments(1)),
    () => collection.resume(),
    () => collection.adapter.export(),
    () => collection.changePassphrase(KEY, OTHER_KEY),
  ]) {
    await assert.rejects(call(), { code: "locked", message: /unlock/ });
  }
  await collection.lock();
  await assert.rejects(collection.unlock(OTHER_KEY), { code: "wrong-passphrase" });
  await assert.rejects(collection.documents(), { code: "locked" });
  await collection.unlock(KEY);
  await collection.unlock(KEY);
  assert.equal(await stateOf(collection), state);
  await collection.add(secretDocuments(5));
  assert.equal((await collection.documents()).length, 5);
  // In whatever order they come, the last one counts.
  const [, unlocked] = [collection.lock(), collection.unlock(KEY)];
  await unlocked;
  assert.equal((await collection.documents()).length, 5);
  await collection.lock();
  const [opening, last] = [collection.unlock(KEY), collection.lock()];
  await Promise.all([opening, last]);
  await assert.rejects(collection.documents(), { code: "locked" });
  await collection.close();
  t.diagnostic("figure: nothing answered while locked");
});

test("a collection that nobody asks locks itself, one that is asked does not", async (t) => {
  const directory = await temporaryFolder();
  const collection = await open(t, directory, { encryption: { ...KEY, lockAfter: 200 } });
  await collection.add(secretDocuments(3));
  for (let asked = 0; asked < 5; asked++) {
    await new Promise((resolve) => setTimeout(resolve, 80));
    assert.equal((await collection.documents()).length, 3);
  }
  await new Promise((resolve) => setTimeout(resolve, 400));
  await assert.rejects(collection.documents(), { code: "locked" });
  await collection.unlock(KEY);
  assert.equal((await collection.documents()).length, 3);
});

test("another passphrase changes the file of the key, and no other byte", { timeout: 60_000 }, async (t) => {
  const directory = await temporaryFolder();
  const collection = await open(t, directory, { encryption: KEY });
  await collection.add(secretDocuments(20));
  const before = await filesOf(directory);
  await assert.rejects(collection.changePassphrase(OTHER_KEY, KEY), { code: "wrong-passphrase" });
  assert.deepEqual(await filesOf(directory), before);
  await collection.changePassphrase(KEY, PASSPHRASE);
  const after = await filesOf(directory);
  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(
    (file) => !(before.has(file) && after.get(file)?.equals(before.get(file))),
  );
  assert(
    changed.every((file) => file.startsWith("key-")),
    changed.join(" "),
  );
  assert.equal([...after.keys()].filter((file) => file.startsWith("key-")).length, 1);
  // Who has it open goes on.
  await collection.add(secretDocuments(21));
  await collection.close();
  await assert.rejects(open(t, directory, { encryption: KEY }), { code: "wrong-passphrase" });
  assert.equal((await (await open(t, directory, { encryption: PASSPHRASE })).documents()).length, 21);
  t.diagnostic(`figure: ${changed.length} files of the key changed, ${before.size - 1} others the same`);
});

test(
  "bytes that are changed, and files that are cut, moved or taken away, are refused",
  { timeout: 3_600_000 },
  async (t) => {
    const embedder = wordEmbedder(Infinity, 8);
    const [directory, damaged, other] = [await temporaryFolder(), await temporaryFolder(), await temporaryFolder()];
    const makeIn = async (where, encryption) => {
      const collection = await open(t, where, { encryption, embedder });
      for (const [at, document] of secretDocuments(3, 2).entries())
        await collection.add([{ ...document, id: `${at}` }]);
      const state = await stateOf(collection);
      await collection.close();
      return { state, files: await filesOf(where) };
    };
    const { state, files } = await makeIn(directory, KEY);
    const strangers = (await makeIn(other, OTHER_KEY)).files;
    const folder = path.join(damaged, "diary");
    await cp(path.join(directory, "diary"), folder, { recursive: true });
    const put = (file, content) => writeFile(path.join(folder, file), content);
    const refused = async (what) => {
      const opening = open(t, damaged, { encryption: KEY, embedder });
      const code = await opening.then(() => "opened").catch((error) => error.code);
      assert.equal(code, "index-damaged", what);
    };
    const random = uniform(7);
    const chosen = (at, { length }) => whole || at < 4 || at >= length - 2 || random() < 8 / length;
    let bytes = 0;
    let exchanged = 0;
    for (const [file, content] of files) {
      for (const at of [...content.keys()].filter((at) => chosen(at, content))) {
        const changed = Buffer.from(content);
        changed[at] ^= 1 << Math.floor(random() * 8);
        await put(file, changed);
        await refused(`byte ${at} of ${file}`);
        bytes++;
      }
      for (const length of [0, 1, content.length >> 1, content.length - 1]) {
        await put(file, content.subarray(0, length));
        await refused(`${file} cut at ${length}`);
      }
      await put(file, Buffer.concat([content, Buffer.from([0])]));
      await refused(`${file} with a byte more`);
      // Other files of the collection, and those of the same kind of another collection of the same name.
      const kindOf = (name) => name.split("-")[0];
      const others = [...files].filter(([name]) => name !== file);
      const foreign = [...strangers].filter(([name]) => kindOf(name) === kindOf(file) && kindOf(name) !== "key");
      for (const [name, content] of [...others, ...foreign]) {
        await put(file, content);
        await refused(`${name} in place of ${file}`);
        exchanged++;
      }
      // Without its manifest a collection is one that is not there.
      if (file !== "manifest") {
        await rm(path.join(folder, file));
        await refused(`without ${file}`);
      }
      await put(file, content);
    }
    await put("key-0", strangers.get("key-0"));
    await assert.rejects(open(t, damaged, { encryption: KEY, embedder }), { code: "wrong-passphrase" });
    await assert.rejects(open(t, damaged, { encryption: OTHER_KEY, embedder }), { code: "index-damaged" });
    await put("key-0", files.get("key-0"));
    // A collection that was given another name.
    await cp(folder, path.join(damaged, "moved"), { recursive: true });
    await assert.rejects(open(t, damaged, { name: "moved", encryption: KEY, embedder }), { code: "wrong-passphrase" });
    assert.equal(await stateOf(await open(t, damaged, { encryption: KEY, embedder })), state);
    t.diagnostic(`figure: ${bytes} changed bytes and ${exchanged} exchanged files refused`);
  },
);

test("opening an encrypted collection takes at most a fifth longer", { timeout: 600_000 }, async (t) => {
  const storage = { directory: await temporaryFolder() };
  const options = { model: quantizedModel(), storage };
  const made = await Leafcutter.open({ ...options, name: "plain", embeddingCache: madeUpEmbeddings });
  await made.add(longDocuments(whole ? 900 : 60));
  const { chunks } = await made.stats();
  const bytes = await made.export();
  // Then its indexes are kept.
  await made.close();
  await (await Leafcutter.import(bytes, { ...options, name: "encrypted", encryption: KEY })).close();
  const times = { plain: [], encrypted: [] };
  for (let round = 0; round < (whole ? 15 : 2); round++) {
    for (const [name, encryption] of [["plain"], ["encrypted", KEY]]) {
      const start = performance.now();
      const collection = await Leafcutter.open({ ...options, name, encryption });
      times[name].push(performance.now() - start);
      await collection.close();
    }
  }
  const [plain, encrypted] = [times.plain, times.encrypted].map(medianOf);
  const more = Math.round((100 * (encrypted - plain)) / plain);
  t.diagnostic(
    `figure: ${chunks} chunks open in ${Math.round(encrypted)} ms, plain in ${Math.round(plain)} ms: ${more} % more`,
  );
  if (whole) assert(chunks >= 10_000 && more <= 20, JSON.stringify(times));
});
