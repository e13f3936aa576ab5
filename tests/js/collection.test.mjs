import assert from "node:assert/strict";
import { createServer } from "node:http";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { fakeModel, fakeModelFolder, fakePackage, temporaryFolder } from "./support.mjs";

const { Leafcutter, LeafcutterError } = await fakePackage();

/** Opens a collection that is closed after the test. */
async function open(t, options = {}) {
  const collection = await Leafcutter.open({ name: "test", model: fakeModel, ...options });
  t.after(() => collection.close());
  return collection;
}

test("documents are added, updated, left alone and removed", async (t) => {
  const collection = await open(t);
  const added = await collection.add([{ id: "a", text: "one" }, { markdown: "# two" }]);
  assert.deepEqual(added, { added: 2, updated: 0, removed: 0, unchanged: 0, ids: ["a", added.ids[1]] });
  const again = await collection.add([
    { id: "a", text: "other" },
    { id: added.ids[1], markdown: "# two" },
  ]);
  assert.deepEqual({ updated: again.updated, unchanged: again.unchanged }, { updated: 1, unchanged: 1 });
  assert.deepEqual(await collection.remove(["a", "absent"]), { added: 0, updated: 0, removed: 1, unchanged: 0 });
  assert.equal((await collection.stats()).documents, 1);
  assert.equal((await collection.clear()).removed, 1);
  assert.deepEqual(await collection.documents(), []);
});

test("statistics tell what the collection runs on", async (t) => {
  const { runtime } = await (await open(t)).stats();
  const { module, ...rest } = runtime;
  assert(["simd", "relaxed"].includes(module));
  assert.deepEqual(rest, { worker: false, workers: 0, kernel: "fake", model: "fake-8", dimensions: 4 });
});

test("the question is embedded as a query and its options handed on", async (t) => {
  const collection = await open(t);
  await collection.add([{ text: "so it goes" }, { text: "so it went" }]);
  const { hits, trace } = await collection.search("so", { k: 1 });
  assert.equal(hits.length, 1);
  assert.deepEqual(trace.vector, Float32Array.of(2, "s".charCodeAt(0), 1, 0));
});

test("a long call reports its stages with counts", async (t) => {
  const collection = await open(t);
  const seen = [];
  const documents = Array.from({ length: 40 }, (_, index) => ({ id: `${index}`, text: "word ".repeat(index) }));
  await collection.add(documents, { onProgress: (progress) => seen.push(progress) });
  const stages = [...new Set(seen.map(({ stage }) => stage))];
  assert.deepEqual(stages, ["parse", "embed", "index"]);
  assert.deepEqual(seen.filter(({ stage }) => stage === "embed").at(-1).done, 40);
  assert(seen.every(({ done, total }) => done <= total));
});

test("cancelling rejects at once and leaves the old state, which can be read meanwhile", async (t) => {
  const collection = await open(t);
  await collection.add([{ id: "old", text: "old" }]);
  const controller = new AbortController();
  const documents = Array.from({ length: 30 }, (_, index) => ({ text: `slow ${index} ${"x".repeat(400)}` }));
  const adding = collection.add(documents, { signal: controller.signal });
  await sleep(200);
  // Each text takes 150 ms; a read waits for one at most.
  const asked = performance.now();
  assert.equal((await collection.search("old")).hits.length, 1);
  assert(performance.now() - asked < 300);
  controller.abort();
  const aborted = performance.now();
  await assert.rejects(adding, { name: "AbortError", code: "cancelled" });
  assert(performance.now() - aborted < 20);
  assert.deepEqual((await collection.documents()).length, 1);
  assert.equal((await collection.add([{ id: "new", text: "new" }])).added, 1);
});

test("a change that is cancelled at its last step is not made", async (t) => {
  const collection = await open(t);
  const controller = new AbortController();
  const onProgress = ({ stage }) => stage === "index" && controller.abort();
  const adding = collection.add([{ text: "a" }], { signal: controller.signal, onProgress });
  await assert.rejects(adding, { code: "cancelled" });
  await sleep(20);
  assert.equal((await collection.stats()).documents, 0);
});

test("an error leaves the old state, and the next change goes through", async (t) => {
  const collection = await open(t);
  const failing = collection.add([{ text: "fine" }, { text: "unembeddable" }]);
  const next = collection.add([{ text: "next" }]);
  await assert.rejects(failing, { code: "encoder", message: "cannot embed this" });
  assert.equal((await next).added, 1);
  assert.equal((await collection.stats()).documents, 1);
});

