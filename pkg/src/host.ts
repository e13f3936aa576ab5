import type { Bindings, Collection, Model } from "./bindings.js";
import { applyChanges } from "./change.js";
import { compile, instantiate } from "./dispatch.js";
import { Embeddings } from "./embeddings.js";
import { startEmbedder } from "./embedder.js";
import { Endpoint, Transferred, type CallContext, type Handlers, type Port } from "./endpoint.js";
import { LeafcutterError } from "./errors.js";
import { loadModel } from "./model.js";
import { EmbeddingPool } from "./pool.js";
import { ProgressReporter } from "./progress.js";
import type { HostApi, OpenRequest, PageApi } from "./protocol.js";
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
  { signal, progress }: CallContext,
): Promise<Opened & { runtime: Omit<Runtime, "worker"> }> {
  const reporter = new ProgressReporter(progress);
  const onBytes = (done: number, total: number) => reporter.report({ stage: "load", done, total });
  const [{ module, variant }, files] = await Promise.all([
    compile(request.wasm, signal),
    loadModel(request.model, onBytes, signal),
  ]);
  const bindings = await instantiate(module);
  const model = new bindings.Model(files);
  const identity = model.identity();
  const pool = request.embedders && embeddingPool(request.embedders, module, files);
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
        workers: request.embedders?.count ?? 0,
        model: identity,
        dimensions: model.dimensions,
      },
    };
  } catch (error) {
    model.free();
    throw error;
  }
}

function embeddingPool(
  { script, count }: NonNullable<OpenRequest["embedders"]>,
  module: WebAssembly.Module,
  files: ModelFiles,
): EmbeddingPool {
  // Kept for workers to come, which may be much later and without a network. As a blob the weights are the
  // browser's to keep, outside this thread's memory.
  const { weights, ...small } = files;
  const kept = new Blob([weights as Uint8Array<ArrayBuffer>]);
  return new EmbeddingPool(count, async () =>
    startEmbedder(new URL(script), module, { ...small, weights: new Uint8Array(await kept.arrayBuffer()) }),
  );
}

function remoteCache(page: () => Endpoint<PageApi>): EmbeddingCache {
  return {
    get: (texts, model) => page().call("cachedEmbeddings", { texts, model }),
    set: (texts, embeddings, model) => page().call("cacheEmbeddings", { texts, embeddings, model }),
  };
}

/** Serves a collection over a port. */
export function serveHost(port: Port, more: object = {}): void {
  const endpoint: Endpoint<PageApi> = new Endpoint<PageApi>(port, { ...hostHandlers(() => endpoint), ...more });
}
