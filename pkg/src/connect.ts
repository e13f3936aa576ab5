/** Starts the thread that holds a collection and opens the collection there. */

import type { CollectionOptions } from "./bindings.js";
import { callOnce, Endpoint, type CallSettings, type Handlers, type Port } from "./endpoint.js";
import { LeafcutterError, throwIfCancelled } from "./errors.js";
import { embedOutside } from "./outside.js";
import { followLife } from "./lifeline.js";
import { resolveAddress, resolvePath } from "./platform.js";
import { hasWebWorkers, portPair, startWorker } from "./ports.js";
import type {
  ConverterApi,
  ConvertRequest,
  HostApi,
  ModelSource,
  OpenRequest,
  PageApi,
  StarterApi,
  WasmSource,
} from "./protocol.js";
import { fileNameOf } from "./storage/names.js";
import type { StorageChoice } from "./storage/index.js";
import { siblings } from "./siblings.js";
import { Thread } from "./thread.js";
import type {
  EmbeddingCache,
  Limits,
  LongCallOptions,
  ModelOption,
  OpenOptions,
  OutsideEmbedder,
  Runtime,
  StorageOption,
  Summarizer,
  SummarizerOptions,
} from "./types.js";
import { invalid } from "./checks.js";

/** A collection of up to so many bytes is held in memory: as fast as can be, and no more than a phone's page can have. */
const MAX_HELD_BYTES = 128 * 2 ** 20;

/** The longest step of a collection of 100,000 chunks takes some seconds. */
const HANG_TIMEOUT_MS = 60_000;

/** Where the rest of the package is. */
export interface Assets {
  wasm: WasmSource;
  /** The worker's script; without one there are no workers. */
  worker: URL | undefined;
  /** The same, with what encrypts. */
  encryptingWorker: URL | undefined;
}

export interface Connection {
  thread: Thread;
  limits: Partial<Limits>;
  /** Whether the collection is to outlast the page. */
  keeps: boolean;
  /** Whether what is sensitive is masked. */
  masks: boolean;
  runtime: Runtime;
}

export async function connect(options: OpenOptions, assets: Assets, bytes?: Uint8Array): Promise<Connection> {
  const { signal, onProgress, summarizer, embeddingCache, model, encryption } = options;
  const embedder = typeof model === "object" && "embedder" in model ? model.embedder : undefined;
  throwIfCancelled(signal);
  fileNameOf(options.name);
  const script = options.worker === false ? undefined : encryption ? assets.encryptingWorker : assets.worker;
  const countTokens = (text: string) => thread.call("countTokens", text);
  const handlers = pageHandlers(summarizer, embedder, embeddingCache, countTokens);
  const { limits = {}, hangTimeout = HANG_TIMEOUT_MS, workers: wanted } = options;
  // What opens an encrypted collection is in no closure: those below live as long as the collection does.
  const encrypts = encryption !== undefined;
  const request = {
    wasm: assets.wasm,
    model: embedder
      ? { outside: { name: embedder.name, dimensions: embedder.dimensions } }
      : modelSource("model", model as ModelOption),
    reranker: options.reranker === undefined ? undefined : modelSource("reranker", options.reranker),
    computing: { precision: options.precision ?? "int8", kernel: options.kernel },
    options: collectionOptions(options),
    name: options.name,
    // What could not be kept would be lost with the lock.
    storage: encryption ? storageChoice(options.storage ?? "persistent") : storageChoice(options.storage),
    maxHeldBytes: options.maxHeldBytes ?? MAX_HELD_BYTES,
    limits,
    embeddingCache: embeddingCache !== undefined,
  } satisfies Partial<OpenRequest>;

  /** Opens the collection on a thread of its own. */
  const open = async (own: Pick<OpenRequest, "onUnreadable" | "bytes" | "encryption">, settings?: CallSettings) => {
    const { port, inWorker } = await startThread(script, encrypts);
    const gone = (reason: string) => {
      thread?.lost(endpoint, reason);
      // While it opens.
      endpoint.fail(new LeafcutterError("worker-lost", `the worker was lost: ${reason}`));
    };
    const started = script && siblings(script);
    const close = () => {
      port.close();
      started?.endAll();
    };
    const served = { ...handlers, ...started?.handlers };
    const endpoint = new Endpoint<HostApi>({ ...port, close }, served, ({ message }) => gone(message));
    if (inWorker && hangTimeout > 0) {
      endpoint.watch(hangTimeout, () => gone("it hangs"));
    }
    try {
      // Where the page embeds, workers have nothing to do.
      const beside = embedder ? undefined : workers(script, inWorker, wanted);
      if (inWorker) {
        await followLife(
          (name) => endpoint.call("holdLifeline", name),
          () => gone("it ended"),
        );
      }
      const opened = await endpoint.call("open", { ...request, ...own, workers: beside }, settings);
      return { endpoint, inWorker, ...opened };
    } catch (error) {
      endpoint.fail(new LeafcutterError("closed", "the collection did not open"));
      throw error;
    }
  };
  let thread: Thread;
  const { onUnreadable = "refuse" } = options;
  const own = { onUnreadable, encryption, ...(bytes && { bytes }) };
  const { endpoint, inWorker, keeps, runtime } = await open(own, { signal, onProgress });
  // What is there was opened before: it is never replaced.
  const again = async () => (await open({ onUnreadable: "refuse", encryption: undefined })).endpoint;
  thread = new Thread(endpoint, keeps && inWorker && !encrypts ? again : undefined);
  const masks = options.sensitive?.policy === "mask";
  return { thread, limits, keeps, masks, runtime: { ...runtime, worker: inWorker } };
}

