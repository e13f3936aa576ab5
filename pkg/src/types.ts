import type { Limits } from "./limits.js";
import type { StorageOption } from "./storage/types.js";

export type * from "./learning.js";
export type * from "./limits.js";
export type * from "./results.js";
export type * from "./storage/types.js";

/** A stretch of a document's text in UTF-16 units, end exclusive: `text.slice(start, end)`. */
export interface TextRange {
  start: number;
  end: number;
}

/** A metadata value that is no list. Dates are best given as ISO strings, which sort as they should. */
export type MetadataScalar = boolean | number | string;

/** A metadata value. */
export type MetadataValue = MetadataScalar | MetadataScalar[];

/** What a caller knows about a document, by name. */
export type Metadata = Record<string, MetadataValue>;

/** A point in time: a `Date`, milliseconds since 1970, or a string that `Date.parse` reads, such as ISO 8601. */
export type Time = Date | number | string;

/** How a page of a site is read. */
export interface PageOptions {
  /**
   * Simple selectors with commas between them, such as `main, article.post, #content, [role=main]`: the parts that are read, if
   * there are any. If not given, `main` elements, else articles.
   */
  main?: string;
}

/** What every document handed in may have. */
export interface SourceBase {
  /**
   * Names the document: a second one of the same id replaces the first.
   * Without it the `url` is used, then the file's path or name, then a hash of the content.
   */
  id?: string;
  title?: string;
  /** Where the document can be read; handed back with every hit. */
  url?: string;
  metadata?: Metadata;
  /** When the document was last changed; filters can ask for it. */
  updatedAt?: Time;
  /** From then on no search, context or answer shows anything of the document. It stays until it is removed. */
  expiresAt?: Time;
  /**
   * Set where the document is a page of a site: of HTML, its canonical address, its `lang` and what `data-leafcutter-meta` names
   * are read as well.
   */
  page?: PageOptions;
}

/**
 * What is to change of what is known about a document beside its content. What is left out stays as it is; `null` takes
 * it away.
 */
export interface DocumentUpdate {
  title?: string;
  url?: string | null;
  /** Takes the place of all metadata. */
  metadata?: Metadata;
  updatedAt?: Time | null;
  expiresAt?: Time | null;
}

/** A document to add: its content in exactly one of the four forms. */
export type Source = SourceBase &
  (
    | { text: string; markdown?: never; html?: never; blob?: never; password?: never }
    | { markdown: string; text?: never; html?: never; blob?: never; password?: never }
    | { html: string; text?: never; markdown?: never; blob?: never; password?: never }
    /**
     * A file, its kind told by its extension, else by its type: plain text, Markdown, HTML, PDF, Word (.docx), EPUB, CSV, TSV,
     * JSON lines, or a zip archive of these, each file of which becomes a document. `password` opens an encrypted PDF.
     */
    | { blob: Blob; password?: string; text?: never; markdown?: never; html?: never }
  );

/**
 * What a long call is doing.
 *
 * - `load`: bytes of the model's files.
 * - `parse`: documents read and cut into chunks.
 * - `embed`: texts embedded.
 * - `cluster`, `summarize`: levels of the tree.
 * - `index`: the indexes to search by.
 * - `learn`: parts of learning from judgements.
 */
export type Stage = "load" | "parse" | "embed" | "cluster" | "summarize" | "index" | "learn";

/** How far a long call is. */
export interface Progress {
  stage: Stage;
  /** Units of this stage that are done. */
  done: number;
  /** Units of this stage; 0 while not known. */
  total: number;
  /** Until this stage ends, at its pace so far. */
  secondsLeft?: number;
}

/** What every call takes. */
export interface CallOptions {
  /**
   * Aborting it rejects the call at once with an `AbortError`, and nothing is changed. A change that is already being put
   * in place can no longer be cancelled: its call resolves, a moment later.
   */
  signal?: AbortSignal;
}

/** What a call that may take long takes as well. */
export interface LongCallOptions extends CallOptions {
  onProgress?: (progress: Progress) => void;
}

/** The bytes of a sentence-transformers folder. */
export interface ModelFolder {
  /** `config.json` */
  config: Uint8Array;
  /** `tokenizer.json` */
  tokenizer: Uint8Array;
  /** `model.safetensors` */
  weights: Uint8Array;
  /** `1_Pooling/config.json` */
  pooling?: Uint8Array;
  /** `config_sentence_transformers.json` */
  prompts?: Uint8Array;
  /** `sentence_bert_config.json` */
  sentenceConfig?: Uint8Array;
}

/** The bytes of a model in one file, quantized to int8, such as `leafcutter model convert` makes. */
export interface QuantizedModel {
  quantized: Uint8Array;
}

export type ModelFiles = ModelFolder | QuantizedModel;

