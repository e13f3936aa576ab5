// A collection whose texts the caller embeds: with the real transformers.js, and with a fake embedder for what may go wrong.

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";

import { transformersEmbedder } from "../../examples/transformers-embedder.mjs";
import { Leafcutter } from "../../pkg/dist/index.js";
import { modelsFolder, quantizedModel, shared } from "../support/model.mjs";

const DOCUMENTS = [
  { id: "ants", text: "Leafcutter ants farm a fungus. They feed it with leaves." },
  { id: "bees", text: "Honey bees store food for the winter. They keep warm by shivering." },
  { id: "school", text: "The new teacher plays the cello. The children love it." },
];

/** A fake model: it counts the letters a to h. */
const letters = (text) => Array.from("abcdefgh", (letter) => text.toLowerCase().split(letter).length - 0.5);

const fakeEmbedder = (more = {}) => ({ name: "letters", dimensions: 8, embed: (texts) => texts.map(letters), ...more });

async function open(t, embedder, options = {}) {
  const collection = await Leafcutter.open({ name: "outside", model: { embedder }, ...options });
  t.after(() => collection.close());
  return collection;
}

const peers = path.join(modelsFolder, "../peers/node_modules/@huggingface/transformers");
const onnx = shared("peers/models");
const skip =
  existsSync(peers) && onnx && existsSync(onnx)
    ? false
    : "transformers.js or its model is missing (scripts/setup/peers.sh, and LEAFCUTTER_SHARED): it embeds nothing";

test("transformers.js embeds the texts of a collection, which are found by its embeddings", { skip }, async (t) => {
  const library = await import(pathToFileURL(createRequire(`${peers}/package.json`).resolve(peers)).href);
  Object.assign(library.env, { allowRemoteModels: false, localModelPath: onnx });
  const extract = await library.pipeline("feature-extraction", "minilm-onnx", { dtype: "q8" });
  const collection = await open(t, transformersEmbedder(extract, { name: "minilm-onnx q8", dimensions: 384 }));
  await collection.add(DOCUMENTS);
  const { runtime } = await collection.stats();
  assert.deepEqual([runtime.kernel, runtime.dimensions], ["outside", 384]);
  for (const [question, id] of [
    ["which insects grow their food?", "ants"],
    ["music lessons", "school"],
  ]) {
    const { hits } = await collection.search(question, { hybrid: { alpha: 1 } });
    assert.equal(hits[0].document.id, id);
  }
  // The same model, computed by Leafcutter.
  const own = await Leafcutter.open({ name: "own", model: quantizedModel() });
  t.after(() => own.close());
  const texts = DOCUMENTS.map(({ text }) => text);
  const [theirs, ours] = await Promise.all([collection.embed(texts), own.embed(texts)]);
  const cosines = theirs.map((row, index) => row.reduce((sum, value, at) => sum + value * ours[index][at], 0));
  assert(
    cosines.every((cosine) => cosine > 0.97 && cosine <= 1.001),
    `${cosines}`,
  );
  t.diagnostic(`figure: transformers.js embeds, cosine to Leafcutter's own ${Math.min(...cosines).toFixed(3)}`);
});

test("texts go to the embedder in their role, sentences as passages, and none twice", async (t) => {
  const asked = [];
  const embedder = fakeEmbedder({
    async embed(texts, { role, signal }) {
      assert(signal instanceof AbortSignal);
      asked.push(...texts.map((text) => `${role}: ${text}`));
      return texts.map(letters);
    },
  });
  const collection = await open(t, embedder);
  await collection.add(DOCUMENTS.slice(0, 1));
  assert(asked.includes("passage: Leafcutter ants farm a fungus."));
  assert(asked.includes("passage: They feed it with leaves."));
  asked.length = 0;
  await collection.search("aabb");
  await collection.context("aabb");
  assert.deepEqual(asked, ["query: aabb"]);
  const [row] = await collection.embed(["abcd"]);
  assert(Math.abs(Math.hypot(...row) - 1) < 1e-6);
  assert.equal(await collection.countTokens("Leafcutter ants."), 5);
  await assert.rejects(collection.encode("a"), { code: "invalid-option" });
});

test("an index is opened with the embedder of the same name and width alone", async (t) => {
  const collection = await open(t, fakeEmbedder());
  await collection.add(DOCUMENTS);
  const bytes = await collection.export();
  const again = await Leafcutter.import(bytes, { name: "again", model: { embedder: fakeEmbedder() } });
  t.after(() => again.close());
  assert.equal((await again.stats()).documents, 3);
  for (const model of [{ embedder: fakeEmbedder({ name: "other" }) }, quantizedModel()]) {
    await assert.rejects(Leafcutter.import(bytes, { name: "again", model }), { code: "index-identity" });
  }
});

test("an embedder that fails or gives something else is an error, and nothing is changed", async (t) => {
  let embed = (texts) => texts.map(letters);
  const collection = await open(t, fakeEmbedder({ embed: (texts) => embed(texts) }));
  await collection.add(DOCUMENTS.slice(0, 1));
  const wrong = [
    () => {
      throw new Error("no memory");
    },
    () => [],
    () => undefined,
    (texts) => texts.map(() => [1, 2]),
    (texts) => texts.map(() => Array(8).fill(NaN)),
    (texts) => texts.map(() => "abcdefgh"),
  ];
  for (const one of wrong) {
    embed = one;
    await assert.rejects(collection.add(DOCUMENTS), { code: "embedder" });
    assert.equal((await collection.stats()).documents, 1);
  }
  embed = () => new Promise(() => {});
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(collection.add(DOCUMENTS, { signal: controller.signal }), { code: "cancelled" });
  embed = (texts) => texts.map(letters);
  assert.equal((await collection.add(DOCUMENTS)).added, 2);
});

test("an embedder without name, width or function is refused before anything is opened", async () => {
  for (const more of [
    { name: "" },
    { dimensions: 0 },
    { dimensions: 1.5 },
    { embed: 7 },
    { name: undefined },
    { device: "gpu" },
  ]) {
    const opening = Leafcutter.open({ name: "outside", model: { embedder: fakeEmbedder(more) } });
    await assert.rejects(opening, { code: "invalid-option", message: /embedder/ });
  }
  const reranker = { embedder: fakeEmbedder() };
  await assert.rejects(Leafcutter.open({ name: "outside", model: quantizedModel(), reranker }), {
    code: "invalid-option",
  });
});
