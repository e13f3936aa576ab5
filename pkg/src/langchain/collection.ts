import type {
  CallOptions,
  Document,
  Hit,
  LongCallOptions,
  SearchOptions,
  SearchResult,
  Source,
  Tree,
} from "../types.js";

/** What the adapters use of a collection: any `Leafcutter` will do. */
export interface Collection {
  add(documents: Source[], options?: LongCallOptions): Promise<{ ids: string[] }>;
  remove(ids: string[], options?: LongCallOptions): Promise<unknown>;
  search(query: string, options?: SearchOptions): Promise<SearchResult>;
  document(id: string, options?: CallOptions): Promise<Document>;
  embed(texts: string[], options?: LongCallOptions & { role?: "query" | "passage" }): Promise<Float32Array[]>;
  embeddings(options?: CallOptions): Promise<Float32Array[]>;
  tree(options?: CallOptions): Promise<Tree>;
}

/** Metadata of a LangChain document that the adapters make: the document's own, and under `leafcutter` where the passage stands. */
export interface PassageMetadata {
  leafcutter: {
    /** Id of the document. */
    id: string;
    title: string;
    url?: string;
    headings: string[];
    /** In the document's text, in UTF-16 units; a summary has none. */
    range?: Hit["range"];
    /** 0 for a chunk, 1 and above for summaries. */
    level?: number;
    score: number;
  };
  [field: string]: unknown;
}