/** The model of a folder as one file, quantized to int8. */
export async function convert(model: ModelOption, options: LongCallOptions, assets: Assets) {
  const { signal, onProgress } = options;
  throwIfCancelled(signal);
  const request: ConvertRequest = { wasm: assets.wasm, model: modelSource("model", model) };
  const { port } = await startThread(assets.worker);
  return callOnce<ConverterApi, "convert">(port, "convert", request, { signal, onProgress });
}

/** A worker of its own, or where there is none to be had, the same code on this thread. */
async function startThread(script: URL | undefined, encrypts = false): Promise<{ port: Port; inWorker: boolean }> {
  const worker = script && hasWebWorkers() ? await startWorker(script).catch(() => undefined) : undefined;
  if (worker) return { port: worker, inWorker: true };
  // Loaded only where it is needed.
  const { serve } = await (encrypts ? import("./encryption/worker.js") : import("./worker.js"));
  const [page, host] = portPair();
  serve(host);
  return { port: page, inWorker: false };
}

/**
 * Those beside the thread that holds the collection. In a browser one worker embeds while another answers; where the page itself must hold the collection, workers
 * are not to be had. In Node a script mostly waits for the result, and a second copy of the model would not pay.
 */
function workers(script: URL | undefined, inWorker: boolean, wanted?: number): OpenRequest["workers"] {
  const can = hasWebWorkers() ? inWorker : (wanted ?? 0) > 0;
  return script && can ? { script: script.href, count: wanted ?? 1 } : undefined;
}

/** A choice of storage as it is sent, its directory absolute. */
export function storageChoice(option: StorageOption | undefined): StorageChoice {
  if (option === undefined) return "default";
  return typeof option === "object" ? { directory: resolvePath(option.directory) } : option;
}

function modelSource(name: string, model: ModelOption): ModelSource {
  if (typeof model === "object" && "files" in model) return model;
  try {
    return { url: resolveAddress(model).href };
  } catch {
    throw invalid(`options.${name}`, "the address of a folder or file", model);
  }
}

function collectionOptions({ chunking, tree, language, sensitive, summarizer }: OpenOptions): CollectionOptions {
  const options: CollectionOptions = {};
  if (chunking) options.chunking = chunking;
  if (tree) options.tree = tree;
  if (language !== undefined) options.language = language;
  if (sensitive) options.sensitive = sensitive;
  if (summarizer) options.summarizer = true;
  return options;
}

/** What the page does for the collection: it has the caller's functions, which cannot be sent. */
function pageHandlers(
  summarizer: Summarizer | undefined,
  embedder: OutsideEmbedder | undefined,
  cache: EmbeddingCache | undefined,
  countTokens: SummarizerOptions["countTokens"],
) {
  return {
    async summarize(requests, { signal }) {
      const summaries = await guard("summarizer", async () => summarizer?.(requests, { signal, countTokens }));
      if (!Array.isArray(summaries) || summaries.length !== requests.length || !summaries.every(isString)) {
        const expected = `${requests.length} strings, one for each request`;
        throw new LeafcutterError("summarizer", `the summarizer must answer with ${expected}`);
      }
      return summaries;
    },
    embed({ texts, role }, { signal }) {
      return guard("embedder", async () => embedOutside(embedder!, texts, { role, signal }));
    },
    async cachedEmbeddings({ texts, model }) {
      return (await guard("embedding-cache", async () => cache?.get(texts, model))) ?? [];
    },
    cacheEmbeddings({ texts, embeddings, model }) {
      return guard("embedding-cache", async () => cache?.set(texts, embeddings, model));
    },
  } satisfies Handlers<Omit<PageApi, keyof StarterApi>>;
}

const isString = (value: unknown) => typeof value === "string";

/** Gives an error of the caller's own function a code, unless it has one. */
async function guard<T>(code: "summarizer" | "embedder" | "embedding-cache", task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof LeafcutterError) throw error;
    throw new LeafcutterError(code, `the ${code.replace("-", " ")} failed: ${(error as Error)?.message ?? error}`, {
      cause: error,
    });
  }
}
