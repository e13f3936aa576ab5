import { makeBatches } from "./batches.js";
import type { Model } from "./bindings.js";
import { throwIfCancelled } from "./errors.js";
import { yieldToEvents } from "./platform.js";
import type { EmbeddingPool } from "./pool.js";
import type { EmbedRequest } from "./protocol.js";
import type { EmbeddingCache } from "./types.js";

/** Tokens of a batch for a worker: a fraction of a second of work. */
const POOL_BATCH_TOKENS = 512;

/** Tokens of a batch on this thread, which has questions to answer in between. */
const INLINE_BATCH_TOKENS = 128;

/** Recent questions whose embeddings are kept: the same is often searched, then answered. */
const RECENT_QUERIES = 16;

/** Gets texts embedded: from a cache, on the pool, or on this thread. */
export class Embeddings {
  readonly #model: Model;
  readonly #identity: string;
  readonly #pool: EmbeddingPool | undefined;
  readonly #cache: EmbeddingCache | undefined;
  readonly #recent = new Map<string, Float32Array>();

  constructor(model: Model, pool: EmbeddingPool | undefined, cache: EmbeddingCache | undefined) {
    this.#model = model;
    this.#identity = model.identity();
    this.#pool = pool;
    this.#cache = cache;
  }

  /** The embedding of a question, at once. */
  query(text: string): Float32Array {
    let vector = this.#recent.get(text);
    if (!vector) {
      vector = this.#model.embed([text], "query");
      const [oldest] = this.#recent.keys();
      if (this.#recent.size === RECENT_QUERIES && oldest !== undefined) this.#recent.delete(oldest);
      this.#recent.set(text, vector);
    }
    return vector;
  }

  /**
   * The embeddings of texts, one after the other in their order. Equal texts are embedded once.
   *
   * @param onDone - Hears how many of the texts are done.
   */
  async many(
    { texts, role }: EmbedRequest,
    signal: AbortSignal,
    onDone: (texts: number) => void,
  ): Promise<Float32Array> {
    const { dimensions } = this.#model;
    const result = new Float32Array(texts.length * dimensions);
    const positions = new Map<string, number[]>();
    texts.forEach((text, position) => {
      const same = positions.get(text);
      if (same) same.push(position);
      else positions.set(text, [position]);
    });
    let done = 0;
    const put = (text: string, embedding: Float32Array) => {
      const places = positions.get(text)!;
      for (const position of places) result.set(embedding, position * dimensions);
      done += places.length;
    };

    const missing: string[] = [];
    const unique = [...positions.keys()];
    // It is keyed by text and model alone, so it is for passages.
    const cache = role === "passage" ? this.#cache : undefined;
    const cached = (await cache?.get(unique, this.#identity)) ?? [];
    unique.forEach((text, index) => {
      const embedding = cached[index];
      if (embedding?.length === dimensions) put(text, embedding);
      else missing.push(text);
    });
    if (done > 0) onDone(done);
    throwIfCancelled(signal);

    const saving: Promise<void>[] = [];
    let failure: unknown;
    const save = async (batch: string[], rows: Float32Array[]) => {
      try {
        await cache?.set(batch, rows, this.#identity);
      } catch (error) {
        failure ??= error;
      }
    };
    await this.#compute({ texts: missing, role }, signal, (batch, embeddings) => {
      const rows = batch.map((_, row) => embeddings.subarray(row * dimensions, (row + 1) * dimensions));
      batch.forEach((text, row) => put(text, rows[row]!));
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

  async #compute(
    { texts, role }: EmbedRequest,
    signal: AbortSignal,
    onBatch: (batch: string[], embeddings: Float32Array) => void,
  ): Promise<void> {
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
}
