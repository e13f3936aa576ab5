import assert from "node:assert/strict";
import test from "node:test";

import { fakeModel, fakePackage, importSources } from "./support.mjs";

const { Leafcutter } = await fakePackage();
const { checkSources, readSources } = await importSources("sources");

async function parseSources(documents) {
  checkSources(documents);
  return readSources(documents, {}, undefined, false);
}

const collection = await Leafcutter.open({ name: "test", model: fakeModel });
test.after(() => collection.close());

const openEncrypted = (encryption, options) => Leafcutter.open({ name: "a", model: fakeModel, encryption, ...options });

/** A mistake, what makes it, and the part of the message that names it. */
const MISTAKES = [
  ["no options", () => Leafcutter.open(), "options"],
  ["no model", () => Leafcutter.open({ name: "a" }), "options.model"],
  ["an empty name", () => Leafcutter.open({ name: "", model: fakeModel }), "options.name"],
  ["a misspelt option", () => Leafcutter.open({ name: "a", modle: "b" }), "modle"],
  [
    "a strange precision",
    () => Leafcutter.open({ name: "a", model: fakeModel, precision: "f16" }),
    "options.precision",
  ],
  ["a strange reranker", () => Leafcutter.open({ name: "a", model: fakeModel, reranker: 3 }), "options.reranker"],
  ["half a worker", () => Leafcutter.open({ name: "a", model: fakeModel, workers: 0.5 }), "options.workers"],
  ["a strange worker", () => Leafcutter.open({ name: "a", model: fakeModel, worker: true }), "options.worker"],
  ["no tokens", () => Leafcutter.open({ name: "a", model: fakeModel, chunking: { tokens: 0 } }), "chunking.tokens"],
  ["no passphrase", () => openEncrypted({}), "options.encryption: give one of passphrase and key"],
  ["an empty passphrase", () => openEncrypted({ passphrase: "" }), "encryption.passphrase"],
  ["a passphrase by itself", () => openEncrypted("a"), "options.encryption"],
  ["a passphrase and a key", () => openEncrypted({ passphrase: "a", key: new Uint8Array(32) }), "give one of"],
  ["a short key", () => openEncrypted({ key: new Uint8Array(31) }), "encryption.key"],
  ["no time to lock after", () => openEncrypted({ passphrase: "a", lockAfter: 0 }), "encryption.lockAfter"],
  ["encrypted memory", () => openEncrypted({ passphrase: "a" }, { storage: "memory" }), "options.storage"],
  ["encrypted rows in files", () => openEncrypted({ passphrase: "a" }, { maxHeldBytes: 0 }), "options.maxHeldBytes"],
  ["a plain cache", () => openEncrypted({ passphrase: "a" }, { embeddingCache: new Map() }), "options.embeddingCache"],
  ["a passphrase that is none", () => collection.unlock("a"), "secret"],
  ["nothing to change to", () => collection.changePassphrase({ passphrase: "a" }, {}), "next"],
  ["text as an export", () => Leafcutter.import("bytes", { name: "a", model: fakeModel }), "bytes"],
  ["one document instead of a list", () => collection.add({ text: "a" }), "documents"],
  ["a document without content", () => collection.add([{ id: "a" }]), "documents[0]: give one of"],
  ["a document with two contents", () => collection.add([{ text: "a", html: "b" }]), "text and html"],
  ["an empty id", () => collection.add([{ id: "", text: "a" }]), "documents[0].id"],
  ["a number as text", () => collection.add([{ text: "a" }, { text: 1 }]), "documents[1].text"],
  ["a date in metadata", () => collection.add([{ text: "a", metadata: { at: new Date(0) } }]), "metadata.at"],
  ["a list within a list", () => collection.add([{ text: "a", metadata: { at: [[1]] } }]), "metadata.at"],
  ["metadata that is no number", () => collection.add([{ text: "a", metadata: { at: NaN } }]), "metadata.at"],
  ["one id instead of a list", () => collection.remove("a"), "ids"],
  ["a query that is no string", () => collection.search(null), "query"],
  ["no hits", () => collection.search("a", { k: 0 }), "options.k"],
  ["no hits to rerank", () => collection.search("a", { rerank: 0 }), "options.rerank"],
  ["too many hits to rerank", () => collection.search("a", { rerank: 1001 }), "options.rerank"],
  ["reranking without a reranker", () => collection.search("a", { rerank: 9 }), "open it with one"],
  ["reranking of a context", () => collection.context("a", { rerank: 9 }), "rerank"],
  ["an unknown mode", () => collection.search("a", { mode: "all" }), "options.mode"],
  ["too much of the vectors", () => collection.search("a", { hybrid: { alpha: 2 } }), "options.hybrid.alpha"],
  ["hybrid without alpha", () => collection.search("a", { hybrid: {} }), "options.hybrid"],
  ["typing that is neither", () => collection.search("a", { asYouType: "yes" }), "options.asYouType"],
  ["a signal that is none", () => collection.search("a", { signal: {} }), "options.signal"],
  ["an option of another call", () => collection.context("a", { k: 3 }), "k"],
  ["unknown evidence", () => collection.context("a", { evidence: "words" }), "options.evidence"],
  ["an unknown policy", () => collection.context("a", { instructions: "obey" }), "options.instructions"],
  ["a policy for an extract", () => collection.answer("a", { instructions: "drop" }), "instructions"],
  ["evidence of a search", () => collection.search("a", { evidence: "path" }), "evidence"],
  ["a generator that is none", () => collection.answer("a", { generator: "model" }), "options.generator"],
  ["wider hits in a context", () => collection.context("a", { expand: "parent" }), "expand"],
  ["wider hits in an answer", () => collection.answer("a", { expand: "parent" }), "expand"],
  ["tokens of an extract", () => collection.answer("a", { tokens: 50 }), "tokens"],
  ["sentences of a generator", () => collection.answer("a", { generator() {}, sentences: 3 }), "sentences"],
  ["no sentences", () => collection.answer("a", { sentences: 0 }), "options.sentences"],
  ["a negative node", () => collection.node(-1), "id"],
  ["an unknown role", () => collection.embed(["a"], { role: "title" }), "options.role"],
];