/**
 * What the model computes in. `"int8"` is faster and a quarter of the size; `"f32"` is as the model was
 * published, and takes its folder. Embeddings of one cannot be compared with those of the other.
 */
export type Precision = "int8" | "f32";

/** A model that the caller computes, with whatever library. */
export interface OutsideEmbedder {
  /** Tells its embeddings from those of every other model, such as `"Xenova/bge-small-en-v1.5 q8"`: an index is opened with the same. */
  name: string;
  /** Values in an embedding. */
  dimensions: number;
  /** An embedding of `dimensions` values for each text, in their order. They are brought to length 1. */
  embed(
    texts: string[],
    options: { role: "query" | "passage"; signal: AbortSignal },
  ): Promise<ArrayLike<number>[]> | ArrayLike<number>[];
}

/** How documents are cut into chunks. */
export interface ChunkingOptions {
  /** Whole sentences up to a budget (the default), or one chunk a document. */
  strategy?: "sentences" | "whole";
  /** The most tokens of a chunk. Default 100. */
  tokens?: number;
  /** Tokens of whole sentences that a chunk repeats from the one before. Default 0. */
  overlap?: number;
}

/** How the tree is grown. */
export interface TreeOptions {
  /** The most levels above the leaves. 0 grows no tree. Default 5. */
  maxLevels?: number;
  /** The most tokens of a summary. Default 100. */
  summaryTokens?: number;
  /**
   * After a change only the branches that lost or gained chunks are put in order. A level is clustered anew, with those
   * above it, once its drift ({@link Stats.drift}) is over this; 0: at every change. Default 0.5.
   */
  maxDrift?: number;
  /**
   * What a summary is found by: `"text"` (the default), what it says, or `"leaves"`, the mean of the chunks under it, which
   * saves embedding the summaries.
   */
  summaryEmbedding?: "text" | "leaves";
  /** Two builds with the same seed give the same tree. */
  seed?: number;
}

/** Passages to be summarized as one. */
export interface SummaryRequest {
  /** The level that the summary will stand on: 1 above the leaves. */
  level: number;
  /** The most tokens that the summary may have; a longer one is cut at a sentence, or at a word if not one fits. */
  budget: number;
  /** In document order; `centrality` is how close a passage is to what they have in common, at most 1. */
  passages: { sentences: { text: string }[]; centrality: number }[];
}

/**
 * Writes one summary for each request, in their order. One that is made of sentences of its passages, word for word, is
 * cited by those sentences; one in other words by the chunks under it.
 */
export type Summarizer = (requests: SummaryRequest[], options: SummarizerOptions) => Promise<string[]>;

/** What a summarizer is handed beside its requests. */
export interface SummarizerOptions {
  signal: AbortSignal;
  /** How many tokens a text has, as budgets are counted. */
  countTokens(text: string): Promise<number>;
}

/**
 * Keeps embeddings from one run to the next. What is kept of a text depends on the text and on `model` only, so the two
 * together are the key. `model` is the model's identity, and for chunks says as well that their sentences are included: such
 * an entry is several rows end to end, the embedding of the chunk and one of each of its sentences, and its length
 * differs from text to text. An entry of the wrong length counts as missing.
 */
export interface EmbeddingCache {
  /** For each text its entry, or `undefined`. */
  get(texts: string[], model: string): Promise<(Float32Array | undefined)[]> | (Float32Array | undefined)[];
  /** Keeps an entry for each text. */
  set(texts: string[], embeddings: Float32Array[], model: string): Promise<void> | void;
}

/** A model that the package computes: an address or the bytes of its files. */
export type ModelOption = string | URL | { files: ModelFiles };
/**
 * A kind of sensitive content: keys, tokens and passwords; e-mail addresses; bank accounts and payment cards by their checksums;
 * national identity numbers by country; telephone numbers.
 */
export type SensitiveKind =
  | "secret"
  | "email"
  | "iban"
  | "card"
  | "id-br"
  | "id-de"
  | "id-es"
  | "id-fr"
  | "id-gb"
  | "id-in"
  | "id-it"
  | "id-nl"
  | "id-pl"
  | "id-se"
  | "id-us"
  | "phone";

/** What becomes of sensitive content when a document is added or updated. */
export interface SensitiveOptions {
  /**
   * - `"mark"`: it stays. Metadata of the document tells how much of each kind it holds: `sensitive.email: 2`.
   * - `"mask"`: `[email]` and the like take its place before anything is made of the text; counts are kept as for `"mark"`. Each
   *   document needs an `id`, a `url` or a file name, and an interrupted change cannot be resumed: its request is not kept.
   * - `"refuse"`: such a document is refused with `sensitive-content`, and the call changes nothing.
   */
  policy: "mark" | "mask" | "refuse";
  /** What is looked for. Default all. */
  kinds?: SensitiveKind[];
}

