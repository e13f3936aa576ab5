/** What calls give. */

import type { StorageStats } from "./storage/types.js";
import type { Metadata, Mode, Route, SensitiveKind, TextRange } from "./types.js";

/** A document as hits and lists name it. */
export interface DocumentReference {
  id: string;
  title: string;
  url?: string;
  metadata: Metadata;
  /** In milliseconds since 1970. */
  updatedAt?: number;
  /** In milliseconds since 1970. */
  expiresAt?: number;
}

/** A node of the tree that answers a question. */
export interface Hit {
  text: string;
  /**
   * Comparable within one result only. Of a reranked hit it is the cross-encoder's output, which may be any number and is not
   * comparable with the scores of hits that were not.
   */
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
  /** Fragment that leads to the passage in the original: of the heading above it, or of its page in a PDF (`page=3`). */
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
  /** If it was reranked, its score before. */
  fused?: number;
  /** In mode `traverse`, the summaries walked through to it, from the top. */
  path: number[];
}

/** How a result came about. */
export interface Trace {
  /** The mode that was used; `"auto"` of a context whose sentences were chosen one by one. */
  mode: Mode;
  /** Why, and what else there is to say. */
  notes: string[];
  /** In mode `"auto"`, what kind of question it was taken for. */
  route?: RouteTrace;
  /** The weight of the vectors that was used. */
  alpha: number;
  /** Nodes found by vector, by word, and by either; in mode `"auto"` of a context, sentences. */
  byVector: number;
  byKeyword: number;
  fused: number;
  /** Documents that the filter left. */
  documents: number;
}

/** What kind of question it was taken for, and why. */
export interface RouteTrace {
  chosen: Route;
  reason: string;
  /** Of a comparison, the questions that were asked of either side. */
  parts: string[];
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
  /** Fragment that leads to the text in the original: of the heading above it, or of its page in a PDF (`page=3`). */
  anchor?: string;
  /** In the document's text. */
  range: TextRange;
  text: string;
  /** Of a context: that the passage, its title or its headings seem to hold instructions to a language model. */
  suspicious?: Suspicion;
}

/** Why a passage is taken to hold instructions to a language model. */
export interface Suspicion {
  /** How likely it is, 0 to 1. */
  score: number;
  /** What a reader may look at, such as `"overrides"` or `"conceals"`; empty where it is the wording alone. */
  why: string[];
  /** The stretch in question, with hidden characters taken out and encodings undone. */
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

/**
 * What is to be thought of a sentence of a generated answer:
 *
 * - `supported`: a source that it names says so, or where it names none, any source.
 * - `unsupported`: none of those says so, as far as their words, numbers, names and meaning tell.
 * - `refusal`: it says that the sources do not hold the answer.
 */
export type ClaimVerdict = "supported" | "unsupported" | "refusal";

/** A sentence of a generated answer, held against the sources that it names. */
export interface Claim {
  /** Without the numbers of sources. */
  text: string;
  /** In the answer's text, numbers included. */
  range: TextRange;
  /** Numbers of the sources that it names; empty where it names none. */
  cites: number[];
  verdict: ClaimVerdict;
  /** How likely it is, from 0 to 1, that the best of the sources supports it. */
  support: number;
  /** Of a supported claim, the source that supports it best. */
  source?: Citation;
}

/** An answer made of sentences of the documents. */
export interface ExtractiveAnswer {
  /** The sentences, each followed by the number of its citation. */
  text: string;
  /** Each a sentence, word for word. */
  citations: Citation[];
  trace: Trace;
  /** Whether anything in the documents is close to the question. Where nothing is, the sentences are the nearest that there are. */
  found: boolean;
}

export interface Heading {
  /** 1 to 6. */
  level: number;
  text: string;
  anchor?: string;
  range: TextRange;
}

/** A place that the original can be opened at, such as a page. */
export interface Mark {
  /** Fragment that leads to it. */
  anchor: string;
  /** From it to the next. */
  range: TextRange;
}

/** A document as it is kept. */
export interface Document extends DocumentReference {
  /** The canonical text, without markup: all ranges are over it. */
  text: string;
  headings: Heading[];
  /** The pages of a PDF, the chapters of a book. Without any, it is left out. */
  marks?: Mark[];
  /** What is sensitive in the text, in order, where {@link OpenOptions.sensitive} has the policy `"mark"`. */
  sensitive?: { kind: SensitiveKind; range: TextRange }[];
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
  /**
   * Of each level of summaries, how far it is from its last clustering: the nodes below it that have since come or gone or
   * were put elsewhere, and how far the others have moved (1 less the cosine to what they were), as a share of all
   * nodes below. 0 is a level as it was clustered; over {@link TreeOptions.maxDrift} a change clusters it anew.
   */
  drift: number[];
  /** Of all chunks together. */
  tokens: number;
  /** What the building of the tree had to work around. */
  notes: string[];
  /** What an index must agree with to be opened: the model, and how documents are cut and clustered. */
  identity: string;
  /** How much of each kind was found in the documents when they were added or updated, where {@link OpenOptions.sensitive} is set. */
  sensitive?: Partial<Record<SensitiveKind, number>>;
  storage: StorageStats;
  /**
   * Bytes of memory that the module of the collection holds, and how many of them it uses. What a module has taken it gives back
   * only with its end: see `docs/limits.md`.
   */
  memory: { held: number; used: number };
  /**
   * A change that was interrupted by the end of its page or process: {@link Client.resume} finishes it. Not told while another tab
   * changes the collection.
   */
  unfinished?: { documents: number };
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
