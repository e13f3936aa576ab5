import assert from "node:assert/strict";
import test from "node:test";

import { moduleInNode, readGolden } from "../support/model.mjs";
import { LEAST_COSINE, MOST_DRIFT, parity, parityFigure } from "../support/parity.mjs";

const golden = readGolden();

for (const variant of ["simd"]) {
  test(
    `the ${variant} module agrees with the reference in Node`,
    { skip: golden ? false : "no reference embeddings" },
    async (t) => {
      const { bindings, files } = await moduleInNode(variant);
      const figures = parity(new bindings.Model(files, "f32"), golden);
      t.diagnostic(parityFigure(figures));
      assert.deepEqual(figures.wrongIds, []);
      assert.ok(figures.leastCosine >= LEAST_COSINE, `least cosine ${figures.leastCosine}`);
      assert.ok(figures.mostDrift <= MOST_DRIFT, `most drift ${figures.mostDrift}`);
    },
  );
}
