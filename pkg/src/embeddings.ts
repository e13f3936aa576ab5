import { INLINE_BATCH_TOKENS, makeBatches } from "./batches.js";
import type { Model } from "./bindings.js";
import { throwIfCancelled } from "./errors.js";
import { yieldToEvents } from "./platform.js";
import type { EmbeddingPool } from "./pool.js";
import type { EmbedRequest, Role } from "./protocol.js";
import type { EmbeddingCache } from "./types.js";

/** Tokens of a batch for a worker: a fraction of a second of work. */
const POOL_BATCH_TOKENS = 512;

/** Recent questions whose embeddings are kept: the same is often searched, then answered. */
const RECENT_QUERIES = 16;

/** Texts of a batch for the page: transformers.js and its like pad a batch to its longest text. */
const OUTSIDE_BATCH_TEXTS = 32;

/** Texts for a model that the page computes. */
export interface OutsideRequest {
  texts: string[];
  role: "query" | "passage";
}

/** Where the rows of one text go. */
interface Place {
  /** Values of all its rows. */
  length: number;
  /** One for each time that the text was given. */
  offsets: number[];
}

/** Gets texts embedded: from a cache, on the pool, on this thread, or in the page, where the caller computes the model. */
export class Embeddings {
  readonly #model: Model;
  readonly #identity: string;
  readonly #pool: EmbeddingPool | undefined;
  readonly #cache: EmbeddingCache | undefined;
  readonly #outside: ((request: OutsideRequest, signal: AbortSignal) => Promise<Float32Array>) | undefined;
  readonly #recent = new Map<string, Float32Array>();

  /** @param outside - Asks the page, where the model is computed there. */
  constructor(
    model: Model,
    pool: EmbeddingPool | undefined,
    cache: EmbeddingCache | undefined,
    outside?: (request: OutsideRequest, signal: AbortSignal) => Promise<Float32Array>,
  ) {
    this.#model = model;
    this.#identity = model.identity();
    this.#pool = pool;
    this.#cache = cache;
    this.#outside = outside;
  }

  /** Keeps no question any longer. */
  forget(): void {
    this.#recent.clear();
  }

  /** The embedding of a question, ahead of all other texts. */
  async query(text: string, signal: AbortSignal): Promise<Float32Array> {
    let vector = this.#recent.get(text);
    if (!vector) {
      vector = this.#outside
        ? await this.#outside({ texts: [text], role: "query" }, signal)
        : this.#model.embed([text], "query");
      const [oldest] = this.#recent.keys();
      if (this.#recent.size === RECENT_QUERIES && oldest !== undefined) this.#recent.delete(oldest);
      this.#recent.set(text, vector);
    }
    return vector;
  }

  /**
   * The rows of texts, one after the other in the texts' order; how many a text has depends on its role. Equal texts are
   * embedded once.
   *
   * @param onDone - Hears how many of the texts are done.
   * @param work - A cache of the change that they are for, asked before the one of the collection.
   */
  async many(
    { texts, role }: EmbedRequest,
    signal: AbortSignal,
    onDone: (texts: number) => void,
    work?: EmbeddingCache,
  ): Promise<Float32Array> {
    const { places, length } = this.#layOut({ texts, role });
    const result = new Float32Array(length);
    let done = 0;
    const put = (text: string, rows: Float32Array) => {
      const { offsets } = places.get(text)!;
      for (const offset of offsets) result.set(rows, offset);
      done += offsets.length;
    };

    let missing = [...places.keys()];
    const caches = this.#cachesOf(role, work);
    for (const cache of caches) {
      const cached = await cache.get(missing);
      missing = missing.filter((text, index) => {
        const rows = cached[index];
        // Another length is what another version kept.
        const usable = rows?.length === places.get(text)!.length;
        if (usable) put(text, rows);
        return !usable;
      });
    }
    if (done > 0) onDone(done);
    throwIfCancelled(signal);

    const saving: Promise<void>[] = [];
    let failure: unknown;
    const save = async (batch: string[], rows: Float32Array[]) => {
      try {
        // First where it is needed to resume: what the caller's cache has, that has.
        for (const cache of caches) await cache.set(batch, rows);
      } catch (error) {
        failure ??= error;
      }
    };
    await this.#compute({ texts: missing, role }, signal, (batch, embeddings) => {
      let end = 0;
      const rows = batch.map((text) => embeddings.subarray(end, (end += places.get(text)!.length)));
      batch.forEach((text, index) => put(text, rows[index]!));
      saving.push(save(batch, rows));
      onDone(done);
    });
    await Promise.all(saving);
    if (failure !== undefined) throw failure;
    return result;
  }

  close(): void {
    this.#pool?.close();
  }

  /** Where the rows of each text go, and how many values all of them have. */
  #layOut({ texts, role }: EmbedRequest): { places: Map<string, Place>; length: number } {
    const places = new Map<string, Place>();
    let length = 0;
    for (const text of texts) {
      let place = places.get(text);
      if (!place)
        places.set(text, (place = { length: this.#model.rows(text, role) * this.#model.dimensions, offsets: [] }));
      place.offsets.push(length);
      length += place.length;
    }
    return { places, length };
  }

  /** The caches for a role. A leaf has other rows than a passage of the same text; questions are not kept. */
  #cachesOf(role: Role, work: EmbeddingCache | undefined) {
    const caches = role === "query" ? [] : [work, this.#cache].filter((cache) => cache !== undefined);
    const identity = role === "leaf" ? `${this.#identity}, with sentences` : this.#identity;
    return caches.map((cache) => ({
      get: (texts: string[]) => cache.get(texts, identity),
      set: (texts: string[], rows: Float32Array[]) => cache.set(texts, rows, identity),
    }));
  }

  async #compute(
    { texts, role }: EmbedRequest,
    signal: AbortSignal,
    onBatch: (batch: string[], embeddings: Float32Array) => void,
  ): Promise<void> {
    if (this.#outside) return this.#computeOutside({ texts, role }, signal, onBatch);
    let left = texts;
    const batches = makeBatches(texts, POOL_BATCH_TOKENS).map((batch): EmbedRequest => {
      return { texts: batch.map((index) => texts[index]!), role };
    });
    // For so little it does not pay to start a worker.
    const little = batches.length <= 1 && !this.#pool?.started;
    if (this.#pool && !little) {
      const over = await this.#pool.run(batches, signal, (index, embeddings) =>
        onBatch(batches[index]!.texts, embeddings),
      );
      left = over.flatMap((index) => batches[index]!.texts);
    }
    for (const batch of makeBatches(left, INLINE_BATCH_TOKENS)) {
      await yieldToEvents();
      throwIfCancelled(signal);
      const chosen = batch.map((index) => left[index]!);
      onBatch(chosen, this.#model.embed(chosen, role));
    }
  }
  async #computeOutside(
    { texts, role }: EmbedRequest,
    signal: AbortSignal,
    onBatch: (batch: string[], embeddings: Float32Array) => void,
  ): Promise<void> {
    for (let start = 0; start < texts.length; start += OUTSIDE_BATCH_TEXTS) {
      throwIfCancelled(signal);
      const batch = texts.slice(start, start + OUTSIDE_BATCH_TEXTS);
      const pieces = batch.flatMap((text) => this.#model.pieces(text, role));
      onBatch(batch, await this.#outside!({ texts: pieces, role: role === "query" ? "query" : "passage" }, signal));
    }
  }
}
