/** Answers to questions that were asked before in other words. */

import { LeafcutterError } from "../errors.js";
import type { Context, Document, ExtractiveAnswer, SearchResult, TextRange } from "../types.js";
import { hashOf } from "./hash.js";
import { canBeSame, difference, readQuestion, type ReadQuestion } from "./question.js";

/** The least cosine of two questions that may be the same. */
const THRESHOLD = 0.8;
/** The least cosine of the words that each of them has and the other has not, taken by themselves. */
const REST_THRESHOLD = 0.8;
/** So many of the nearest questions are looked at. */
const NEAREST = 5;
const MOST_ENTRIES = 1000;

/** What the cache asks of a collection. */
export interface CachedCollection {
  embed(texts: string[], options: { role: "query"; signal?: AbortSignal }): Promise<Float32Array[]>;
  document(id: string, options?: { signal?: AbortSignal }): Promise<Document>;
}

/** A passage that an answer rests on. */
export interface CachedSource {
  /** The document's id. */
  document: string;
  /** In the document's text. */
  range: TextRange;
  text: string;
}

export interface QuestionCacheOptions {
  /** The least cosine of two questions that may be the same, 0 to 1. Default 0.8. */
  threshold?: number;
  /** The most answers that are kept; those that were used the longest ago go first. Default 1000. */
  most?: number;
}

/** An answer from the cache. */
export interface CachedAnswer<T> {
  value: T;
  /** What was asked when it was made. */
  question: string;
  /** The cosine of the two questions. */
  similarity: number;
}

interface Entry<T> {
  question: string;
  read: ReadQuestion;
  vector: Float32Array;
  key: string;
  value: T;
  /** The documents that it rests on, each with a hash of its content then. */
  documents: Map<string, string>;
}

/**
 * Keeps answers by their questions. One that is asked in other words is known by its embedding; numbers, names, negations,
 * opposites and what is asked for must agree as well, and words that only one of them has must mean the same. English alone has
 * these guards: in other languages use `threshold: 1`, by which only the same question is known.
 *
 * An answer is given only while every document that it rests on is as it was. A new document makes no answer stale: to have it
 * asked as well, `clear` the cache.
 */
export class QuestionCache<T> {
  readonly #collection: CachedCollection;
  readonly #threshold: number;
  readonly #most: number;
  /** The one used last comes last. */
  #entries: Entry<T>[] = [];

  constructor(collection: CachedCollection, { threshold = THRESHOLD, most = MOST_ENTRIES }: QuestionCacheOptions = {}) {
    if (!(threshold >= 0 && threshold <= 1)) throw invalid("threshold", "a number from 0 to 1", threshold);
    if (!Number.isSafeInteger(most) || most < 1) throw invalid("most", "a whole number of 1 or more", most);
    this.#collection = collection;
    this.#threshold = threshold;
    this.#most = most;
  }

  /** How many answers are kept. */
  get size(): number {
    return this.#entries.length;
  }

