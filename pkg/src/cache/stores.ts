/** Summaries and embeddings by a hash of what they were made from, in whatever keeps values by their keys. */

import type { EmbeddingCache, Summarizer } from "../types.js";
import { hashOf } from "./hash.js";

/** Keeps values by their keys. What is not there is `undefined`. */
export interface CacheStore<T> {
  get(keys: string[]): Promise<(T | undefined)[]> | (T | undefined)[];
  set(keys: string[], values: T[]): Promise<void> | void;
}

/**
 * Keeps values until the page or process ends.
 *
 * @param most - The most values; those that were used the longest ago go first.
 */
export function memoryStore<T>(most = 10_000): CacheStore<T> {
  const values = new Map<string, T>();
  const touch = (key: string, value: T) => {
    values.delete(key);
    values.set(key, value);
  };
  return {
    get(keys) {
      return keys.map((key) => {
        const value = values.get(key);
        if (value !== undefined) touch(key, value);
        return value;
      });
    },
    set(keys, given) {
      keys.forEach((key, index) => touch(key, given[index]!));
      for (const key of values.keys()) {
        if (values.size <= most) break;
        values.delete(key);
      }
    },
  };
}

/**
 * A summarizer that asks another only for what it has not summarized yet.
 *
 * @param name - Of the other and its settings: what one of another name wrote is not used.
 */
export function cachedSummarizer(summarizer: Summarizer, store: CacheStore<string>, name: string): Summarizer {
  return async (requests, options) => {
    const keys = requests.map(({ budget, passages }) => {
      const texts = passages.map(({ sentences }) => sentences.map(({ text }) => text));
      return `${name} ${hashOf(JSON.stringify([budget, texts]))}`;
    });
    const summaries = await store.get(keys);
    const missing = keys.flatMap((_, index) => (summaries[index] === undefined ? [index] : []));
    if (missing.length === 0) return summaries as string[];
    const written = await summarizer(
      missing.map((index) => requests[index]!),
      options,
    );
    // One that answers with too few is told so by the collection.
    if (written.length !== missing.length) return written;
    await store.set(
      missing.map((index) => keys[index]!),
      written,
    );
    missing.forEach((index, place) => (summaries[index] = written[place]));
    return summaries as string[];
  };
}

/** An {@link EmbeddingCache} for `open` that keeps embeddings by a hash of their text. */
export function cachedEmbeddings(store: CacheStore<Float32Array>): EmbeddingCache {
  const keys = (texts: string[], model: string) => texts.map((text) => `${hashOf(model)} ${hashOf(text)}`);
  return {
    get: (texts, model) => store.get(keys(texts, model)),
    set: (texts, embeddings, model) => store.set(keys(texts, model), embeddings),
  };
}