/** What opens an encrypted collection: a passphrase, or a key of at least 32 bytes that nobody can guess, such as a passkey gives. */
export type Secret = { passphrase: string } | { key: BufferSource };

/** How a kept collection is encrypted. */
export type EncryptionOptions = Secret & {
  /** Milliseconds without a call after which the collection locks itself. Without it, it stays open. */
  lockAfter?: number;
};

/** How a collection is opened. */
export interface OpenOptions extends LongCallOptions {
  /**
   * The collection's name. What is kept under another name is another collection. At most 200 small letters, digits, `-` and `_`;
   * other characters count three times for each of their bytes.
   */
  name: string;
  /**
   * Where it is kept. By default `"persistent"` in browsers, or `"memory"` in one that forbids to keep anything, and in Node
   * `"memory"`.
   */
  storage?: StorageOption;
  /**
   * What becomes of a kept collection that cannot be opened: one of another model or other settings, of another version of the
   * format, or damaged. `"refuse"` (the default) rejects with `index-identity`, `index-version`, `index-format` or
   * `index-damaged`, and leaves it as it is; `"replace"` deletes it and opens an empty one, for the documents to be added again.
   */
  onUnreadable?: "refuse" | "replace";
  /**
   * Bytes of a kept collection's files up to which embeddings are held in memory while it is open, 134,217,728 (128 MiB) by
   * default: some 35,000 chunks. Those of a larger one stay in its files, and a question reads the few that it needs, where files
   * can be read without waiting: in Node, and in workers of browsers whose origin private file system lets several tabs read.
   */
  maxHeldBytes?: number;
  /**
   * Keeps the collection encrypted, or opens one that is. What is kept is readable with this passphrase or key alone, and is lost
   * without it. All embeddings are held in memory while it is open. Not together with `storage: "memory"`, `maxHeldBytes` or
   * `embeddingCache`.
   */
  encryption?: EncryptionOptions;
  /**
   * Address (in Node also the path) of a sentence-transformers folder, or of a quantized file, whose name ends in
   * `.safetensors`; or the bytes of either; or an embedder of the caller's own, on whose side texts are then embedded, and of whose
   * tokens the package has an estimate: four letters each.
   */
  model: ModelOption | { embedder: OutsideEmbedder };
  /**
   * What {@link SearchOptions.rerank} orders hits by, in the forms of `model`: a cross-encoder, which is a BERT model of one label
   * that reads a question and a passage together, such as cross-encoder/ms-marco-MiniLM-L-6-v2. It computes in the same
   * precision, on the thread that holds the collection.
   */
  reranker?: ModelOption;
  /** An index can only be opened with the precision that it was built with. Default `"int8"`. */
  precision?: Precision;
  /** The kernel that computes an int8 model, for tests and benchmarks. All that run here give the same bits. */
  kernel?: string;
  /** Writes the summaries; without one they are extracted from the text, sentence by sentence. */
  summarizer?: Summarizer;
  /** Workers that embed beside the one that holds the collection. Default 1 in browsers, 0 in Node. */
  workers?: number;
  /** `false` runs everything on the calling thread; `"auto"` (the default) does so only where no worker can be had. */
  worker?: "auto" | false;
  /** How much is taken in; what is not given is as by default. */
  limits?: Partial<Limits>;
  /**
   * Milliseconds without a sign of life after which a worker that owes an answer counts as hung, and is replaced. 0: never. Default
   * 60,000, which is many times what the longest step of a large collection takes.
   */
  hangTimeout?: number;
  chunking?: ChunkingOptions;
  tree?: TreeOptions;
  /** Language of stemming and stop words, such as `"english"`, or `"none"`. */
  language?: string;
  /** Looks for sensitive content in what is added. Part of the index's identity. Default: nothing is looked for. */
  sensitive?: SensitiveOptions;
  embeddingCache?: EmbeddingCache;
}

/** What a change did: counts of documents. */
export interface ChangeResult {
  added: number;
  updated: number;
  removed: number;
  /** Handed in again with the same content. */
  unchanged: number;
}

/** What {@link ChangeResult} says, and the ids of the documents in the order in which they were handed in. */
export interface AddResult extends ChangeResult {
  ids: string[];
}

/** Which nodes are searched: the chunks alone, all levels at once, the tree from the top down, or as suits. */
export type Mode = "leaves" | "collapsed" | "traverse" | "auto";

/**
 * What kind of question is asked: after a fact, which one place tells; for an overview, which many places tell together; a
 * comparison of two things, each of which is asked after by itself; or one over the rows of a table.
 */
export type Route = "fact" | "overview" | "comparison" | "table";

/**
 * What each sentence of a context is scored by beside itself: wider and wider windows around it and its section, in a
 * document without headings its paragraph (`"sections"`); those and the clusters that it belongs to (`"path"`); the windows
 * alone (`"windows"`); the clusters alone (`"clusters"`); or nothing (`"sentences"`).
 */
