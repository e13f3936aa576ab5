// The real model in int8 and in f32, from its folder and from its quantized file.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { convertModel, Leafcutter } from "../../pkg/dist/index.js";
import { modelFolder, quantizedModel } from "../support/model.mjs";

const TEXTS = ["The lighthouse keeper kept bees.", "Fishermen walked over the ice to their boats.", ""];

/** What a model says of itself, and the embeddings of the texts. */
async function embed(options) {
  const collection = await Leafcutter.open({ name: "test", ...options });
  try {
    return { ...(await collection.stats()).runtime, embeddings: await collection.embed(TEXTS) };
  } finally {
    await collection.close();
  }
}

test("a folder and its quantized file are the same model, with every number of workers", async () => {
  const file = await embed({ model: quantizedModel() });
  assert.notEqual(file.kernel, "f32");
  for (const options of [{ model: modelFolder() }, { model: modelFolder(), workers: 1 }]) {
    const { model, kernel, embeddings } = await embed(options);
    assert.deepEqual({ model, kernel }, { model: file.model, kernel: file.kernel });
    assert.deepEqual(embeddings, file.embeddings);
  }
});

test("a kernel can be asked for, and gives the same bits", async () => {
  const [chosen, scalar] = [
    await embed({ model: quantizedModel() }),
    await embed({ model: quantizedModel(), kernel: "scalar" }),
  ];
  assert.equal(scalar.kernel, "scalar");
  assert.deepEqual(scalar.embeddings, chosen.embeddings);
  await assert.rejects(embed({ model: quantizedModel(), kernel: "none" }), {
    code: "invalid-option",
    message: /kernel/,
  });
});

test("int8 is close to f32, and an index of one is not opened with the other", async () => {
  const [int8, f32] = [
    await embed({ model: quantizedModel() }),
    await embed({ model: modelFolder(), precision: "f32" }),
  ];
  assert.equal(f32.kernel, "f32");
  int8.embeddings.slice(0, 2).forEach((embedding, index) => {
    const cosine = embedding.reduce((sum, value, at) => sum + value * f32.embeddings[index][at], 0);
    assert(cosine > 0.99 && cosine < 1 - 1e-6, `cosine ${cosine}`);
  });
  const collection = await Leafcutter.open({ name: "test", model: quantizedModel() });
  const bytes = await collection.export();
  await collection.close();
  const opening = Leafcutter.import(bytes, { name: "test", model: modelFolder(), precision: "f32" });
  await assert.rejects(opening, { code: "index-identity" });
  await assert.rejects(embed({ model: quantizedModel(), precision: "f32" }), {
    code: "invalid-option",
    message: /int8/,
  });
});

test("converting a folder gives the bytes that the build made", async () => {
  const made = await convertModel(modelFolder());
  assert(readFileSync(quantizedModel()).equals(made));
  assert(made.length < 23_500_000, `${made.length} bytes`);
  await assert.rejects(convertModel({ files: { quantized: made } }), { code: "model-file" });
  await assert.rejects(convertModel(7), { code: "invalid-option" });
});
