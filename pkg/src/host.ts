import type { Bindings, Collection, CrossEncoder, Model } from "./bindings.js";
import { loadConverted } from "./converter.js";
import { compile, instantiate, type CompiledModule } from "./dispatch.js";
import { Embeddings, type OutsideRequest } from "./embeddings.js";
import { connectEmbedder } from "./embedder.js";
import { Endpoint, Transferred, type CallContext, type Handlers, type Port } from "./endpoint.js";
import { LeafcutterError, throwIfCancelled, toLeafcutterError } from "./errors.js";
import { learn } from "./learner.js";
import { holdLifeline } from "./lifeline.js";
import { Kept, placeOf, type Place, type Tools } from "./kept.js";
import { canKeepFiles } from "./model-cache.js";
import { bulkOf, isFolder, loadModel, withBulk, type LoadedModel } from "./model.js";
import { yieldToEvents } from "./platform.js";
import { EmbeddingPool } from "./pool.js";
import { channelPort } from "./ports.js";
import { ProgressReporter } from "./progress.js";
import type { Computing, HostApi, ModelSource, OpenRequest, PageApi } from "./protocol.js";
import { Queue } from "./queue.js";
import { rerank } from "./rerank.js";
import { startSibling, type StartSibling } from "./siblings.js";
import { followSignals } from "./signals.js";
import { lockedError, notEncryptedError, storageOf, type Encrypt } from "./storage/encrypted.js";
import type { EmbeddingCache, Limits, ModelFiles, Precision, Runtime } from "./types.js";

/** The hits of a search that does not say how many. */
const DEFAULT_HITS = 8;

/** What an open collection consists of. */
interface Opened {
  model: Model;
  kept: Kept;
  embeddings: Embeddings;
  reranker: CrossEncoder | undefined;
  bindings: Bindings;
  limits: Partial<Limits>;
}

/**
 * Answers the calls of a page about one collection. Reads are answered as they come; changes are made one after the
 * other, and while one is being prepared, reads see the state before it.
 *
 * @param encrypt - What encrypts collections that are to be; without it there are none.
 * @returns The handlers, for the other end of `page()`.
 */
