import { cancelled, LeafcutterError } from "./errors.js";
import { fetchOrRead } from "./platform.js";
import type { ModelSource } from "./protocol.js";
import { followSignals } from "./signals.js";
import type { ModelFiles, ModelFolder, QuantizedModel } from "./types.js";

const FOLDER: Record<keyof ModelFolder, string> = {
  config: "config.json",
  tokenizer: "tokenizer.json",
  weights: "model.safetensors",
  pooling: "1_Pooling/config.json",
  prompts: "config_sentence_transformers.json",
  sentenceConfig: "sentence_bert_config.json",
};

/** A quantized file is itself at its address. */
const FILE: Record<keyof QuantizedModel, string> = { quantized: "" };

const REQUIRED: ReadonlySet<string> = new Set(["config", "tokenizer", "weights", "quantized"]);

/** Whether an address is that of a quantized file, not of a folder. */
export function isQuantizedFile(address: string): boolean {
  return new URL(address).pathname.endsWith(".safetensors");
}

/** The array that nearly all of a model's bytes are in. */
export function bulkOf(files: ModelFiles): Uint8Array {
  return "quantized" in files ? files.quantized : files.weights;
}

/** The files with another array in place of {@link bulkOf}. */
export function withBulk(files: ModelFiles, bulk: Uint8Array): ModelFiles {
  return "quantized" in files ? { quantized: bulk } : { ...files, weights: bulk };
}

/**
 * The files of a model. Those of a folder are fetched together; of the optional ones, absent ones are left out.
 *
 * @param onBytes - Hears of bytes loaded, and of all bytes as far as the server tells; never for files in hand.
 * @throws LeafcutterError `model-fetch`, naming the file.
 */
export async function loadModel(
  source: ModelSource,
  onBytes: (done: number, total: number) => void,
  signal: AbortSignal,
): Promise<ModelFiles> {
  if ("files" in source) return source.files;
  const quantized = isQuantizedFile(source.url);
  const base = new URL(quantized || source.url.endsWith("/") ? source.url : `${source.url}/`);
  let done = 0;
  let total = 0;
  const files: Record<string, Uint8Array> = {};
  // One file that fails ends the loading of the others.
  const either = followSignals(signal);
  const loading = Object.entries(quantized ? FILE : FOLDER).map(async ([name, path]) => {
    const bytes = await loadFile(new URL(path, base), REQUIRED.has(name), either.signal, (more, expected) => {
      done += more;
      total += expected;
      onBytes(done, Math.max(done, total));
    });
    if (bytes) files[name] = bytes;
  });
  try {
    await Promise.all(loading);
  } catch (error) {
    either.abort();
    throw signal.aborted ? cancelled(signal) : error;
  } finally {
    either.release();
  }
  return files as unknown as ModelFiles;
}

async function loadFile(
  url: URL,
  required: boolean,
  signal: AbortSignal,
  onBytes: (more: number, expected: number) => void,
): Promise<Uint8Array | undefined> {
  const fail = (reason: string, cause?: unknown) =>
    new LeafcutterError(
      "model-fetch",
      `${url.href}: ${reason}; the model must be a quantized file whose name ends in .safetensors, or a ` +
        `sentence-transformers folder with config.json, tokenizer.json and model.safetensors; "leafcutter model fetch" ` +
        `makes both`,
      { cause },
    );
  try {
    const response = await fetchOrRead(url, signal);
    // Servers of single-page applications answer with the page where there is no file.
    const absent = response.status === 404 || response.headers.get("content-type")?.startsWith("text/html");
    if (absent && !required) return undefined;
    if (absent) throw fail("there is no such file");
    if (!response.ok) throw fail(`the server answered with status ${response.status}`);
    return await readBody(response, onBytes);
  } catch (error) {
    if (error instanceof LeafcutterError) throw error;
    throw fail((error as Error).message, error);
  }
}

async function readBody(
  response: Response,
  onBytes: (more: number, expected: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  // The length of a compressed body says nothing about what comes out of it.
  const encoded = response.headers.get("content-encoding") ?? "identity";
  const expected = encoded === "identity" ? Number(response.headers.get("content-length") ?? 0) : 0;
  onBytes(0, expected);
  if (!response.body) return new Uint8Array();
  // Filled in place, so that weights do not stand in memory twice.
  let bytes = new Uint8Array(expected);
  let filled = 0;
  for (const reader = response.body.getReader(); ;) {
    const { done, value } = await reader.read();
    if (done) return bytes.subarray(0, filled);
    if (filled + value.length > bytes.length) {
      const larger = new Uint8Array(Math.max(2 * bytes.length, filled + value.length));
      larger.set(bytes.subarray(0, filled));
      bytes = larger;
    }
    bytes.set(value, filled);
    filled += value.length;
    onBytes(value.length, 0);
  }
}
