// The int8 encoder: every kernel of every module, in Node and in Chromium, gives the same bits.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";

import { modelFolder, QUANTIZED, shared } from "../support/model.mjs";
import { kernelHashes, modelFiles } from "../support/parity.mjs";
import { blankPage } from "./harness.mjs";

const golden = shared("golden/minilm-l6-v2.jsonl");
const skip = golden ? false : "no reference texts";

test("every kernel gives the same bits, in Node and in Chromium", { skip, timeout: 600_000 }, async (t) => {
  const lines = readFileSync(golden, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const all = { "simd in Node": await hashesInNode(lines) };
  const { page } = await blankPage(t);
  for (const variant of ["simd", "relaxed"]) {
    all[`${variant} in Chromium`] = await page.evaluate(
      async ({ lines, variant }) => {
        const bindings = await import(`/pkg/wasm/${variant}/leafcutter.js`);
        const { kernelHashes, modelFiles } = await import("/tests/support/parity.mjs");
        await bindings.default({ module_or_path: `/pkg/wasm/${variant}/leafcutter_bg.wasm` });
        const files = await modelFiles(async (name) => {
          const response = await fetch(`/model/${name}`);
          return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
        });
        return kernelHashes(bindings, { quantized: bindings.Model.convert(files) }, lines);
      },
      { lines, variant },
    );
  }
  const scalar = all["simd in Node"].scalar;
  assert.match(scalar, /^[\da-f]{64}$/);
  for (const [where, hashes] of Object.entries(all)) {
    assert(Object.keys(hashes).length > 1, `${where}: ${Object.keys(hashes)}`);
    for (const [kernel, hash] of Object.entries(hashes)) assert.equal(hash, scalar, `${kernel}, ${where}`);
    t.diagnostic(`figure: ${where} ${Object.keys(hashes).join(", ")}`);
  }
});

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

/** The conversion is held against those in Chromium as well. */
async function hashesInNode(lines) {
  const wasm = new URL("../../pkg/wasm/simd/", import.meta.url);
  const bindings = await import(new URL("leafcutter.js", wasm));
  bindings.initSync({ module: readFileSync(new URL("leafcutter_bg.wasm", wasm)) });
  const files = await modelFiles((name) => {
    const file = path.join(modelFolder(), name);
    return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
  });
  return kernelHashes(bindings, { quantized: bindings.Model.convert(files) }, lines);
}
