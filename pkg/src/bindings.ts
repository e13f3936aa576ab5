/** What the crate's `src/wasm/` exports. All ranges are in UTF-16 units, all errors have a `code`. */

import type { LogFile } from "./storage/log.js";
import type { FileSink, KeptFile } from "./storage/storage.js";
import type { TextFormat } from "./files.js";
import type {
  ChangeResult,
  ChunkingOptions,
  Context,
  Document,
  DocumentReference,
  ExtractiveAnswer,
  Judgement,
  LearnReport,
  Metadata,
  ModelFiles,
  PageOptions,
  Precision,
  Progress,
  SearchResult,
  SensitiveOptions,
  Stats,
  SummaryRequest,
  Tree,
  TreeNode,
  TreeOptions,
} from "./types.js";

export interface Bindings {
  Model: ModelConstructor;
  CrossEncoder: CrossEncoderConstructor;
  Collection: CollectionConstructor;
  /** Bytes that the module holds, and bytes of them that are in use. */
  memoryUse(): Float64Array;
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
  ask(text: string, asYouType: boolean, k: number, now: number): string;
  /** In the whole module alone. An empty vector or filter stands for none, an `alpha` below 0 for an open one. */
  askMeaning(
    text: string,
    asYouType: boolean,
    k: number,
    now: number,
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
  /** One that the page computes: it counts tokens, and cannot embed. */
  outside(name: string, dimensions: number): Model;
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
  /** The texts that these rows are of. */
  pieces(text: string, role: Role): string[];
  /** With special tokens, cut at the model's length. */
  encode(text: string): Uint32Array;
  countTokens(text: string): number;
  /** The log-odds of each text; `undefined` if the detector was fitted to another model. */
  detect(detector: Uint8Array, texts: string[]): Float32Array | undefined;
  free(): void;
}

export interface CrossEncoderConstructor {
  /** As for {@link ModelConstructor}. */
  new (files: ModelFiles, precision: Precision, kernel: string | undefined): CrossEncoder;
}

/** Reads questions and passages together. */
export interface CrossEncoder {
  /** A number for each passage, to compare them by. */
  score(question: string, passages: string[]): Float32Array;
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
  sensitive?: SensitiveOptions;
  /** Whether summaries are to be asked for; otherwise they are extracted. */
  summarizer?: boolean;
}

/** Limits that the core holds; those that are not given are as by default. */
export type ChangeLimits = Record<"documentBytes" | "nesting" | "documentChunks" | "chunks", number | undefined>;

export interface CollectionConstructor {
  new (options: CollectionOptions, model: Model): Collection;
  import(bytes: Uint8Array, options: CollectionOptions, model: Model): Collection;
  /**
   * A log: a whole state, then the changes after it. With what `derived` gave for the same state it takes a fraction of the
   * time; anything else is not used. What is bytes is held in memory; rows of a file that is open are read as they are needed,
   * and it is closed once they are not any more.
   */
  open(log: LogFile[], derived: Uint8Array | undefined, options: CollectionOptions, model: Model): Collection;
}

export interface Collection {
  export(): Uint8Array;
  /** Writes its indexes, to be kept beside a log. */
  derived(sink: FileSink): void;
  /** Writes what an export is, but what comes after it in a log is what came after the files that led to this state. */
  snapshot(sink: FileSink): void;
  /** Reads rows from a file that `snapshot` wrote of this state, instead of from where they were. */
  moveTo(file: KeptFile): void;
  /** Takes over changes that were made one after the other elsewhere, from the same state on. Files as for `open`. */
  apply(deltas: LogFile[]): void;
  /** Names and bytes, the root last; without documents that expired by `now`. */
  shards(bits: number, now: number, model: Model): [string, Uint8Array][];
  /** Reads a source again when its turn comes: they stay as they are until the change is done. */
  begin(changes: ChangeRequest[], limits: ChangeLimits): Change;
  /** Consumes the change, also when it throws. `file`: what it was written to, if its rows are to be read from there. */
  commit(change: Change, file?: KeptFile): ChangeResult;
  search(query: string, vector: Float32Array | undefined, options: object, model: Model): SearchResult;
  context(query: string, vector: Float32Array | undefined, options: object, model: Model): Context;
  answer(
    query: string,
    vector: Float32Array | undefined,
    options: object,
    model: Model,
  ): Omit<ExtractiveAnswer, "found">;
  /** As a file; `undefined` where nothing corrects questions. */
  adapter(model: Model): Uint8Array | undefined;
  setAdapter(bytes: Uint8Array | undefined, model: Model): void;
  /** `vectors`: the embeddings of the judgements' questions, one after the other. */
  learn(judgements: Judgement[], vectors: Float32Array, options: object): Learning;
  document(id: string): Document;
  documents(): DocumentReference[];
  node(id: number): TreeNode;
  tree(): Tree;
  /** Of the nodes of `tree`, one after the other. */
  embeddings(): Float32Array;
  stats(): Omit<Stats, "runtime">;
  free(): void;
}

/** A correction of questions that is being learned. */
export interface Learning {
  /** A part of the work, on the collection that it was begun with. Whether there is more. */
  step(collection: Collection): boolean;
  /** Parts that are done, and all. */
  progress(): Uint32Array;
  /** Consumes it. The adapter is a file, `null` where it is not to be used. */
  finish(model: Model): { report: LearnReport; adapter: Uint8Array | null };
  free(): void;
}

export type ChangeRequest =
  | { type: "upsert"; source: ParsedSource }
  | { type: "update"; id: string; patch: ParsedUpdate }
  | { type: "remove"; id: string }
  | { type: "clear" };

export interface ParsedSource {
  id: string;
  title?: string;
  url?: string;
  format: TextFormat;
  content: string;
  metadata: Metadata;
  /** In milliseconds since 1970. */
  updatedAt?: number;
  /** In milliseconds since 1970. */
  expiresAt?: number;
  page?: PageOptions;
}

/** What is `null` goes, what is not there stays. */
export interface ParsedUpdate {
  title?: string;
  url?: string | null;
  metadata?: Metadata;
  updatedAt?: number | null;
  expiresAt?: number | null;
}

/** A change in preparation: the collection stays as it is until the change is committed. */
export interface Change {
  /** A short step; `embed` and `summarize` wait for their answer before the next. */
  step(model: Model): Step;
  /** All rows of the texts that were asked for, end to end. */
  provideEmbeddings(embeddings: Float32Array): void;
  provideSummaries(summaries: string[], model: Model): void;
  /** Once it is done: whether anything changes. */
  isNew(): boolean;
  /** Once it is done: writes the next state as the first file of a log, if anything changes. */
  snapshot(sink: FileSink): void;
  /** Once it is done: writes what is new, as the next file of a log, if anything changes. */
  delta(sink: FileSink): void;
  free(): void;
}

export type Step =
  | { kind: "working"; progress: Progress }
  | { kind: "done"; progress: Progress }
  /** `progress` counts texts: those done before this step, and all of this stage. */
  | { kind: "embed"; texts: string[]; role: "passage" | "leaf"; progress: Progress }
  | { kind: "summarize"; requests: SummaryRequest[]; progress: Progress };

/** What collections are made of. */
export interface Maker {
  bindings: Bindings;
  options: CollectionOptions;
  model: Model;
}
