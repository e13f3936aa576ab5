// Every kernel of the int8 encoder against the scalar one, over random shapes and extreme values.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { setFlagsFromString } from "node:v8";

import { compareKernels, SAMPLES } from "../support/kernels.mjs";
import { bindingsInNode } from "../support/model.mjs";
import { randomModel } from "../support/random-models.mjs";

const relaxed = readFileSync(new URL("../../pkg/wasm/relaxed/leafcutter_bg.wasm", import.meta.url));
if (!WebAssembly.validate(relaxed)) {
  // Node 20 has these instructions as an experiment, and its baseline compiler gets their sums wrong.
  ["--experimental-wasm-relaxed-simd", "--no-liftoff"].forEach(setFlagsFromString);
}

for (const variant of ["simd", "relaxed"]) {
  const skip = variant === "relaxed" && !WebAssembly.validate(relaxed) ? "no relaxed SIMD in this Node" : false;
  for (const [what, sample] of Object.entries(SAMPLES)) {
    test(`every kernel of the ${variant} module gives the same bits: ${what}`, { skip }, async (t) => {
      const { kernels, texts, refused, wrong } = await compareKernels(await bindingsInNode(variant), sample);
      assert(wrong.length === 0, wrong.join("\n"));
      assert(kernels.length > 1, String(kernels));
      t.diagnostic(`figure: ${sample.models} models, ${texts} texts (${refused} refused), ${kernels.join(", ")}`);
    });
  }
}

test("a head size that int8 does not compute is refused", async () => {
  const { Model } = await bindingsInNode("simd");
  const { files } = randomModel(1, "random");
  const config = JSON.parse(new TextDecoder().decode(files.config));
  config.num_attention_heads = config.hidden_size / 2;
  files.config = new TextEncoder().encode(JSON.stringify(config));
  assert.throws(() => new Model(files, "int8"), { code: "model-file" });
  new Model(files, "f32").free();
});
