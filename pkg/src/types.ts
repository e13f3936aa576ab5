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
  /**
   * Set where the document is a page of a site: of HTML, its canonical address, its `lang` and what `data-leafcutter-meta` names
   * are read as well.
   */
  page?: PageOptions;
}

/** A document to add: its content in exactly one of the four forms. */
export type Source = SourceBase &
  (
    | { text: string; markdown?: never; html?: never; blob?: never }
    | { markdown: string; text?: never; html?: never; blob?: never }
    | { html: string; text?: never; markdown?: never; blob?: never }
    /** A file of plain text, Markdown or HTML, told by its extension, else by its type. */
    | { blob: Blob; text?: never; markdown?: never; html?: never }
  );

/**
 * What a long call is doing.
 *
 * - `load`: bytes of the model's files.
 * - `parse`: documents read and cut into chunks.
 * - `embed`: texts embedded.
 * - `cluster`, `summarize`: levels of the tree.
 * - `index`: the indexes to search by.
 */
export type Stage = "load" | "parse" | "embed" | "cluster" | "summarize" | "index";

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
  /** The most tokens of a summary. */
  summaryTokens?: number;
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

/** Writes one summary for each request, in their order. */
export type Summarizer = (requests: SummaryRequest[], options: { signal: AbortSignal }) => Promise<string[]>;

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

/** How a collection is opened. */
export interface OpenOptions extends LongCallOptions {
  /** The collection's name. */
  name: string;
  /**
   * Address (in Node also the path) of a sentence-transformers folder, or of a quantized file, whose name ends in
   * `.safetensors`; or the bytes of either.
   */
  model: string | URL | { files: ModelFiles };
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
  chunking?: ChunkingOptions;
  tree?: TreeOptions;
  /** Language of stemming and stop words, such as `"english"`, or `"none"`. */
  language?: string;
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
 * What each sentence of a context is scored by: its own score, those of wider and wider windows around it and those of
 * the clusters that it belongs to (`"path"`); without the clusters (`"windows"`); without the windows (`"clusters"`);
 * or itself alone (`"sentences"`).
 */
export type Evidence = "path" | "windows" | "clusters" | "sentences";

/**
 * Chooses documents by their metadata. All conditions must hold; `{}` admits every document.
 *
 * @example
 * { party: "Whig", year: { gte: 1900, lt: 1950 }, or: [{ tags: { in: ["war", "peace"] } }, { draft: { exists: false } }] }
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
  | {
      equals?: MetadataScalar;
      in?: MetadataScalar[];
      /** Ranges are over numbers or over strings. */
      gt?: number | string;
      gte?: number | string;
      lt?: number | string;
      lte?: number | string;
      exists?: boolean;
      not?: FieldCondition;
    };

/** How to look for a question. */
export interface RetrievalOptions extends CallOptions {
  mode?: Mode;
  filter?: Filter;
  /**
   * Weight of the vectors: 1 is vectors alone, 0 keywords alone. Without it the question decides. In a context of mode
   * `"auto"` words also tell narrow questions from broad ones, whatever the weight.
   */
  hybrid?: { alpha: number };
}

export interface SearchOptions extends RetrievalOptions {
  /** The most hits, 1 to 10,000. Default 8. */
  k?: number;
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
  /** Of a context in mode `"auto"`. Default `"windows"`; the others are there to measure what each part does. */
  evidence?: Evidence;
}

/** A document as hits and lists name it. */
export interface DocumentReference {
  id: string;
  title: string;
  url?: string;
  metadata: Metadata;
}

/** A node of the tree that answers a question. */
export interface Hit {
  text: string;
  score: number;
  /** 0 for a chunk, 1 and above for summaries. */
  level: number;
  nodeId: number;
  /** The document of the chunk; for a summary, the one that most of its sentences come from. */
  document: DocumentReference;
  /** Headings above the passage, outermost first. */
  headingPath: string[];
  /** In the document's text. A summary has none: its text is put together from `sources`. */
  range?: TextRange;
  /** The passages that the text was taken from, in order. */
  sources: Passage[];
  /** Fragment of the original that the passage stands under. */
  anchor?: string;
  parents: number[];
  children: number[];
  /** Chunks under the node: 1 for a chunk. */
  leaves: number;
  /** Words that match the question, as ranges in `text`. */
  highlights: TextRange[];
  explanation: Explanation;
}