export function hostHandlers(page: () => Endpoint<PageApi>, encrypt?: Encrypt): Handlers<HostApi> {
  const queue = new Queue();
  /** Ends with closing, or with a lock. */
  let session = new AbortController();
  let opened: Opened | undefined;
  let locked = false;

  const openState = (): Opened => {
    if (!opened) throw new LeafcutterError("closed", "the collection is not open");
    return opened;
  };

  const state = (): Opened => {
    const state = openState();
    if (locked) throw lockedError();
    return state;
  };

  /** Runs a task until the caller cancels it, or the session ends. */
  const inSession = async <T>(own: AbortSignal, task: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const { signal } = session;
    const either = followSignals(own, signal);
    try {
      return await task(either.signal);
    } catch (error) {
      throw signal.aborted && !own.aborted ? signal.reason : error;
    } finally {
      either.release();
    }
  };

  /** The collection, with what others have committed. */
  const current = async (): Promise<Collection> => {
    await state().kept.catchUp();
    return state().kept.collection;
  };

  /** Makes changes one after the other. */
  const changing = <T>(
    { signal, progress, lastWord }: CallContext,
    make: (kept: Kept, tools: Tools) => Promise<T>,
  ): Promise<T> =>
    inSession(signal, (signal) => {
      const change = () => {
        const { kept, model, embeddings, bindings, limits } = state();
        return make(kept, {
          model,
          embeddings,
          limits,
          memoryUsed: () => bindings.memoryUse()[1]!,
          summarize: (requests, signal) => page().call("summarize", requests, { signal }),
          progress: new ProgressReporter(progress),
          signal,
          lastWord,
        });
      };
      return queue.run(change, signal);
    });

  return {
    holdLifeline,
    async open(request, context) {
      if (opened) throw new LeafcutterError("out-of-order", "the collection is already open");
      const { runtime, ...rest } = await openCollection(request, page, context, encrypt);
      opened = rest;
      return { runtime, keeps: rest.kept.keeps };
    },

    change: (changes, context) => changing(context, (kept, tools) => kept.change(changes, tools)),
    resume: (_, context) => changing(context, (kept, tools) => kept.resume(tools)),
    discard: () => queue.run(() => state().kept.discard()),

    async search({ query, options: { rerank: most, ...options } }, { signal }) {
      const { embeddings, model, reranker } = state();
      const vector = await embeddings.query(query, signal);
      // Last, for while a question waits for its embedding the collection may change.
      const collection = await current();
      const find = (options: object) => collection.search(query, vector, timed(options), model);
      if (most === undefined) return find(options);
      if (!reranker) {
        const reason = "this collection has no reranker; open it with one";
        throw new LeafcutterError("invalid-option", `options.rerank: ${reason}`);
      }
      const { k = DEFAULT_HITS } = options;
      return inSession(signal, async (signal) => {
        const found = find({ ...options, k: Math.max(k, most) });
        const { hits, trace } = await rerank(found, most, query, reranker, signal);
        return { hits: hits.slice(0, k), trace };
      });
    },
    async context({ query, options }, { signal }) {
      const { embeddings, model } = state();
      const vector = await embeddings.query(query, signal);
      return (await current()).context(query, vector, timed(options), model);
    },
    async answer({ query, options }, { signal }) {
      const { embeddings, model } = state();
      const vector = await embeddings.query(query, signal);
      return (await current()).answer(query, vector, timed(options), model);
    },
    learn: ({ judgements, options }, context) =>
      inSession(context.signal, (signal) => {
        const task = () => learn(judgements, options, state(), { ...context, signal });
        return queue.run(task, signal);
      }),
    adapter: () => state().kept.adapter,
    setAdapter: (bytes) => queue.run(() => state().kept.setAdapter(bytes)),
    document: async (id) => (await current()).document(id),
    documents: async () => (await current()).documents(),
    node: async (id) => (await current()).node(id),
    tree: async () => (await current()).tree(),
    async embeddings() {
      const vectors = (await current()).embeddings();
      return new Transferred(vectors, [vectors.buffer as ArrayBuffer]);
    },
    async stats() {
      const stats = (await current()).stats();
      const [held, used] = state().bindings.memoryUse() as unknown as [number, number];
      return { ...stats, ...(await state().kept.stats()), memory: { held, used } };
    },
    async export() {
      const bytes = (await current()).export();
      return new Transferred(bytes, [bytes.buffer as ArrayBuffer]);
    },

    async shards(bits) {
      const collection = await current();
      const { model } = state();
      const shards = collection.shards(bits, Date.now(), model);
      return new Transferred(
        shards,
        shards.map(([, bytes]) => bytes.buffer as ArrayBuffer),
      );
    },

    async embed(request, { signal, progress }) {
      const reporter = new ProgressReporter(progress);
      const report = (done: number) => reporter.report({ stage: "embed", done, total: request.texts.length });
      const vectors = await inSession(signal, (signal) => state().embeddings.many(request, signal, report));
      return new Transferred(vectors, [vectors.buffer as ArrayBuffer]);
    },
    encode: (text) => state().model.encode(text),
    countTokens: (text) => state().model.countTokens(text),
    detect: ({ detector, texts }, { signal }) =>
      inSession(signal, (signal) => detect(state().model, detector, texts, signal)),

    async lock() {
      const { kept, embeddings } = openState();
      if (!kept.encrypted) throw notEncryptedError();
      const lock = () => {
        locked = true;
        embeddings.forget();
        session.abort(lockedError());
      };
      // At once, and again behind an unlocking that is under way.
      lock();
      await queue.run(async () => {
        lock();
        await kept.lock();
      });
    },
    unlock: (secret) =>
      queue.run(async () => {
        const { kept } = openState();
        if (!kept.encrypted) throw notEncryptedError();
        if (!locked) return;
        await kept.unlock(secret);
        session = new AbortController();
        locked = false;
      }),
    changePassphrase: ({ current, next }) => queue.run(() => state().kept.changeSecret(current, next)),

    async close() {
      const { kept, model, embeddings, reranker } = openState();
      opened = undefined;
      session.abort(new LeafcutterError("closed", "the collection was closed"));
      // After the change under way, which uses them.
      await queue.run(async () => {
        embeddings.close();
        await kept.close();
        model.free();
        reranker?.free();
      });
    },
  };
}

/** One text after the other, so that what else is asked for is answered meanwhile. */
async function detect(
  model: Model,
  detector: Uint8Array,
  texts: string[],
  signal: AbortSignal,
): Promise<Float32Array | undefined> {
  const odds = new Float32Array(texts.length);
  for (const [index, text] of texts.entries()) {
    const found = model.detect(detector, [text]);
    if (!found) return undefined;
    odds.set(found, index);
    await yieldToEvents();
    throwIfCancelled(signal);
  }
  return odds;
}

/** Options with the time of asking, by which documents expire. */
const timed = (options: object): object => ({ now: Date.now(), ...options });

