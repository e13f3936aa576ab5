import type { CallOptions, Citation, Metadata } from "../types.js";

/** A stretch of text: the chunk that holds it, and its range in that chunk's document, in UTF-16 units. */
export interface NodeSource {
  /** Id of a node of level 0. */
  node: number;
  start: number;
  end: number;
}

/** A node of a collection's tree, as a store outside keeps it. */
export interface StoredNode {
  id: number;
  /** 0 for a chunk, 1 and above for summaries. */
  level: number;
  text: string;
  tokens: number;
  /** Nodes above it. There may be several. */
  parents: number[];
  children: number[];
  /** Id of the document that it is of; `null` for a summary of several, which has no `title`, `url` and `metadata` either. */
  document: string | null;
  title: string | null;
  url: string | null;
  metadata: Metadata;
  /** Ids of all documents that it covers. */
  documents: string[];
  /** The headings that all of it stands under, outermost first. */
  headings: string[];
  /**
   * Where its text comes from: a chunk has its own range; an extracted summary one a sentence. A summary that was written by
   * a summarizer has the chunks under it.
   */
  sources: NodeSource[];
}

/** A node with its embedding, of length 1. */
export interface ExportedNode extends StoredNode {
  vector: Float32Array;
}

/** What is asked of a {@link VectorSource}. */
export interface SourceQuery<F = unknown> extends CallOptions {
  /** The most nodes wanted. */
  k: number;
  /** Whether only nodes of level 0 are wanted. */
  leavesOnly: boolean;
  /** The question itself, for a store that searches by word as well. */
  question: string;
  /** As the caller of the retriever gave it, in the store's own language. */
  filter?: F;
}

export interface ScoredNode {
  node: StoredNode;
  /** The higher, the nearer. */
  score: number;
}

/**
 * A store that holds the nodes of an exported collection.
 *
 * @typeParam F - How the store's filters are written: SQL, an object.
 */
export interface VectorSource<F = unknown> {
  /** The nodes nearest to a vector of length 1, best first. */
  search(vector: Float32Array, query: SourceQuery<F>): Promise<ScoredNode[]>;
  /** The nodes of these ids, in any order. An id that is not there is passed over. */
  get(ids: number[], options: CallOptions): Promise<StoredNode[]>;
}

/** What every question takes. */
export interface SourceRetrievalOptions<F = unknown> extends CallOptions {
  /** Which nodes compete: all levels at once (the default), or the chunks alone. */
  mode?: "collapsed" | "leaves";
  /**
   * Handed to the source. A summary may speak of documents that the filter leaves out, so with a filter chunks alone compete,
   * and hits come without parents.
   */
  filter?: F;
}

export interface SourceSearchOptions<F = unknown> extends SourceRetrievalOptions<F> {
  /** The most hits. Default 8. */
  k?: number;
}

export interface SourceContextOptions<F = unknown> extends SourceRetrievalOptions<F> {
  /** The most tokens of the text, as the model counts them. Default 1500. */
  tokens?: number;
}

/** A node that answers a question, with the summaries right above it. */
export interface SourceHit extends ScoredNode {
  parents: StoredNode[];
}

/** Sources for a language model, ready to stand in a prompt. */
export interface SourceContext {
  /** Numbered passages between delimiters that no passage can forge. */
  text: string;
  /** In the order of the text. White space between two chunks that were joined is made up. */
  citations: Citation[];
  /** Tokens of `text`. */
  tokens: number;
}
