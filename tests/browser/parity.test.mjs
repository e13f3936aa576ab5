import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { shared } from "../support/model.mjs";
import { LEAST_COSINE, MOST_DRIFT, parityFigure } from "../support/parity.mjs";
import { blankPage } from "./harness.mjs";

const golden = shared("golden/minilm-l6-v2.jsonl");
const skip = golden ? false : "no reference embeddings";

for (const variant of ["simd", "relaxed"]) {
  test(`the ${variant} module agrees with the reference in Chromium`, { skip, timeout: 600_000 }, async (t) => {
    const lines = readFileSync(golden, "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { page } = await blankPage(t);
    const figures = await page.evaluate(
      async ({ lines, variant }) => {
        const bindings = await import(`/pkg/wasm/${variant}/leafcutter.js`);
        const { modelFiles, parity } = await import("/tests/support/parity.mjs");
        await bindings.default({ module_or_path: `/pkg/wasm/${variant}/leafcutter_bg.wasm` });
        const files = await modelFiles(async (name) => {
          const response = await fetch(`/model/${name}`);
          return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
        });
        return parity(new bindings.Model(files, "f32"), lines);
      },
      { lines, variant },
    );
    t.diagnostic(parityFigure(figures));
    assert.deepEqual(figures.wrongIds, []);
    assert.ok(figures.leastCosine >= LEAST_COSINE, `least cosine ${figures.leastCosine}`);
    assert.ok(figures.mostDrift <= MOST_DRIFT, `most drift ${figures.mostDrift}`);
  });
}
