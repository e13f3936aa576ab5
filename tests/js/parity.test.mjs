import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";

import { modelFolder, shared } from "../support/model.mjs";
import { LEAST_COSINE, MOST_DRIFT, modelFiles, parity, parityFigure } from "../support/parity.mjs";

const golden = shared("golden/minilm-l6-v2.jsonl");

for (const variant of ["simd"]) {
  test(
    `the ${variant} module agrees with the reference in Node`,
    { skip: golden ? false : "no reference embeddings" },
    async (t) => {
      const wasm = new URL(`../../pkg/wasm/${variant}/`, import.meta.url);
      const bindings = await import(new URL("leafcutter.js", wasm));
      bindings.initSync({ module: readFileSync(new URL("leafcutter_bg.wasm", wasm)) });
      const files = await modelFiles((name) => {
        const file = path.join(modelFolder(), name);
        return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
      });
      const lines = readFileSync(golden, "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line));
      const figures = parity(new bindings.Model(files, "f32"), lines);
      t.diagnostic(parityFigure(figures));
      assert.deepEqual(figures.wrongIds, []);
      assert.ok(figures.leastCosine >= LEAST_COSINE, `least cosine ${figures.leastCosine}`);
      assert.ok(figures.mostDrift <= MOST_DRIFT, `most drift ${figures.mostDrift}`);
    },
  );
}