export type Evidence = "path" | "sections" | "windows" | "clusters" | "sentences";

/**
 * Chooses documents by their metadata. All conditions must hold; `{}` admits every document.
 *
 * @example
 * { party: "Whig", year: { gte: 1900, lt: 1950 }, or: [{ tags: { in: ["war", "peace"] } }, { draft: { exists: false } }] }
 *
 * `updatedAt` and `expiresAt` are those of the document, never of its metadata, and are compared with a {@link Time}.
 *
 * @example
 * { updatedAt: { gte: "2026-01-01" } }
 */
export interface Filter {
  and?: Filter[];
  or?: Filter[];
  not?: Filter;
  [field: string]: FieldCondition | Filter | Filter[] | undefined;
}

/** What a field must be: a value that it equals, or tests that all hold. Of a list, one element must do. */
export type FieldCondition =
  | MetadataScalar
  | Date
  | {
      equals?: MetadataScalar | Date;
      in?: (MetadataScalar | Date)[];
      /** Ranges are over numbers or over strings. A `Date` is for `updatedAt` and `expiresAt`. */
      gt?: Time;
      gte?: Time;
      lt?: Time;
      lte?: Time;
      exists?: boolean;
      not?: FieldCondition;
    };

/** How to look for a question. */
export interface RetrievalOptions extends CallOptions {
  mode?: Mode;
  /** In mode `"auto"`, the kind that the question is to be taken for. Without it the question decides; the trace tells. */
  route?: Route;
  filter?: Filter;
  /**
   * Weight of the vectors: 1 is vectors alone, 0 keywords alone. Without it the question decides. In a context of mode
   * `"auto"` words also tell narrow questions from broad ones, whatever the weight.
   */
  hybrid?: { alpha: number };
  /** The time to ask at: what has expired by then is not found. Default: now. */
  now?: Time;
}

export interface SearchOptions extends RetrievalOptions {
  /** The most hits, 1 to 10,000. Default 8. */
  k?: number;
  /**
   * How many of the best hits, 1 to 1000, the {@link OpenOptions.reranker} reads, each as it is shown and under its headings, and
   * puts in order; those after them stay where they are. A hit takes about as long as a chunk takes to embed. Without it none
   * are read.
   */
  rerank?: number;
  /** Widens each hit to neighboring sentences or to its section. Default `"none"`. */
  expand?: "none" | "window" | "parent";
  /** The query is still being typed: keyword search takes its last word for the beginning of one. Default `false`. */
  asYouType?: boolean;
}

export interface ContextOptions extends RetrievalOptions {
  /** The most tokens of the text, as the model counts them, up to 100,000. Default 1500. */
  tokens?: number;
  /**
   * `"numbered"` (the default) is ready for a prompt; `"plain"` is the texts of the citations' ranges alone, in the
   * order of the citations, each on a new line.
   */
  format?: "numbered" | "plain";
  /** Of a context in mode `"auto"`. Default `"sections"`; the others are there to measure what each part does. */
  evidence?: Evidence;
  /** What to do with passages that hold instructions to a language model. Default `"mark"`. */
  instructions?: InstructionPolicy;
}

/**
 * What to do with passages of a context that seem to hold instructions to the language model that is given it: `"mark"` their
 * citations as suspicious, `"drop"` them, or `"ignore"` the matter and look for none.
 */
export type InstructionPolicy = "mark" | "drop" | "ignore";

/** Streams a language model's reply to a prompt. */
export type Generator = (prompt: string, options: { signal: AbortSignal }) => AsyncIterable<string>;

/** An answer of the documents' own sentences. */
export interface ExtractiveAnswerOptions extends RetrievalOptions {
  /** The most sentences, 1 to 20. Default 3. */
  sentences?: number;
  generator?: undefined;
}

/** An answer that a language model writes. */
export interface GeneratedAnswerOptions extends RetrievalOptions {
  generator: Generator;
  /** The most tokens of the sources that the generator is given. Default 1500. */
  tokens?: number;
  /**
   * Where nothing in the documents is close to the question, the answer says so and the generator is not asked. `true` asks it even
   * then. Default `false`.
   */
  insist?: boolean;
  /** What to do with sources that hold instructions to a language model. Default `"mark"`. */
  instructions?: InstructionPolicy;
}

export type AnswerOptions = ExtractiveAnswerOptions | GeneratedAnswerOptions;

/** How exactly the files of a site hold embeddings: a byte a value, two bits, or not at all, for keywords alone. */
export type SiteVectors = "int8" | "compact" | "none";

/** A file of a site's index. */
export interface SiteFile {
  /** Where in the index's folder it belongs. */
  path: string;
  /** Not yet compressed: as it is served, it is deflated (raw). */
  bytes: Uint8Array;
}
