import assert from "node:assert/strict";
import test from "node:test";

import { readGolden } from "../support/model.mjs";
import { LEAST_COSINE, MOST_DRIFT, parityFigure } from "../support/parity.mjs";
import { blankPage } from "./harness.mjs";

const golden = readGolden();
const skip = golden ? false : "no reference embeddings";

for (const variant of ["simd", "relaxed"]) {
  test(`the ${variant} module agrees with the reference in Chromium`, { skip, timeout: 600_000 }, async (t) => {
    const { page } = await blankPage(t);
    const figures = await page.evaluate(
      async ({ golden, variant }) => {
        const { moduleInPage, parity } = await import("/tests/support/parity.mjs");
        const { bindings, files } = await moduleInPage(variant);
        return parity(new bindings.Model(files, "f32"), golden);
      },
      { golden, variant },
    );
    t.diagnostic(parityFigure(figures));
    assert.deepEqual(figures.wrongIds, []);
    assert.ok(figures.leastCosine >= LEAST_COSINE, `least cosine ${figures.leastCosine}`);
    assert.ok(figures.mostDrift <= MOST_DRIFT, `most drift ${figures.mostDrift}`);
  });
}
