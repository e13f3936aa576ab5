// The int8 encoder: every kernel of every module, in Node and in Chromium, gives the same bits.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { moduleInNode, QUANTIZED } from "../support/model.mjs";
import { kernelHashes } from "../support/parity.mjs";
import { blankPage } from "./harness.mjs";

const fingerprint = JSON.parse(readFileSync(new URL("../fixtures/int8-fingerprint.json", import.meta.url), "utf8"));
const texts = fingerprint.phrases.map(([phrase, times]) => phrase.repeat(times));

test(
  "every kernel gives the bits that native builds give, in Node and in Chromium",
  { timeout: 600_000 },
  async (t) => {
    const all = { "simd in Node": await hashesInNode() };
    const { page } = await blankPage(t);
    for (const variant of ["simd", "relaxed"]) {
      all[`${variant} in Chromium`] = await page.evaluate(
        async ({ texts, variant }) => {
          const { kernelHashes, moduleInPage } = await import("/tests/support/parity.mjs");
          const { bindings, files } = await moduleInPage(variant);
          return kernelHashes(bindings, { quantized: bindings.Model.convert(files) }, texts);
        },
        { texts, variant },
      );
    }
    for (const [where, hashes] of Object.entries(all)) {
      assert(Object.keys(hashes).length > 1, `${where}: ${Object.keys(hashes)}`);
      for (const [kernel, hash] of Object.entries(hashes))
        assert.equal(hash, fingerprint.sha256, `${kernel}, ${where}`);
      t.diagnostic(`figure: ${where} ${Object.keys(hashes).join(", ")}`);
    }
  },
);

test("a folder is quantized in the browser to the file that the build made", { timeout: 300_000 }, async (t) => {
  const { page } = await blankPage(t);
  const result = await page.evaluate(async (quantized) => {
    const { Leafcutter } = await import("/pkg/dist/index.js");
    const embed = async (model) => {
      const start = performance.now();
      const collection = await Leafcutter.open({ name: "test", model });
      const milliseconds = performance.now() - start;
      const [embedding] = await collection.embed(["The lighthouse keeper kept bees."]);
      const { runtime } = await collection.stats();
      await collection.close();
      return { milliseconds, model: runtime.model, kernel: runtime.kernel, embedding: [...embedding] };
    };
    const first = await embed("/model/");
    return { first, again: await embed("/model/"), file: await embed(quantized) };
  }, `/models/${QUANTIZED}`);
  const { milliseconds: fresh, ...first } = result.first;
  const { milliseconds: kept, ...again } = result.again;
  const { milliseconds, ...file } = result.file;
  assert.deepEqual(first, file);
  assert.deepEqual(again, file);
  assert.notEqual(file.kernel, "f32");
  const times = [fresh, kept, milliseconds].map((time) => `${Math.round(time)} ms`);
  t.diagnostic(
    `figure: opened with quantizing in ${times[0]}, from the cache in ${times[1]}, by the file in ${times[2]}`,
  );
});

test("the worker that quantizes a folder is ended, and its memory with it", { timeout: 300_000 }, async (t) => {
  const { page } = await blankPage(t);
  const open = (model) =>
    page.evaluate(async (model) => {
      const { Leafcutter } = await import("/pkg/dist/index.js");
      globalThis.collection = await Leafcutter.open({ name: "test", model, workers: 1 });
      await globalThis.collection.embed(["The lighthouse keeper kept bees."]);
    }, model);
  const count = () => page.workers().length;
  await open(`/models/${QUANTIZED}`);
  const usual = count();
  await page.evaluate(() => globalThis.collection.close());
  let most = 0;
  page.on("worker", () => (most = Math.max(most, count())));
  await open("/model/");
  for (let tries = 0; count() > usual && tries < 20; tries++) await page.waitForTimeout(100);
  t.diagnostic(`figure: ${usual} workers by the file; by the folder ${most} at the most, then ${count()}`);
  assert(usual > 0 && most > usual, `${usual}, ${most}`);
  assert.equal(count(), usual);
});

/** The conversion is held against those in Chromium as well. */
async function hashesInNode() {
  const { bindings, files } = await moduleInNode("simd");
  return kernelHashes(bindings, { quantized: bindings.Model.convert(files) }, texts);
}