/** A stretch of a document. */
export interface Passage {
  /** The document's id. */
  document: string;
  /** In the document's text. */
  range: TextRange;
  text: string;
}

/** How a hit came to its score. */
export interface Explanation {
  /** Cosine to the question, if the vectors found it. Where leaves are ranked by both, two fifths of it are the best sentence's. */
  vector?: number;
  /** BM25, if its words found it. */
  keyword?: number;
  /** In mode `traverse`, the summaries walked through to it, from the top. */
  path: number[];
}

/** How a result came about. */
export interface Trace {
  /** The mode that was used; `"auto"` of a context whose sentences were chosen one by one. */
  mode: Mode;
  /** Why, and what else there is to say. */
  notes: string[];
  /** The weight of the vectors that was used. */
  alpha: number;
  /** Nodes found by vector, by word, and by either; in mode `"auto"` of a context, sentences. */
  byVector: number;
  byKeyword: number;
  fused: number;
  /** Documents that the filter left. */
  documents: number;
}

export interface SearchResult {
  /** Best first. */
  hits: Hit[];
  trace: Trace;
}

/** A passage of a document that a context or an answer was taken from. */
export interface Citation {
  /** As it stands in the text: 1 for `[1]`. */
  number: number;
  document: DocumentReference;
  headingPath: string[];
  /** In the document's text. */
  range: TextRange;
  text: string;
}

/** Sources for a language model, ready to stand in a prompt. */
export interface Context {
  /** Numbered passages between delimiters that no passage can forge. */
  text: string;
  citations: Citation[];
  /** Tokens of `text`. */
  tokens: number;
  trace: Trace;
}

/** An answer made of sentences of the documents. */
export interface ExtractiveAnswer {
  /** The sentences, each followed by the number of its citation. */
  text: string;
  /** Each a sentence, word for word. */
  citations: Citation[];
  trace: Trace;
}

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
}

export type AnswerOptions = ExtractiveAnswerOptions | GeneratedAnswerOptions;

export interface Heading {
  /** 1 to 6. */
  level: number;
  text: string;
  anchor?: string;
  range: TextRange;
}

/** A document as it is kept. */
export interface Document extends DocumentReference {
  /** The canonical text, without markup: all ranges are over it. */
  text: string;
  headings: Heading[];
}

/** A node of the tree: a chunk, or a summary of the nodes below it. */
export interface TreeNode {
  id: number;
  level: number;
  text: string;
  tokens: number;
  /** A node may belong to several. */
  parents: number[];
  children: number[];
  /** Ids of the documents that it covers. */
  documents: string[];
  /** The heading paths that its chunks stand under, each once. */
  headingPaths: string[][];
  /** Chunks under the node: 1 for a chunk. */
  leaves: number;
  /** Of a chunk: where it stands in its document. */
  range?: TextRange;
  /** Of a summary: its sentences, each with the place where it stands word for word, if it was taken from there. */
  sentences?: { text: string; source?: Passage }[];
}

export interface Tree {
  /** Number of nodes of each level, from the chunks up. */
  levels: number[];
  nodes: TreeNode[];
}

export interface Stats {
  documents: number;
  /** Bytes of text, in UTF-8. */
  textBytes: number;
  chunks: number;
  /** Nodes on each level, from the chunks up. */
  levels: number[];
  /** Of all chunks together. */
  tokens: number;
  /** What the building of the tree had to work around. */
  notes: string[];
  /** What an index must agree with to be opened: the model, and how documents are cut and clustered. */
  identity: string;
  runtime: Runtime;
}

/** What a collection runs on. */
export interface Runtime {
  /** Whether the collection lives in a worker. */
  worker: boolean;
  /** Which of the two modules was taken, or that the caller handed one in. */
  module: "simd" | "relaxed" | "custom";
  /** What computes the model: one of the int8 kernels, or `"f32"`. */
  kernel: string;
  /** The most workers that embed. */
  workers: number;
  /** Identity of the model: embeddings of different ones cannot be compared. */
  model: string;
  dimensions: number;
}

/** How exactly the files of a site hold embeddings: a byte a value, two bits, or not at all, for keywords alone. */
export type SiteVectors = "int8" | "compact" | "none";

/** A file of a site's index. */
export interface SiteFile {
  /** Where in the index's folder it belongs. */
  path: string;
  /** Not yet compressed: as it is served, it is deflated (raw). */
  bytes: Uint8Array;
}
