// Holds a module's tokens and embeddings against the reference ones. Runs in Node and in browsers alike.

/** The largest share of a vector's length by which its dot product with the reference may fall short of 1. */
export const LEAST_COSINE = 0.99999;
/** The most that any value of an embedding may differ by the company in its batch. */
export const MOST_DRIFT = 1e-6;

const FILES = {
  config: "config.json",
  tokenizer: "tokenizer.json",
  weights: "model.safetensors",
  pooling: "1_Pooling/config.json",
  prompts: "config_sentence_transformers.json",
  sentenceConfig: "sentence_bert_config.json",
};

/** Reads a model folder through `read(name)`, which gives bytes or undefined. */
export async function modelFiles(read) {
  const files = {};
  for (const [key, name] of Object.entries(FILES)) files[key] = await read(name);
  return files;
}

/** In a page of the test server: the bindings of a built module, ready. */
export async function bindingsInPage(variant) {
  const bindings = await import(`/pkg/wasm/${variant}/leafcutter.js`);
  await bindings.default({ module_or_path: `/pkg/wasm/${variant}/leafcutter_bg.wasm` });
  return bindings;
}

/** In a page of the test server: the bindings of a built module, ready, and the files of the model. */
export async function moduleInPage(variant) {
  const bindings = await bindingsInPage(variant);
  const files = await modelFiles(async (name) => {
    const response = await fetch(`/model/${name}`);
    return response.ok ? new Uint8Array(await response.arrayBuffer()) : undefined;
  });
  return { bindings, files };
}

/** What `make verify` reads of {@link parity}'s answer. */
export const parityFigure = ({ lines, leastCosine, mostDrift }) =>
  `figure: ${lines} texts, least cosine ${leastCosine.toFixed(13)}, drift ${mostDrift}`;

/** Compares `model` with each of `golden`, objects of `text`, `ids` and `embedding`. */
export function parity(model, golden) {
  const wrongIds = golden.filter(({ text, ids }) => String(Array.from(model.encode(text))) !== String(ids));
  const texts = golden.map(({ text }) => text);
  const together = rows(model.embed(texts, "passage"), model.dimensions);
  let leastCosine = 1;
  let mostDrift = 0;
  golden.forEach(({ text, embedding }, index) => {
    const [alone] = rows(model.embed([text], "passage"), model.dimensions);
    leastCosine = Math.min(leastCosine, cosine(together[index], embedding));
    together[index].forEach((value, i) => (mostDrift = Math.max(mostDrift, Math.abs(value - alone[i]))));
  });
  return { lines: golden.length, wrongIds: wrongIds.map(({ text }) => text.slice(0, 80)), leastCosine, mostDrift };
}

/**
 * For each kernel of the module's int8 model, the SHA-256 of the embeddings of `texts`.
 *
 * @returns {Promise<Record<string, string>>}
 */
export async function kernelHashes({ Model }, files, texts) {
  const hashes = {};
  for (const kernel of Model.kernels()) {
    const model = new Model(files, "int8", kernel);
    if (model.kernel !== kernel) throw new Error(`asked for ${kernel}, got ${model.kernel}`);
    const digest = await crypto.subtle.digest("SHA-256", model.embed(texts, "passage"));
    hashes[kernel] = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
    model.free();
  }
  return hashes;
}

function rows(values, width) {
  return Array.from({ length: values.length / width }, (_, row) => values.slice(row * width, (row + 1) * width));
}

function cosine(a, b) {
  let [dot, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    dot += a[i] * b[i];
    aa += a[i] * a[i];
    bb += b[i] * b[i];
  }
  return dot / Math.sqrt(aa * bb);
}