async function openCollection(
  request: OpenRequest,
  page: () => Endpoint<PageApi>,
  context: CallContext,
  encrypt: Encrypt | undefined,
): Promise<Opened & { runtime: Omit<Runtime, "worker"> }> {
  const compiling = compile(request.wasm, context.signal);
  const { computing, workers, model: source } = request;
  const start = workers && (() => startSibling(page(), workers.script));
  const load = (source: ModelSource) => loadFiles(source, request, compiling, start, context);
  const loading = "outside" in source ? undefined : load(source);
  const instantiating = Promise.all([compiling, loading]).then(([{ module }]) => instantiate(module));
  const placing = async (): Promise<Place | undefined> => {
    const storage = await storageOf(request, encrypt);
    return storage && placeOf(storage, request);
  };
  // A passphrase and decrypting take their time, which the model takes as well.
  const ahead = async (): Promise<Place | undefined> => {
    const place = await placing();
    place?.log.readAhead(instantiating);
    return place;
  };
  // What is imported is looked at first: it may replace what is there.
  const place = request.bytes ? undefined : ahead();
  let model: Model | undefined;
  let reranker: CrossEncoder | undefined;
  try {
    const [{ module, variant }, bindings] = await Promise.all([compiling, instantiating, place]);
    // What decrypts has a turn to begin, and goes on in other threads while this one is busy with the model.
    if (request.encryption) await yieldToEvents();
    let files: ModelFiles | undefined;
    if ("outside" in source) model = bindings.Model.outside(source.outside.name, source.outside.dimensions);
    else ({ model, files } = await construct(bindings.Model, computing, () => load(source), loading));
    const outside = files
      ? undefined
      : (request: OutsideRequest, signal: AbortSignal) => page().call("embed", request, { signal });
    if (request.reranker) {
      const source = request.reranker;
      ({ model: reranker } = await construct(bindings.CrossEncoder, computing, () => load(source)));
    }
    const count = workers?.count ?? 0;
    const pool = files && start && count > 0 ? embeddingPool(count, start, module, files, computing) : undefined;
    const cache = request.embeddingCache ? remoteCache(page) : undefined;
    return {
      model,
      reranker,
      bindings,
      limits: request.limits,
      kept: await Kept.open({ bindings, options: request.options, model }, request, () => place ?? placing()),
      embeddings: new Embeddings(model, pool, cache, outside),
      runtime: {
        module: variant,
        kernel: model.kernel,
        workers: count,
        model: model.identity(),
        dimensions: model.dimensions,
      },
    };
  } catch (error) {
    model?.free();
    reranker?.free();
    void place?.then((found) => found?.log.dropAhead()).catch(() => {});
    throw error;
  }
}

/** A model and the files that it is made of. */
async function construct<T>(
  constructor: new (files: ModelFiles, precision: Precision, kernel: string | undefined) => T,
  { precision, kernel }: Computing,
  load: () => Promise<LoadedModel>,
  loading = load(),
): Promise<{ model: T; files: ModelFiles }> {
  let { files, forget } = await loading;
  try {
    return { model: new constructor(files, precision, kernel), files };
  } catch (error) {
    if (!forget || toLeafcutterError(error).code !== "model-file") throw error;
    // It was kept by another version of this package, which wrote or read another form of it.
    await forget();
    ({ files } = await load());
    return { model: new constructor(files, precision, kernel), files };
  }
}

/** A model's files in the form that is smallest in memory, for this thread and for the workers. */
function loadFiles(
  model: ModelSource,
  { computing }: OpenRequest,
  compiling: Promise<CompiledModule>,
  start: StartSibling | undefined,
  { signal, progress }: CallContext,
): Promise<LoadedModel> {
  // On this thread alone it pays only where the result can be kept: loading a folder quantizes it as well.
  const elsewhere = start !== undefined || ("url" in model && canKeepFiles());
  if (computing.precision === "int8" && isFolder(model) && elsewhere) {
    const module = async () => (await compiling).module;
    return loadConverted(model, module, start, { signal, progress });
  }
  const reporter = new ProgressReporter(progress);
  const onBytes = (done: number, total: number) => reporter.report({ stage: "load", done, total });
  return loadModel(model, { onBytes, signal, keep: true });
}

function embeddingPool(
  count: number,
  start: StartSibling,
  module: WebAssembly.Module,
  files: ModelFiles,
  computing: Computing,
): EmbeddingPool {
  // Kept for workers to come, which may be much later and without a network. As a blob the bulk is the
  // browser's to keep, outside this thread's memory.
  const kept = new Blob([bulkOf(files) as Uint8Array<ArrayBuffer>]);
  const small = withBulk(files, new Uint8Array());
  return new EmbeddingPool(count, async () => {
    const whole = withBulk(small, new Uint8Array(await kept.arrayBuffer()));
    return connectEmbedder(await start(), module, whole, computing);
  });
}

function remoteCache(page: () => Endpoint<PageApi>): EmbeddingCache {
  return {
    get: (texts, model) => page().call("cachedEmbeddings", { texts, model }),
    set: (texts, embeddings, model) => page().call("cacheEmbeddings", { texts, embeddings, model }),
  };
}

/** Serves a collection over a port by its handlers, and what `more` handles; and over channels that come in there. */
export function serveHost(port: Port, handlers: typeof hostHandlers, more: object): void {
  const serve = (channel: MessagePort) => serveHost(channelPort(channel), handlers, more);
  const endpoint: Endpoint<PageApi> = new Endpoint<PageApi>(port, { ...handlers(() => endpoint), ...more, serve });
}
