/** What a search shows, and where it comes from. */

import type { LeafcutterError } from "../errors.js";
import type { Hit } from "../results.js";
import type { Filter, Metadata, MetadataScalar, TextRange } from "../types.js";

/** A passage, or a summary, that answers. */
export interface ResultSection {
  /** Outermost first, below the document's title. */
  headingPath: string[];
  /** Where it can be read; only `http:` and `https:` addresses get this far. */
  url: string | undefined;
  /** Text, not HTML. */
  text: string;
  /** UTF-16 ranges of `text` that match words of the question. */
  highlights: TextRange[];
  /** Whether the passage has more before `text`, and after. */
  cut: { before: boolean; after: boolean };
  /** 0 for a passage, 1 and above for summaries; `undefined` where the source knows of passages alone. */
  level: number | undefined;
  /** Passages under it: 1 for a passage. */
  leaves: number;
  /** Of a collection: the hit that it was made from. */
  hit: Hit | undefined;
}

/** A document, and what of it answers, best first. */
export interface ResultGroup {
  id: string;
  title: string;
  url: string | undefined;
  metadata: Metadata;
  sections: ResultSection[];
}

/** A few sentences of the summary that stands above most of the hits. */
export interface Brief {
  nodeId: number;
  level: number;
  /** Passages under the summary. */
  leaves: number;
  sentences: { text: string; highlights: TextRange[] }[];
  /** The documents that the sentences stand in, each once. */
  documents: { id: string; title: string; url: string | undefined }[];
}

/**
 * How questions are understood beyond their words: `off`, there is no model; `waiting`, it will be loaded; `loading`; `ready`;
 * or `failed`, where it did not load and keywords go on.
 */
export type Meaning = "off" | "waiting" | "loading" | "ready" | "failed";

/** How a question came: while it is typed, in a pause, or entered. */
export type Pace = "typing" | "paused" | "entered";

export interface SourceSearchOptions {
  /** The most documents. */
  k: number;
  pace: Pace;
  filter: Filter | undefined;
  signal: AbortSignal;
}

export interface SourceAnswer {
  /** Best first. */
  groups: ResultGroup[];
  by: "keywords" | "meaning";
  brief?: Brief | undefined;
  /** Whether files of the index were damaged, so that something may be missing. */
  incomplete?: boolean;
}

/** What a {@link SearchController} asks. A site's index and an open collection are two; others may be written. */
export interface SearchSource {
  readonly meaning: Meaning;
  /** Set by the controller: to be called when `meaning` changes. */
  onMeaning: (() => void) | undefined;
  /** Called when the reader is about to ask: what is to be loaded may be loaded now. */
  prepare(): Promise<void>;
  search(query: string, options: SourceSearchOptions): Promise<SourceAnswer>;
  /** Sets free what the source itself opened. */
  close(): Promise<void>;
}

/** A field of the metadata to narrow results by. */
export interface FacetField {
  field: string;
  /** Shown to the reader. */
  label: string;
}

/** A field's values among what was found. */
export interface Facet extends FacetField {
  /** Most frequent first. */
  values: { value: MetadataScalar; count: number; chosen: boolean }[];
}

/** What there is to show at one moment. Never changed: every change makes a new one. */
export interface SearchView {
  readonly query: string;
  /** `idle` without a question. While `loading`, `groups` are those of the question before, if there was one. */
  readonly status: "idle" | "loading" | "results" | "nothing" | "error";
  readonly groups: readonly ResultGroup[];
  /** Whether asking for more may show more. */
  readonly more: boolean;
  readonly brief: Brief | undefined;
  readonly facets: readonly Facet[];
  readonly filtered: boolean;
  /** What `groups` were found by. */
  readonly by: "keywords" | "meaning" | undefined;
  readonly meaning: Meaning;
  readonly incomplete: boolean;
  readonly error: LeafcutterError | undefined;
}
