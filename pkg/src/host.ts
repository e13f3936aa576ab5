import type { Bindings, Collection, Model } from "./bindings.js";
import { applyChanges } from "./change.js";
import { loadConverted } from "./converter.js";
import { compile, instantiate, type CompiledModule } from "./dispatch.js";
import { Embeddings } from "./embeddings.js";
import { startEmbedder } from "./embedder.js";
import { Endpoint, Transferred, type CallContext, type Handlers, type Port } from "./endpoint.js";
import { LeafcutterError, toLeafcutterError } from "./errors.js";
import { canKeepFiles } from "./model-cache.js";
import { bulkOf, isFolder, loadModel, withBulk, type LoadedModel } from "./model.js";
import { EmbeddingPool } from "./pool.js";
import { ProgressReporter } from "./progress.js";
import type { Computing, HostApi, OpenRequest, PageApi } from "./protocol.js";
import { Queue } from "./queue.js";
import { followSignals } from "./signals.js";
import type { EmbeddingCache, ModelFiles, Runtime } from "./types.js";

/** What an open collection consists of. */
interface Opened {
  bindings: Bindings;
  model: Model;
  collection: Collection;
  embeddings: Embeddings;
}

/**
 * Answers the calls of a page about one collection. Reads are answered as they come; changes are made one after the
 * other, and while one is being prepared, reads see the state before it.
 *
 * @returns The handlers, for the other end of `page()`.
 */
export function hostHandlers(page: () => Endpoint<PageApi>): Handlers<HostApi> {
  const queue = new Queue();
  const closing = new AbortController();
  let opened: Opened | undefined;

  const state = (): Opened => {
    if (!opened) throw new LeafcutterError("closed", "the collection is not open");
    return opened;
  };

  return {
    async open(request, context) {
      if (opened) throw new LeafcutterError("out-of-order", "the collection is already open");
      const { runtime, ...rest } = await openCollection(request, page, context);
      opened = rest;
      return runtime;
    },

    async change(changes, { signal, progress, lastWord }) {
      const either = followSignals(signal, closing.signal);
      const change = () => {
        const { collection, model, embeddings } = state();
        return applyChanges(collection, changes, {
          model,
          embeddings,
          summarize: (requests, signal) => page().call("summarize", requests, { signal }),
          progress: new ProgressReporter(progress),
          signal: either.signal,
          lastWord,
        });
      };
      try {
        return await queue.run(change, either.signal);
      } finally {
        either.release();
      }
    },

    search({ query, options }) {
      const { collection, embeddings } = state();
      return collection.search(query, embeddings.query(query), options);
    },
    context({ query, options }) {
      const { collection, embeddings, model } = state();
      return collection.context(query, embeddings.query(query), options, model);
    },
    answer({ query, options }) {
      const { collection, embeddings } = state();
      return collection.answer(query, embeddings.query(query), options);
    },
    document: (id) => state().collection.document(id),
    documents: () => state().collection.documents(),
    node: (id) => state().collection.node(id),
    tree: () => state().collection.tree(),
    stats: () => state().collection.stats(),
    export() {
      const bytes = state().collection.export();
      return new Transferred(bytes, [bytes.buffer as ArrayBuffer]);
    },

    shards(bits) {
      const { collection, model } = state();
      const shards = collection.shards(bits, model);
      return new Transferred(
        shards,
        shards.map(([, bytes]) => bytes.buffer as ArrayBuffer),
      );
    },

    async embed(request, { signal, progress }) {
      const reporter = new ProgressReporter(progress);
      const report = (done: number) => reporter.report({ stage: "embed", done, total: request.texts.length });
      const vectors = await state().embeddings.many(request, signal, report);
      return new Transferred(vectors, [vectors.buffer as ArrayBuffer]);
    },
    encode: (text) => state().model.encode(text),
    countTokens: (text) => state().model.countTokens(text),

    async close() {
      const { collection, model, embeddings } = state();
      opened = undefined;
      closing.abort();
      // After the change under way, which uses them.
      await queue.run(async () => {
        embeddings.close();
        collection.free();
        model.free();
      });
    },
  };
}

async function openCollection(
  request: OpenRequest,
  page: () => Endpoint<PageApi>,
  context: CallContext,
): Promise<Opened & { runtime: Omit<Runtime, "worker"> }> {
  const compiling = compile(request.wasm, context.signal);
  const load = () => loadFiles(request, compiling, context);
  let [{ module, variant }, loaded] = await Promise.all([compiling, load()]);
  const bindings = await instantiate(module);
  const { computing, workers } = request;
  const makeModel = () => new bindings.Model(loaded.files, computing.precision, computing.kernel);
  let model: Model;
  try {
    model = makeModel();
  } catch (error) {
    if (!loaded.forget || toLeafcutterError(error).code !== "model-file") throw error;
    // It was kept by another version of this package, which wrote or read another form of it.
    await loaded.forget();
    loaded = await load();
    model = makeModel();
  }
  const identity = model.identity();
  const pool = workers && workers.count > 0 ? embeddingPool(workers, module, loaded.files, computing) : undefined;
  const cache = request.embeddingCache ? remoteCache(page) : undefined;
  const { options, bytes } = request;
  try {
    return {
      bindings,
      model,
      collection: bytes ? bindings.Collection.import(bytes, options, model) : new bindings.Collection(options, model),
      embeddings: new Embeddings(model, pool, cache),
      runtime: {
        module: variant,
        kernel: model.kernel,
        workers: workers?.count ?? 0,
        model: identity,
        dimensions: model.dimensions,
      },
    };
  } catch (error) {
    model.free();
    throw error;
  }
}

/** The model's files in the form that is smallest in memory, for this thread and for the workers. */
function loadFiles(
  { model, computing, workers }: OpenRequest,
  compiling: Promise<CompiledModule>,
  { signal, progress }: CallContext,
): Promise<LoadedModel> {
  // On this thread alone it pays only where the result can be kept: loading a folder quantizes it as well.
  const elsewhere = workers !== undefined || ("url" in model && canKeepFiles());
  if (computing.precision === "int8" && isFolder(model) && elsewhere) {
    const module = async () => (await compiling).module;
    return loadConverted(model, module, workers?.script, { signal, progress });
  }
  const reporter = new ProgressReporter(progress);
  const onBytes = (done: number, total: number) => reporter.report({ stage: "load", done, total });
  return loadModel(model, { onBytes, signal, keep: true });
}

function embeddingPool(
  { script, count }: NonNullable<OpenRequest["workers"]>,
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
    return startEmbedder(new URL(script), module, whole, computing);
  });
}

function remoteCache(page: () => Endpoint<PageApi>): EmbeddingCache {
  return {
    get: (texts, model) => page().call("cachedEmbeddings", { texts, model }),
    set: (texts, embeddings, model) => page().call("cacheEmbeddings", { texts, embeddings, model }),
  };
}

/** Serves a collection over a port, and what `more` handles. */
export function serveHost(port: Port, more: object): void {
  const endpoint: Endpoint<PageApi> = new Endpoint<PageApi>(port, { ...hostHandlers(() => endpoint), ...more });
}