  /**
   * The answer to the nearest question that asks for the same.
   *
   * @param key - What else an answer depends on, such as a filter or the name of a model: only answers of the same key are looked at.
   */
  async get(
    question: string,
    options: { key?: string; signal?: AbortSignal } = {},
  ): Promise<CachedAnswer<T> | undefined> {
    const { key = "", signal } = options;
    const entries = this.#entries.filter((entry) => entry.key === key);
    if (entries.length === 0) return undefined;
    const [vector] = await this.#embed([question], signal);
    const read = readQuestion(question);
    const nearest = entries
      .map((entry) => ({ entry, similarity: entry.question === question ? 1 : dot(entry.vector, vector!) }))
      .filter(({ similarity }) => similarity >= this.#threshold)
      .sort((a, b) => b.similarity - a.similarity)
      .slice(0, NEAREST);
    for (const { entry, similarity } of nearest) {
      if (!(await this.#isSame(question, read, entry, signal))) continue;
      if (await this.#isStale(entry, signal)) {
        this.#entries = this.#entries.filter((other) => other !== entry);
        continue;
      }
      this.#entries = [...this.#entries.filter((other) => other !== entry), entry];
      return { value: entry.value, question: entry.question, similarity };
    }
    return undefined;
  }

  /**
   * Keeps an answer, unless a document that it rests on has changed since it was made.
   *
   * @param sources - The passages that it rests on; see {@link sourcesOf}. Without any it is not kept, since nothing could tell
   * when it is stale.
   * @returns Whether it was kept.
   */
  async set(
    question: string,
    value: T,
    { sources, key = "", signal }: { sources: CachedSource[]; key?: string; signal?: AbortSignal },
  ): Promise<boolean> {
    const documents = new Map<string, string>();
    for (const id of new Set(sources.map(({ document }) => document))) {
      const document = await this.#current(id, signal);
      const stands = ({ range, text }: CachedSource) => document?.text.slice(range.start, range.end) === text;
      if (!document || !sources.filter((source) => source.document === id).every(stands)) return false;
      documents.set(id, contentHash(document));
    }
    if (documents.size === 0) return false;
    const [vector] = await this.#embed([question], signal);
    const others = this.#entries.filter((entry) => entry.key !== key || entry.question !== question);
    const entry = { question, read: readQuestion(question), vector: vector!, key, value, documents };
    this.#entries = [...others, entry].slice(-this.#most);
    return true;
  }

  /** The answer from the cache, or the one that `make` makes, which is kept. */
  async through(
    question: string,
    make: () => Promise<T>,
    { sources, ...options }: { sources: (value: T) => CachedSource[]; key?: string; signal?: AbortSignal },
  ): Promise<T> {
    const cached = await this.get(question, options);
    if (cached) return cached.value;
    const value = await make();
    await this.set(question, value, { ...options, sources: sources(value) });
    return value;
  }

  /** Forgets all answers. */
  clear(): void {
    this.#entries = [];
  }

  #embed(texts: string[], signal: AbortSignal | undefined): Promise<Float32Array[]> {
    return this.#collection.embed(texts, { role: "query", ...(signal && { signal }) });
  }

  async #isSame(question: string, read: ReadQuestion, entry: Entry<T>, signal?: AbortSignal): Promise<boolean> {
    if (entry.question === question) return true;
    if (this.#threshold === 1 || !canBeSame(read, entry.read)) return false;
    const [own, other] = difference(read, entry.read);
    if (own.length === 0 && other.length === 0) return true;
    if (own.length === 0 || other.length === 0) return false;
    const [a, b] = await this.#embed([own.join(" "), other.join(" ")], signal);
    return dot(a!, b!) >= REST_THRESHOLD;
  }

  async #isStale({ documents }: Entry<T>, signal?: AbortSignal): Promise<boolean> {
    for (const [id, hash] of documents) {
      const document = await this.#current(id, signal);
      if (!document || contentHash(document) !== hash) return true;
    }
    return false;
  }

  /** The document, unless it is gone or has expired. */
  async #current(id: string, signal?: AbortSignal): Promise<Document | undefined> {
    try {
      const document = await this.#collection.document(id, signal && { signal });
      return document.expiresAt !== undefined && document.expiresAt <= Date.now() ? undefined : document;
    } catch (error) {
      if ((error as LeafcutterError).code === "unknown-document") return undefined;
      throw error;
    }
  }
}

/** The passages that a result rests on: the sources of its hits, or its citations. */
export function sourcesOf(
  result: SearchResult | Context | ExtractiveAnswer | { citations: Context["citations"] },
): CachedSource[] {
  if ("hits" in result) return result.hits.flatMap(({ sources }) => sources);
  return result.citations.map(({ document, range, text }) => ({ document: document.id, range, text }));
}

/** Of what is shown of a document. */
function contentHash({ title, url, text, metadata }: Document): string {
  return hashOf(JSON.stringify([title, url, metadata, text]));
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}

function invalid(name: string, expected: string, got: unknown): LeafcutterError {
  return new LeafcutterError("invalid-option", `options.${name}: expected ${expected}, got ${String(got)}`);
}
