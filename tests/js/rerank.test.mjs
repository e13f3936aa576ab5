// Hits put in order by a cross-encoder, with small models made here, through the real module.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { convertModel, Leafcutter } from "../../pkg/dist/index.js";
import { bindingsInNode } from "../support/model.mjs";
import { uniform } from "../support/random.mjs";
import { smallModel } from "../support/random-models.mjs";
import { temporaryFolder } from "./support.mjs";

const ENCODER = { files: smallModel(1) };
const CROSS_ENCODER = { files: smallModel(2, 1) };
const QUESTION = "w1 w2 w3";

const random = uniform(3);
const words = (count) => Array.from({ length: count }, () => `w${Math.floor(random() * 40)}`).join(" ");
const DOCUMENTS = Array.from({ length: 40 }, (_, index) => ({
  id: `d${index}`,
  markdown: `# ${words(2)}\n\n${words(5 + (index % 30))}.`,
}));

async function open(t, options = {}) {
  const collection = await Leafcutter.open({ name: "test", model: ENCODER, reranker: CROSS_ENCODER, ...options });
  t.after(() => collection.close());
  await collection.add(DOCUMENTS);
  return collection;
}

const ids = (hits) => hits.map(({ nodeId }) => nodeId);

test("the best hits are in the order of the cross-encoder's scores, the others as before", async (t) => {
  const collection = await open(t);
  const before = (await collection.search(QUESTION, { k: 20, mode: "leaves" })).hits;
  const { hits, trace } = await collection.search(QUESTION, { k: 20, mode: "leaves", rerank: 12 });

  const { CrossEncoder } = await bindingsInNode("simd");
  const encoder = new CrossEncoder(CROSS_ENCODER.files, "int8");
  // One by one: a score does not depend on its batch.
  const score = ({ headingPath, text }) => encoder.score(QUESTION, [`${headingPath.join(" ")}\n${text}`])[0];
  const expected = before.slice(0, 12).map((hit) => ({
    ...hit,
    score: score(hit),
    explanation: { ...hit.explanation, fused: hit.score },
  }));
  expected.sort((a, b) => b.score - a.score);
  assert.deepEqual(hits, [...expected, ...before.slice(12)]);
  assert.notDeepEqual(ids(hits), ids(before));
  assert.equal(trace.notes.at(-1), "the cross-encoder put the best 12 in order");
});

test("more are read than shown, and no more than were found", async (t) => {
  const collection = await open(t);
  const all = await collection.search(QUESTION, { k: 30, mode: "leaves", rerank: 30 });
  const three = await collection.search(QUESTION, { k: 3, mode: "leaves", rerank: 30 });
  assert.deepEqual(ids(three.hits), ids(all.hits).slice(0, 3));
  const byDefault = await collection.search(QUESTION, { mode: "leaves", rerank: 2 });
  assert.equal(byDefault.hits.length, 8);
  const few = await collection.search(QUESTION, { rerank: 1000, filter: { absent: { exists: true } } });
  assert.deepEqual(few.hits, []);
});

test("it is the same from a folder, as a quantized file and in a worker, and close in f32", async (t) => {
  const folder = path.join(await temporaryFolder(), "model");
  await mkdir(folder);
  const { config, tokenizer, weights } = CROSS_ENCODER.files;
  await writeFile(path.join(folder, "config.json"), config);
  await writeFile(path.join(folder, "tokenizer.json"), tokenizer);
  await writeFile(path.join(folder, "model.safetensors"), weights);
  const search = async (options) => {
    const collection = await open(t, options);
    return (await collection.search(QUESTION, { k: 9, mode: "leaves", rerank: 9, hybrid: { alpha: 0 } })).hits;
  };
  const expected = await search({});
  const quantized = { files: { quantized: await convertModel(CROSS_ENCODER) } };
  for (const options of [{ reranker: folder }, { reranker: quantized }, { reranker: folder, workers: 1 }]) {
    assert.deepEqual(await search(options), expected);
  }
  const f32 = await search({ precision: "f32" });
  const scores = new Map(expected.map(({ document, score }) => [document.id, score]));
  for (const { document, score } of f32) assert.ok(Math.abs(score - scores.get(document.id)) < 0.2);
});

test("a search is cancelled between batches, and others are answered meanwhile", async (t) => {
  const collection = await open(t);
  const controller = new AbortController();
  const long = collection.search(QUESTION, { k: 40, mode: "leaves", rerank: 40, signal: controller.signal });
  let done = false;
  const finished = long.finally(() => (done = true));
  assert.equal((await collection.stats()).documents, 40);
  assert.equal(done, false);
  controller.abort();
  await assert.rejects(finished, { name: "AbortError", code: "cancelled" });
  assert.equal((await collection.search(QUESTION, { k: 3, rerank: 3 })).hits.length, 3);
});

test("closing ends a search that reads", async () => {
  const collection = await Leafcutter.open({ name: "test", model: ENCODER, reranker: CROSS_ENCODER });
  await collection.add(DOCUMENTS);
  const rejected = assert.rejects(collection.search(QUESTION, { rerank: 40 }), { code: "closed" });
  await collection.close();
  await rejected;
});

test("what cannot rerank is refused", async (t) => {
  const plain = await open(t, { reranker: undefined });
  await assert.rejects(plain.search(QUESTION, { rerank: 5 }), { code: "invalid-option", message: /reranker/ });
  const opening = (reranker) => Leafcutter.open({ name: "test", model: ENCODER, reranker });
  await assert.rejects(opening(ENCODER), { code: "model-file", message: /no cross-encoder/ });
  await assert.rejects(opening({ files: smallModel(2, 3) }), { code: "model-file", message: /3 labels/ });
  const config = new TextEncoder().encode('{"model_type": "xlm-roberta"}');
  await assert.rejects(opening({ files: { ...CROSS_ENCODER.files, config } }), { code: "model-file" });
  await assert.rejects(opening(path.join(await temporaryFolder(), "absent")), { code: "model-fetch" });
});
