/** What the threads ask of each other. */

import type { ChangeRequest, CollectionOptions, ParsedSource, Role } from "./bindings.js";
import type { StorageChoice } from "./storage/index.js";
import type {
  ChangeResult,
  Context,
  Document,
  DocumentReference,
  EncryptionOptions,
  ExtractiveAnswer,
  Judgement,
  LearnReport,
  Limits,
  ModelFiles,
  Precision,
  Runtime,
  SearchOptions,
  SearchResult,
  Secret,
  Stats,
  SummaryRequest,
  Tree,
  TreeNode,
} from "./types.js";

export type { ChangeRequest, CollectionOptions, ParsedSource, Role };

/** The module: where its two builds are, or one in hand. */
export type WasmSource = { simd: string; relaxed: string } | { module: WebAssembly.Module | BufferSource };

/** The model: the absolute address of its folder or its quantized file, or the bytes. */
export type ModelSource = { url: string } | { files: ModelFiles };

/** A model that the page computes. */
export interface OutsideModel {
  name: string;
  dimensions: number;
}

/** How models are computed. */
export interface Computing {
  precision: Precision;
  kernel: string | undefined;
}

export interface OpenRequest {
  wasm: WasmSource;
  model: ModelSource | { outside: OutsideModel };
  /** A cross-encoder. */
  reranker: ModelSource | undefined;
  computing: Computing;
  /** Where workers can be had: their script, for Node, and the most that embed. For 0 the collection's thread does. */
  workers: { script: string; count: number } | undefined;
  options: CollectionOptions;
  name: string;
  storage: StorageChoice;
  /** What becomes of a kept collection that cannot be opened. */
  onUnreadable: "refuse" | "replace";
  /** Bytes of a kept collection's files up to which all of them is held in memory. */
  maxHeldBytes: number;
  encryption: EncryptionOptions | undefined;
  /** An exported collection, to take the place of what is kept. */
  bytes?: Uint8Array;
  limits: Partial<Limits>;
  /** Whether the page has one, to be asked. */
  embeddingCache: boolean;
}

/** Texts to embed, all in one role. */
export interface EmbedRequest {
  texts: string[];
  role: Role;
}

interface Query<Options = object> {
  query: string;
  options: Options;
}

/** The thread that holds the collection, for the page. */
export interface HostApi {
  /** Takes a lock for as long as this thread lives; `false` where there is none to be had. */
  holdLifeline(name: string): boolean;
  /** `keeps`: whether the collection outlasts this thread. */
  open(request: OpenRequest): { runtime: Omit<Runtime, "worker">; keeps: boolean };
  change(changes: ChangeRequest[]): ChangeResult;
  resume(argument: null): ChangeResult;
  discard(argument: null): void;
  search(query: Query<Omit<SearchOptions, "signal">>): SearchResult;
  context(query: Query): Context;
  answer(query: Query): Omit<ExtractiveAnswer, "found">;
  learn(request: { judgements: Judgement[]; options: object }): LearnReport;
  adapter(argument: null): Uint8Array | undefined;
  setAdapter(bytes: Uint8Array | undefined): void;
  document(id: string): Document;
  documents(argument: null): DocumentReference[];
  node(id: number): TreeNode;
  tree(argument: null): Tree;
  embeddings(argument: null): Float32Array;
  stats(argument: null): Omit<Stats, "runtime">;
  export(argument: null): Uint8Array;
  shards(bits: number): [string, Uint8Array][];
  embed(request: EmbedRequest): Float32Array;
  encode(text: string): Uint32Array;
  countTokens(text: string): number;
  detect(request: { detector: Uint8Array; texts: string[] }): Float32Array | undefined;
  /** Drops the key, and all that was read with it. */
  lock(argument: null): void;
  unlock(secret: Secret): void;
  changePassphrase(secrets: { current: Secret; next: Secret }): void;
  close(argument: null): void;
}

/** The page, for the thread that holds the collection. */
export interface PageApi extends StarterApi {
  summarize(requests: SummaryRequest[]): string[];
  /** The rows of the texts one after the other, each of length 1. Asked where the page computes the model. */
  embed(request: { texts: string[]; role: "query" | "passage" }): Float32Array;
  cachedEmbeddings(request: { texts: string[]; model: string }): (Float32Array | undefined)[];
  cacheEmbeddings(request: { texts: string[]; embeddings: Float32Array[]; model: string }): void;
}

/** What a page that can start workers does for the one that holds the collection. */
export interface StarterApi {
  /** Starts another one beside it, with a port to that. */
  startSibling(argument: null): { id: number; port: MessagePort };
  endSibling(id: number): void;
}

/** A worker that the page started for the one that holds the collection. */
export interface SiblingApi {
  /** Answers what comes in by a port as if it came from who started it. */
  serve(port: MessagePort): void;
}

export interface ConvertRequest {
  wasm: WasmSource;
  /** Of a folder. */
  model: ModelSource;
}

/** A thread that quantizes a model, for whoever needs it. */
export interface ConverterApi {
  convert(request: ConvertRequest): Uint8Array;
}

/** A worker that embeds, for the thread that holds the collection. */
export interface EmbedderApi {
  holdLifeline(name: string): boolean;
  loadEmbedder(request: { module: WebAssembly.Module; files: ModelFiles; computing: Computing }): void;
  embedBatch(batch: EmbedRequest): Float32Array;
}
