// Every kernel of the int8 encoder against the scalar one, over random shapes and extreme values, and that one against
// itself in Node.
import assert from "node:assert/strict";
import test from "node:test";

import { compareKernels, SAMPLES } from "../support/kernels.mjs";
import { bindingsInNode } from "../support/model.mjs";
import { blankPage } from "./harness.mjs";

for (const [what, sample] of Object.entries(SAMPLES)) {
  test(`every kernel gives the same bits in Chromium: ${what}`, { timeout: 300_000 }, async (t) => {
    const inNode = await compareKernels(await bindingsInNode("simd"), sample);
    const { page } = await blankPage(t);
    for (const variant of ["simd", "relaxed"]) {
      const { kernels, texts, refused, hashes, wrong } = await page.evaluate(
        async ({ variant, sample }) => {
          const { compareKernels } = await import("/tests/support/kernels.mjs");
          const { bindingsInPage } = await import("/tests/support/parity.mjs");
          return compareKernels(await bindingsInPage(variant), sample);
        },
        { variant, sample },
      );
      assert(wrong.length === 0, `${variant}:\n${wrong.join("\n")}`);
      assert(kernels.length > 1, `${variant}: ${kernels}`);
      hashes.forEach((hash, at) => assert.equal(hash, inNode.hashes[at], `seed ${at + 1}, ${variant} and Node`));
      t.diagnostic(
        `figure: ${variant}, ${sample.models} models, ${texts} texts (${refused} refused), ${kernels.join(", ")}`,
      );
    }
  });
}
