/** What the crate's `src/wasm/` exports. All ranges are in UTF-16 units, all errors have a `code`. */

import type { FileFormat } from "./files.js";
import type {
  ChangeResult,
  ChunkingOptions,
  Context,
  Document,
  DocumentReference,
  ExtractiveAnswer,
  Metadata,
  ModelFiles,
  PageOptions,
  Precision,
  Progress,
  SearchResult,
  Stats,
  SummaryRequest,
  Tree,
  TreeNode,
  TreeOptions,
} from "./types.js";

export interface Bindings {
  Model: ModelConstructor;
  Collection: CollectionConstructor;
}

/** What the small modules export. */
export interface SiteBindings {
  Site: SiteConstructor;
}

export interface SiteConstructor {
  new (): SiteReader;
}

/** A site's index as far as it is loaded. Its answers are JSON; what goes wrong is told as `code: message`. */
export interface SiteReader {
  /** Reads the root; empty if nothing went wrong. */
  open(root: Uint8Array): string;
  about(): string;
  /** Takes in a shard; empty if nothing went wrong. */
  give(name: string, bytes: Uint8Array): string;
  skip(name: string): void;
  ask(text: string, asYouType: boolean, k: number): string;
  /** In the whole module alone. An empty vector or filter stands for none, an `alpha` below 0 for an open one. */
  askMeaning(
    text: string,
    asYouType: boolean,
    k: number,
    vector: Float32Array,
    alpha: number,
    filter: Uint8Array,
  ): string;
  free(): void;
}

export interface ModelConstructor {
  /** `kernel` is one of `kernels()`. */
  new (files: ModelFiles, precision: Precision, kernel: string | undefined): Model;
  /** The folder's model quantized to int8, as one file. */
  convert(files: ModelFiles): Uint8Array;
  /** All that run here, the slowest first. */
  kernels(): string[];
}

/** Tokenizer and encoder. */
export interface Model {
  /** Values in an embedding. */
  readonly dimensions: number;
  /** The kernel that computes it; `f32` if it is not of int8. */
  readonly kernel: string;
  identity(): string;
  /** The rows of the texts one after the other, `dimensions` values each; see {@link Role}. */
  embed(texts: string[], role: Role): Float32Array;
  /** How many rows a role gives for a text. */
  rows(text: string, role: Role): number;
  /** With special tokens, cut at the model's length. */
  encode(text: string): Uint32Array;
  countTokens(text: string): number;
  free(): void;
}

/**
 * What a text is read as. A query and a passage are one row each. A leaf is several, all pooled from one reading: the row of
 * the whole text, then one for each of its sentences in order.
 */
export type Role = "query" | "passage" | "leaf";

export interface CollectionOptions {
  chunking?: ChunkingOptions;
  tree?: TreeOptions;
  language?: string;
  /** Whether summaries are to be asked for; otherwise they are extracted. */
  summarizer?: boolean;
}

export interface CollectionConstructor {
  new (options: CollectionOptions, model: Model): Collection;
  import(bytes: Uint8Array, options: CollectionOptions, model: Model): Collection;
}

export interface Collection {
  export(): Uint8Array;
  /** Names and bytes, the root last. */
  shards(bits: number, model: Model): [string, Uint8Array][];
  begin(changes: ChangeRequest[]): Change;
  /** Consumes the change, also when it throws. */
  commit(change: Change): ChangeResult;
  search(query: string, vector: Float32Array | undefined, options: object): SearchResult;
  context(query: string, vector: Float32Array | undefined, options: object, model: Model): Context;
  answer(query: string, vector: Float32Array | undefined, options: object): ExtractiveAnswer;
  document(id: string): Document;
  documents(): DocumentReference[];
  node(id: number): TreeNode;
  tree(): Tree;
  stats(): Omit<Stats, "runtime">;
  free(): void;
}

export type ChangeRequest =
  { type: "upsert"; source: ParsedSource } | { type: "remove"; id: string } | { type: "clear" };

export interface ParsedSource {
  id: string;
  title?: string;
  url?: string;
  format: FileFormat;
  content: string;
  metadata: Metadata;
  page?: PageOptions;
}

/** A change in preparation: the collection stays as it is until the change is committed. */
export interface Change {
  /** A short step; `embed` and `summarize` wait for their answer before the next. */
  step(model: Model): Step;
  /** All rows of the texts that were asked for, end to end. */
  provideEmbeddings(embeddings: Float32Array): void;
  provideSummaries(summaries: string[], model: Model): void;
  free(): void;
}

export type Step =
  | { kind: "working"; progress: Progress }
  | { kind: "done"; progress: Progress }
  /** `progress` counts texts: those done before this step, and all of this stage. */
  | { kind: "embed"; texts: string[]; role: "passage" | "leaf"; progress: Progress }
  | { kind: "summarize"; requests: SummaryRequest[]; progress: Progress };