for (const [mistake, make, named] of MISTAKES) {
  test(`${mistake}: the error names it`, async () => {
    await assert.rejects(
      async () => make(),
      (error) => error.code === "invalid-option" && error.message.includes(named),
    );
  });
}

test("options that are undefined count as absent", async () => {
  assert.deepEqual((await collection.search("a", { k: undefined, mode: undefined })).hits, []);
});

test("files are told by their extension, else by their type", async () => {
  const parse = async (blob) => (await parseSources([{ blob }]))[0].format;
  assert.equal(await parse(new File(["a"], "a.MD", { type: "text/plain" })), "markdown");
  assert.equal(await parse(new File(["a"], "notes/a.htm")), "html");
  assert.equal(await parse(new File(["a"], "README", { type: "text/plain" })), "text");
  assert.equal(await parse(new Blob(["a"], { type: "text/html;charset=utf-8" })), "html");
  const other = { code: "unsupported-format", message: /"a\.exe" is of no kind that can be read: \.md, .*\.pdf/ };
  await assert.rejects(parse(new File(["a"], "a.exe", { type: "application/x-msdownload" })), other);
  await assert.rejects(parse(new Blob(["a"])), { code: "unsupported-format" });
});

test("no file is read when one cannot be", async () => {
  const readable = new File(["a"], "a.txt");
  readable.arrayBuffer = () => assert.fail("was read");
  await assert.rejects(parseSources([{ blob: readable }, { blob: new File(["a"], "a.exe") }]), {
    code: "unsupported-format",
  });
});

test("files may be in UTF-8 or UTF-16, with a byte order mark or without", async () => {
  const read = async (bytes) => (await parseSources([{ blob: new File([bytes], "a.txt") }]))[0].content;
  assert.equal(await read(Uint8Array.of(0xef, 0xbb, 0xbf, 0xc3, 0xa4)), "ä");
  assert.equal(await read(Uint8Array.of(0xff, 0xfe, 0xe4, 0x00)), "ä");
  assert.equal(await read(Uint8Array.of(0xfe, 0xff, 0x00, 0xe4)), "ä");
  assert.equal(await read(Uint8Array.of(0xc3, 0xa4)), "ä");
  assert.equal(await read(new Uint8Array()), "");
});

test("a document is named by its id, its address, its file, its content", async () => {
  const id = async (source) => (await parseSources([source]))[0].id;
  const blob = new File(["a"], "a.txt");
  assert.equal(await id({ id: "given", url: "/a", blob }), "given");
  assert.equal(await id({ url: "/a", blob }), "/a");
  assert.equal(await id({ blob }), "a.txt");
  const [one, same, other] = await Promise.all([id({ text: "one" }), id({ text: "one" }), id({ text: "two" })]);
  assert.match(one, /^text-[0-9a-f]{16}$/);
  assert.equal(one, same);
  assert.notEqual(one, other);
});