test("changes are made in the order of their calls", async (t) => {
  const collection = await open(t);
  const [, , third] = await Promise.all([
    collection.add([{ id: "a", text: "slow first" }]),
    collection.add([{ id: "a", text: "second" }]),
    collection.remove(["a"]),
  ]);
  assert.equal(third.removed, 1);
});

test("equal texts are embedded once", async (t) => {
  const asked = [];
  const embeddingCache = { get: (texts) => (asked.push(texts), []), set() {} };
  const collection = await open(t, { embeddingCache });
  await collection.add(Array.from({ length: 5 }, (_, index) => ({ id: `${index}`, text: "the same" })));
  assert.deepEqual(asked, [["the same"]]);
});

test("embeddings are taken from a cache and put into it, by the model's identity", async (t) => {
  const kept = new Map();
  const embeddingCache = {
    get: async (texts, model) => texts.map((text) => kept.get(`${model} ${text}`)),
    set(texts, embeddings, model) {
      texts.forEach((text, index) => kept.set(`${model} ${text}`, embeddings[index]));
    },
  };
  const documents = [{ text: "slow one" }, { text: "slow two, longer" }];
  await (await open(t, { embeddingCache })).add(documents);
  const model = "fake-8, with sentences";
  assert.deepEqual([...kept.keys()].sort(), [`${model} slow one`, `${model} slow two, longer`]);
  const begun = performance.now();
  await (await open(t, { embeddingCache })).add(documents);
  assert(performance.now() - begun < 150);
});

test("a chunk is kept with its sentences, apart from a passage of the same text", async (t) => {
  const kept = new Map();
  const embeddingCache = {
    get: (texts, model) => texts.map((text) => kept.get(`${model} ${text}`)),
    set: (texts, embeddings, model) =>
      texts.forEach((text, index) => kept.set(`${model} ${text}`, embeddings[index].slice())),
  };
  const collection = await open(t, { embeddingCache });
  await collection.embed(["One. Two."]);
  await collection.add([{ text: "One. Two." }, { text: "Three" }]);
  const lengths = [...kept].map(([key, { length }]) => [key, length / 4]);
  assert.deepEqual(lengths, [
    ["fake-8 One. Two.", 1],
    ["fake-8, with sentences One. Two.", 3],
    ["fake-8, with sentences Three", 2],
  ]);
});

test("a cache that throws is an error with its own code", async (t) => {
  const failing = () => Promise.reject(new Error("disk full"));
  const noSet = await open(t, { embeddingCache: { get: () => [], set: failing } });
  await assert.rejects(noSet.add([{ text: "a" }]), { code: "embedding-cache", message: /disk full/ });
  const noGet = await open(t, { embeddingCache: { get: failing, set() {} } });
  await assert.rejects(noGet.add([{ text: "a" }]), { code: "embedding-cache" });
});

test("a summarizer is asked on the caller's side", async (t) => {
  const summarizer = async (requests) => requests.map(({ passages: [{ text }] }) => `about ${text}`);
  const collection = await open(t, { summarizer });
  await collection.add([{ id: "a", text: "whales" }]);
  assert.equal((await collection.document("a")).title, "about whales");
});

test("a summarizer that fails, or answers something else, is an error and changes nothing", async (t) => {
  for (const summarizer of [
    () => Promise.reject(new Error("no quota")),
    async () => ["one", "too many"],
    () => "text",
  ]) {
    const collection = await open(t, { summarizer });
    await assert.rejects(collection.add([{ text: "a" }]), { code: "summarizer" });
    assert.equal((await collection.stats()).documents, 0);
  }
});

test("cancelling reaches the summarizer", async (t) => {
  let told;
  const summarizer = (_, { signal }) =>
    new Promise((resolve) => signal.addEventListener("abort", () => resolve((told = []))));
  const collection = await open(t, { summarizer });
  const controller = new AbortController();
  const adding = collection.add([{ text: "a" }], { signal: controller.signal });
  await sleep(20);
  controller.abort();
  await assert.rejects(adding, { code: "cancelled" });
  await sleep(20);
  assert.deepEqual(told, []);
});

