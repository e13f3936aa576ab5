import { cancelled, LeafcutterError } from "./errors.js";
import { fetchOrRead } from "./platform.js";
import type { ModelSource } from "./protocol.js";
import { followSignals } from "./signals.js";
import type { ModelFiles } from "./types.js";

const PATHS: Record<keyof ModelFiles, string> = {
  config: "config.json",
  tokenizer: "tokenizer.json",
  weights: "model.safetensors",
  pooling: "1_Pooling/config.json",
  prompts: "config_sentence_transformers.json",
  sentenceConfig: "sentence_bert_config.json",
};

const REQUIRED: ReadonlySet<string> = new Set<keyof ModelFiles>(["config", "tokenizer", "weights"]);

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
  const folder = new URL(source.url.endsWith("/") ? source.url : `${source.url}/`);
  let done = 0;
  let total = 0;
  const files: Partial<ModelFiles> = {};
  // One file that fails ends the loading of the others.
  const either = followSignals(signal);
  const names = Object.keys(PATHS) as (keyof ModelFiles)[];
  const loading = names.map(async (name) => {
    const bytes = await loadFile(new URL(PATHS[name], folder), REQUIRED.has(name), either.signal, (more, expected) => {
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
  return files as ModelFiles;
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
      `${url.href}: ${reason}; the model must be a sentence-transformers folder with config.json, tokenizer.json and ` +
        `model.safetensors, such as "leafcutter model fetch" makes`,
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
