import { cancelled, LeafcutterError } from "./errors.js";
import { KeptFile, type Kept } from "./model-cache.js";
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
function isQuantizedFile(address: string): boolean {
  return new URL(address).pathname.endsWith(".safetensors");
}

/** Whether it is a folder, which takes converting to be of int8. */
export function isFolder(source: ModelSource): boolean {
  return "files" in source ? "weights" in source.files : !isQuantizedFile(source.url);
}

/** The array that nearly all of a model's bytes are in. */
export function bulkOf(files: ModelFiles): Uint8Array {
  return "quantized" in files ? files.quantized : files.weights;
}

/** The files with another array in place of {@link bulkOf}. */
export function withBulk(files: ModelFiles, bulk: Uint8Array): ModelFiles {
  return "quantized" in files ? { quantized: bulk } : { ...files, weights: bulk };
}

/** A model's files, and where they were kept from before, how to forget them. */
export interface LoadedModel {
  files: ModelFiles;
  forget: (() => Promise<void>) | undefined;
}

export interface LoadOptions {
  /** Hears of bytes loaded, and of all bytes as far as the server tells; never for files in hand. */
  onBytes: (done: number, total: number) => void;
  signal: AbortSignal;
  /** Whether the files are kept for the next time, where that is possible. If not, a download that broke off still is. */
  keep: boolean;
}

/**
 * The files of a model. Those of a folder are fetched together; of the optional ones, absent ones are left out.
 *
 * @throws LeafcutterError `model-fetch`, naming the file.
 */
export async function loadModel(source: ModelSource, { onBytes, signal, keep }: LoadOptions): Promise<LoadedModel> {
  if ("files" in source) return { files: source.files, forget: undefined };
  const quantized = isQuantizedFile(source.url);
  const base = new URL(quantized || source.url.endsWith("/") ? source.url : `${source.url}/`);
  let done = 0;
  let total = 0;
  const files: Record<string, Uint8Array> = {};
  const fromBefore: KeptFile[] = [];
  // One file that fails ends the loading of the others.
  const either = followSignals(signal);
  const count = (more: number, expected: number) => {
    done += more;
    total += expected;
    onBytes(done, Math.max(done, total));
  };
  const loading = Object.entries(quantized ? FILE : FOLDER).map(async ([name, path]) => {
    const url = new URL(path, base);
    const kept = new KeptFile(url.href);
    const before = await kept.read();
    if (before?.whole) {
      files[name] = before.bytes;
      fromBefore.push(kept);
      count(before.filled, before.filled);
      return;
    }
    const bytes = await fetchFile(url, REQUIRED.has(name), kept, before, either.signal, count);
    if (bytes) files[name] = bytes;
    if (bytes && keep) await kept.finish(bytes);
    else await kept.remove();
  });
  try {
    await Promise.all(loading);
  } catch (error) {
    either.abort();
    throw signal.aborted ? cancelled(signal) : error;
  } finally {
    either.release();
  }
  const forget = async () => void (await Promise.all(fromBefore.map((kept) => kept.remove())));
  return { files: files as unknown as ModelFiles, forget: fromBefore.length > 0 ? forget : undefined };
}

/** Fetches a file, or what is missing of it; `undefined` where there is none and none is required. */
async function fetchFile(
  url: URL,
  required: boolean,
  kept: KeptFile,
  before: Kept | undefined,
  signal: AbortSignal,
  onBytes: (more: number, expected: number) => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const fail = (reason: string, cause?: unknown) =>
    new LeafcutterError(
      "model-fetch",
      `${url.href}: ${reason}; the model must be a quantized file whose name ends in .safetensors, or a ` +
        `sentence-transformers folder with config.json, tokenizer.json and model.safetensors; "leafcutter model fetch" ` +
        `makes both`,
      { cause },
    );
  try {
    // At least the last byte is asked for: of nothing, no server has a range.
    const start = before?.validator === undefined ? 0 : Math.min(before.filled, before.bytes.length - 1);
    const response = await fetchOrRead(
      url,
      signal,
      start > 0 ? { range: `bytes=${start}-`, "if-range": before!.validator! } : {},
    );
    // Servers of single-page applications answer with the page where there is no file.
    const absent = response.status === 404 || response.headers.get("content-type")?.startsWith("text/html");
    if (absent && !required) return undefined;
    if (absent) throw fail("there is no such file");
    const range = response.status === 206 ? response.headers.get("content-range") : null;
    const goesOn = start > 0 && range?.startsWith(`bytes ${start}-`);
    if (response.status === 416 || (response.status === 206 && !goesOn)) {
      // The next time from the beginning: this server does not go on as it says.
      await kept.remove();
      throw fail("the server does not have the range that it was asked for");
    }
    if (!response.ok) throw fail(`the server answered with status ${response.status}`);
    if (goesOn) return await readBody(response, before!.bytes, start, kept, onBytes);
    const size = sizeOf(response);
    const validator = size > 0 ? validatorOf(response) : undefined;
    if (validator === undefined) await kept.remove();
    else await kept.begin(size, validator);
    return await readBody(response, new Uint8Array(size), 0, kept, onBytes);
  } catch (error) {
    if (error instanceof LeafcutterError) throw error;
    throw fail((error as Error).message, error);
  }
}

/** 0 where it is not told: the length of a compressed body says nothing about what comes out of it. */
function sizeOf({ headers }: Response): number {
  const encoding = headers.get("content-encoding") ?? "identity";
  return encoding === "identity" ? Number(headers.get("content-length") ?? 0) : 0;
}

/** What a server is asked to go on by, if it still has the same file. */
function validatorOf({ type, headers }: Response): string | undefined {
  // Of another origin not all headers can be read, and asking it to go on would need its consent.
  if (type !== "basic") return undefined;
  const tag = headers.get("etag");
  return (tag?.startsWith("W/") ? undefined : tag) ?? headers.get("last-modified") ?? undefined;
}

/** Reads a body into an array that holds what came before: in place, so that weights do not stand in memory twice. */
async function readBody(
  response: Response,
  bytes: Uint8Array<ArrayBuffer>,
  filled: number,
  kept: KeptFile,
  onBytes: (more: number, expected: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const resumable = bytes.length > 0 && validatorOf(response) !== undefined;
  onBytes(filled, bytes.length);
  if (!response.body) return new Uint8Array();
  try {
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
      if (resumable) await kept.save(bytes, filled);
    }
  } catch (error) {
    if (resumable) await kept.save(bytes, filled, true);
    throw error;
  }
}