test("an answer is extracted without a generator and streamed with one", async (t) => {
  const collection = await open(t);
  await collection.add([{ text: "Ahab hunts the whale." }]);
  assert.deepEqual((await collection.answer("Who hunts?")).text, "Who hunts?");
  let prompt;
  const generator = async function* (given) {
    prompt = given;
    yield "Ahab ";
    yield "[1]";
  };
  const answer = await collection.answer("Who hunts?", { generator, insist: true });
  const pieces = [];
  for await (const piece of answer) pieces.push(piece);
  assert.deepEqual(pieces, ["Ahab ", "[1]"]);
  assert.match(prompt, /\[1\] Ahab hunts the whale\.[^]*Question: Who hunts\?/);
  assert.equal(answer.citations.length, 1);
  prompt = undefined;
  assert.equal(await answer.text(), "Ahab [1]");
  assert.equal(prompt, undefined, "it was generated twice");
});

test("a generator that ignores the signal is left behind", async (t) => {
  const collection = await open(t);
  const controller = new AbortController();
  const generator = async function* () {
    yield "begun";
    await new Promise(() => {});
  };
  const answer = await collection.answer("Well?", { generator, signal: controller.signal, insist: true });
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(answer.text(), { code: "cancelled" });
});

test("a generator is not asked before its answer is read, nor where nothing was found", async (t) => {
  const collection = await open(t);
  await collection.add([{ text: "Ahab hunts the whale." }]);
  let asked = 0;
  const generator = async function* () {
    asked++;
    yield "He does.";
  };
  const found = await collection.answer("hunts", { generator });
  assert.deepEqual([found.found, asked], [true, 0]);
  assert.deepEqual([await found.text(), asked], ["He does.", 1]);
  const unfound = await collection.answer("Who bakes?", { generator });
  assert.deepEqual([unfound.found, await unfound.text(), asked], [false, "This is not in your documents.", 1]);
});

test("what a generator throws has a code, and several readers hear of it", async (t) => {
  const collection = await open(t);
  const generator = async function* () {
    yield "begun";
    throw new Error("out of memory");
  };
  const answer = await collection.answer("Well?", { generator, insist: true });
  const pieces = [];
  const reading = async () => {
    for await (const piece of answer) pieces.push(piece);
  };
  await Promise.all([
    assert.rejects(reading(), { code: "generator", message: /out of memory/ }),
    assert.rejects(answer.text(), { code: "generator" }),
  ]);
  assert.deepEqual(pieces, ["begun"]);
});

test("a reader who stops ends the generation, unless somebody else reads on", async (t) => {
  const collection = await open(t);
  let ended = 0;
  const generator = async function* () {
    try {
      for (let number = 0; number < 5; number++) yield String(number);
    } finally {
      ended++;
    }
  };
  const alone = await collection.answer("Well?", { generator, insist: true });
  for await (const piece of alone) if (piece === "1") break;
  await sleep(5);
  assert.equal(ended, 1);
  const shared = await collection.answer("Well?", { generator, insist: true });
  const other = shared.text();
  for await (const piece of shared) if (piece === "1") break;
  assert.equal(await other, "01234");
});

test("an export opens again, with the same model only", async (t) => {
  const collection = await open(t);
  await collection.add([{ id: "a", text: "kept" }]);
  const bytes = await collection.export();
  const again = await Leafcutter.import(bytes, { name: "again", model: fakeModel });
  t.after(() => again.close());
  assert.equal((await again.document("a")).text, "kept");
  const other = { files: { ...fakeModel.files, weights: new Uint8Array(9) } };
  await assert.rejects(Leafcutter.import(bytes, { name: "again", model: other }), { code: "index-identity" });
});

test("texts are embedded, encoded and counted", async (t) => {
  const collection = await open(t);
  const [first, second] = await collection.embed(["a", "bcd"]);
  assert.deepEqual([first[0], second[0], second.length], [1, 3, 4]);
  assert.equal((await collection.embed(["a"], { role: "query" }))[0][2], 1);
  assert.deepEqual(await collection.encode("to be"), Uint32Array.of(101, 2, 2, 102));
  assert.equal(await collection.countTokens("or not to be"), 4);
});

test("every node has its embedding", async (t) => {
  const collection = await open(t);
  assert.deepEqual(await collection.embeddings(), []);
  await collection.add([{ text: "a" }, { text: "b" }]);
  const rows = [
    [0, 1, 2, 3],
    [4, 5, 6, 7],
  ];
  assert.deepEqual(
    await collection.embeddings(),
    rows.map((row) => Float32Array.from(row, (value) => value / 7)),
  );
});

test("what is not there is an error with a code, and a crash is one too", async (t) => {
  const collection = await open(t);
  await assert.rejects(collection.document("none"), { code: "unknown-document" });
  await assert.rejects(collection.node(7), { code: "unknown-node" });
  await assert.rejects(collection.node(13), { code: "crashed" });
});

