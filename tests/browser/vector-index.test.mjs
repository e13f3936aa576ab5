// The scan of vectors: every code path of every module, in Node and in Chromium, gives the same bits.
import assert from "node:assert/strict";
import test from "node:test";

import { moduleInNode } from "../support/model.mjs";
import { methodHashes } from "../support/vector-index.mjs";
import { blankPage } from "./harness.mjs";

const SAMPLES = 300;

test("every kernel of the scan gives the same bits, in Node and in Chromium", { timeout: 300_000 }, async (t) => {
  const all = { "simd in Node": await methodHashes((await moduleInNode("simd")).bindings, SAMPLES) };
  const { page } = await blankPage(t);
  for (const variant of ["simd", "relaxed"]) {
    all[`${variant} in Chromium`] = await page.evaluate(
      async ({ variant, samples }) => {
        const { methodHashes } = await import("/tests/support/vector-index.mjs");
        const { moduleInPage } = await import("/tests/support/parity.mjs");
        const { bindings } = await moduleInPage(variant);
        return methodHashes(bindings, samples);
      },
      { variant, samples: SAMPLES },
    );
  }
  const { exact, "signs-scalar": scalar } = all["simd in Node"];
  for (const [where, hashes] of Object.entries(all)) {
    const bySigns = Object.entries(hashes).filter(([method]) => method.startsWith("signs-"));
    assert.equal(bySigns.length, 2, `${where}: ${Object.keys(hashes)}`);
    for (const [method, hash] of bySigns) assert.equal(hash, scalar, `${method}, ${where}`);
    assert.equal(hashes.exact, exact, where);
    t.diagnostic(`figure: ${where} ${bySigns.map(([method]) => method).join(", ")}`);
  }
});
