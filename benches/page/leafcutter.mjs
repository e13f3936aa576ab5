// Leafcutter as the benchmarks open it. The only file here that knows how an engine is chosen and what it is called.

/** The published one, in f32. */
const FOLDER = "/model/";
/** What a site serves: the same, quantized by the build. */
const QUANTIZED = "/models/all-MiniLM-L6-v2.int8.safetensors";
const DEFAULT_PRECISION = "int8";

/**
 * The bindings of one of the two modules.
 *
 * @param {"relaxed" | "simd"} variant
 */
export async function openBindings(variant) {
  const bindings = await import(`/pkg/wasm/${variant}/leafcutter.js`);
  await bindings.default({ module_or_path: `/pkg/wasm/${variant}/leafcutter_bg.wasm` });
  return bindings;
}

/**
 * An encoder on this thread, through the bindings.
 *
 * @param {object} options
 * @param {"relaxed" | "simd"} [options.variant] the module
 * @param {"int8" | "f32"} [options.precision]
 * @param {string} [options.kernel] one of the module's `kernels`, the fastest without it
 */
export async function openModel({ variant = "relaxed", precision = DEFAULT_PRECISION, kernel } = {}) {
  const bindings = await openBindings(variant);
  const { modelFiles } = await import("/tests/support/parity.mjs");
  const files = await modelFiles(async (name) => {
    const response = await fetch(FOLDER + name);
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  });
  const model = new bindings.Model(files, precision, kernel);
  const kernels = bindings.Model.kernels?.() ?? [];
  return { bindings, model, kernels, kernel: nameKernel(model.kernel, variant) };
}

/**
 * A collection through the public entry.
 *
 * @param {object} options
 * @param {string} [options.from] folder of the package's scripts
 * @param {number} [options.workers] that embed
 */
export async function openCollection({ from = "/pkg/dist/", workers = 1 } = {}) {
  const { Leafcutter } = await import(`${from}index.js`);
  const collection = await Leafcutter.open({ name: "bench", model: QUANTIZED, workers });
  const { runtime } = await collection.stats();
  return { collection, kernel: nameKernel(runtime.kernel, runtime.module), workers: runtime.workers };
}

/** A build whose models do not tell runs candle's f32. */
function nameKernel(kernel, variant) {
  return `${kernel ?? "f32"}, ${variant} module`;
}