test("after a crash, a collection that is opened anew works", async (t) => {
  const collection = await open(t);
  await assert.rejects(collection.node(13), { code: "crashed" });
  // Nothing of what crashed is to be trusted.
  await assert.rejects(collection.stats(), { code: "crashed" });
  await collection.close();
  assert.equal((await (await open(t)).stats()).documents, 0);
});

test("questions are embedded in batches, between which others have their turn", async (t) => {
  const cached = [];
  const embeddingCache = { get: (texts) => (cached.push(...texts), []), set() {} };
  const collection = await open(t, { embeddingCache });
  const seen = [];
  const controller = new AbortController();
  const texts = Array.from({ length: 30 }, (_, index) => `slow ${index} ${"x".repeat(400)}`);
  const onProgress = (progress) => seen.push(progress);
  const embedding = collection.embed(texts, { role: "query", signal: controller.signal, onProgress });
  while (seen.length === 0) await sleep(10);
  assert.deepEqual([seen[0].stage, seen[0].total], ["embed", 30]);
  controller.abort();
  await assert.rejects(embedding, { code: "cancelled" });
  assert.equal((await collection.embed(["a", "b"], { role: "query" }))[1][2], 1);
  // Passages alone are in the cache: the same text is embedded otherwise as a question.
  assert.deepEqual(cached, []);
});

test("closing ends calls under way, and those after it", async () => {
  const collection = await Leafcutter.open({ name: "test", model: fakeModel });
  const adding = collection.add([{ text: "slow a" }, { text: "slow b".repeat(200) }]);
  await sleep(20);
  const rejected = assert.rejects(adding, (error) => ["closed", "cancelled"].includes(error.code));
  await collection.close();
  await rejected;
  await assert.rejects(collection.search("a"), { code: "closed" });
  await collection.close();
});

test("a model is read from a folder", async (t) => {
  const seen = [];
  const collection = await open(t, { model: await fakeModelFolder(), onProgress: (progress) => seen.push(progress) });
  assert.equal((await collection.stats()).runtime.model, "fake-2");
  const { stage, done, total } = seen.at(-1);
  assert.deepEqual({ stage, done, total }, { stage: "load", done: 6, total: 6 });
});

test("a model is read from one file", async (t) => {
  const file = path.join(await temporaryFolder(), "model.int8.safetensors");
  await writeFile(file, "123");
  const seen = [];
  const collection = await open(t, { model: file, onProgress: (progress) => seen.push(progress) });
  assert.equal((await collection.stats()).runtime.model, "fake-3");
  assert.equal(seen.at(-1).total, 3);
  const missing = open(t, { model: `${file}-not.safetensors` });
  await assert.rejects(missing, { code: "model-fetch", message: /no such file; the model must be a quantized file/ });
});

test("precision and kernel are those that were asked for", async (t) => {
  const runtime = async (options) => (await (await open(t, options)).stats()).runtime;
  const { kernel, model } = await runtime({ precision: "f32" });
  assert.deepEqual({ kernel, model }, { kernel: "f32", model: "fake-8-f32" });
  assert.equal((await runtime({ kernel: "scalar" })).kernel, "scalar");
});

test("a model that is not there, or is a page instead of a file, is named", async (t) => {
  const folder = await temporaryFolder();
  const opening = Leafcutter.open({ name: "test", model: folder });
  await assert.rejects(
    opening,
    (error) => error.code === "model-fetch" && error.message.includes(path.basename(folder)),
  );

  const server = createServer((_, response) => response.setHeader("content-type", "text/html").end("<p>Welcome"));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => server.close());
  const model = `http://127.0.0.1:${server.address().port}/model`;
  await assert.rejects(Leafcutter.open({ name: "test", model }), { code: "model-fetch", message: /no such file/ });
});

test("opening can be cancelled while the model loads", async (t) => {
  const server = createServer((_, response) => void response.writeHead(200).write("{"));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => (server.closeAllConnections(), server.close()));
  const model = `http://127.0.0.1:${server.address().port}/model/`;
  const opening = Leafcutter.open({ name: "test", model, signal: AbortSignal.timeout(50) });
  await assert.rejects(opening, { name: "AbortError", code: "cancelled" });
});

test("all errors are of one class", async (t) => {
  const collection = await open(t);
  await assert.rejects(collection.document("none"), LeafcutterError);
  await assert.rejects(collection.search(7), LeafcutterError);
});
