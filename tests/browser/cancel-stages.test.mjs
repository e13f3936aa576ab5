// Cancelling in every stage of a change in a real worker: what is asked right after is answered at once. The vectors are
// made up, so that the stages other than embedding are reached in seconds.
import assert from "node:assert/strict";
import test from "node:test";

import { blankPage } from "./harness.mjs";

/** A read waits for the step under way, so these need a core whose steps are short in every stage. */
const LONG_STEPS = "a step of the core takes longer in this stage";

const STAGES = [
  { stage: "parse" },
  { stage: "embed" },
  { stage: "cluster", todo: LONG_STEPS },
  { stage: "index", todo: LONG_STEPS },
];

for (const { stage, todo } of STAGES) {
  test(
    `cancelled in the stage "${stage}", the old state is readable at once`,
    { todo, timeout: 120_000 },
    async (t) => {
      const { page } = await blankPage(t);
      const result = await page.evaluate(async (stage) => {
        const { Leafcutter } = await import("/pkg/dist/index.js");
        const vector = () => {
          const values = Float32Array.from({ length: 384 }, () => Math.random() - 0.5);
          const length = Math.hypot(...values);
          return values.map((value) => value / length);
        };
        // Made beforehand, so that the page is not busy with them when it cancels.
        const vectors = Array.from({ length: 300 }, vector);
        // A chunk is one sentence here, and has a vector of its own and one of that sentence.
        const leaves = vectors.map((one, index) => Float32Array.from([...one, ...vectors.at(index - 1)]));
        const get = (texts, model) => {
          const made = model.endsWith("with sentences") ? leaves : vectors;
          return texts.map((_, index) => made[index % made.length]);
        };
        const embeddingCache = { get, set() {} };
        const lc = await Leafcutter.open({
          name: "test",
          model: "/models/all-MiniLM-L6-v2.int8.safetensors",
          chunking: { tokens: 16 },
          embeddingCache,
        });
        await lc.add([{ id: "old", text: "The old state." }]);
        const paragraphs = Array.from({ length: 30 }, (_, index) => `Bird number ${index} sat there.`).join("\n\n");
        const documents = Array.from({ length: 60 }, (_, index) => ({ id: `${index}`, text: paragraphs }));
        const controller = new AbortController();
        let aborted;
        const onProgress = (progress) => {
          if (progress.stage !== stage || aborted !== undefined) return;
          aborted = performance.now();
          controller.abort();
        };
        const error = await lc.add(documents, { signal: controller.signal, onProgress }).catch(({ code }) => code);
        const rejected = performance.now() - aborted;
        const { text } = await lc.document("old");
        const readable = performance.now() - aborted;
        const { added } = await lc.add([{ id: "new", text: "The new state." }]);
        return {
          error,
          rejected,
          readable,
          text,
          added,
          documents: (await lc.documents()).length,
        };
      }, stage);
      t.diagnostic(JSON.stringify(result));
      const { rejected, readable, ...rest } = result;
      assert.deepEqual(rest, { error: "cancelled", text: "The old state.", added: 1, documents: 2 });
      assert.ok(rejected < 200, `rejected after ${rejected} ms`);
      assert.ok(readable < 200, `readable after ${readable} ms`);
    },
  );
}
