// transformers.js on onnxruntime-web with its q8 model.

const OPTIONS = { pooling: "mean", normalize: true };

/** Texts that batch sizes are tried on. */
const TRIAL = 128;

/**
 * @param {object} options
 * @param {string[]} options.texts
 * @param {number} [options.threads] over one only in a cross-origin isolated page
 * @param {"one" | "best"} [options.batch] all texts in one call, or in calls of the size that is fastest for them: a call
 *   pads its texts to the longest
 */
export async function prepare({ texts, threads = 1, batch = "one" }) {
  if (threads > 1 && !self.crossOriginIsolated) throw new Error("threads need a cross-origin isolated page");
  const { pipeline, env } = await import("@huggingface/transformers");
  env.allowRemoteModels = false;
  env.allowLocalModels = true;
  env.localModelPath = "/peer-models/";
  env.backends.onnx.wasm.wasmPaths = "/peers/onnxruntime-web/dist/";
  env.backends.onnx.wasm.numThreads = threads;
  const extract = await pipeline("feature-extraction", "minilm-onnx", { dtype: "q8", device: "wasm" });

  async function embed(texts, size, onBatch) {
    for (let start = 0; start < texts.length; start += size) {
      const { data } = await extract(texts.slice(start, start + size), OPTIONS);
      onBatch?.(data);
    }
  }

  const size = batch === "best" ? await bestSize() : texts.length;
  async function bestSize() {
    const trial = texts.slice(0, TRIAL);
    await embed(trial, 8);
    let best;
    for (const size of [1, 8, 32, trial.length]) {
      const start = performance.now();
      await embed(trial, size);
      const ms = performance.now() - start;
      if (best === undefined || ms < best.ms) best = { size, ms };
    }
    return best.size;
  }

  return {
    facts: { name: `transformers.js q8, ${threads === 1 ? "1 thread" : `${threads} threads`}`, batch: size },
    run: (some = texts) => embed(some, size),
    async vectors() {
      const vectors = [];
      await embed(texts, size, (data) => vectors.push(...data));
      return vectors;
    },
  };
}
