import type { Filter, Metadata } from "../types.js";

/** When a page loads the model, with which questions are understood by meaning. */
export type ModelTiming = "on-focus" | "eager" | "never";

/** Address, bytes, or the compiled module. */
export type SiteModule = string | URL | WebAssembly.Module | BufferSource;

export interface OpenSiteOptions {
  /**
   * `on-focus` (the default): once a field of the page is entered; `eager`: at once; `never`: keywords alone. Without
   * `modelUrl` there is no model to load.
   */
  model?: ModelTiming;
  /** Address of the model that the site was built with: a sentence-transformers folder, or a quantized file. */
  modelUrl?: string | URL;
  /** With `on-focus`: what must be entered, if not any field of the page. */
  focus?: EventTarget;
  /** The two small modules, where they are not found beside the script. */
  wasm?: { site: SiteModule; whole: SiteModule };
  /** Hears of each change of {@link SiteState}. */
  onState?: (state: SiteState) => void;
  signal?: AbortSignal;
}

/**
 * What questions are answered by: `keywords`; `loading`, while the model comes; `meaning`; or `failed`, where it did not come
 * and keywords go on.
 */
export type SiteState = "keywords" | "loading" | "meaning" | "failed";

export interface SiteSearchOptions {
  /** How many pages at the most; 8 if not given. */
  k?: number;
  /** Whether the question is still being typed: its last word may be the beginning of one. By keywords alone. */
  asYouType?: boolean;
  /** Which pages compete, by their metadata, and not by `updatedAt` or `expiresAt`. */
  filter?: Filter;
  /** How much vectors count beside keywords, 0 to 1. If not given, as the question and what is found suggest. */
  hybrid?: { alpha?: number };
  signal?: AbortSignal;
  /** Called with the answer by meaning, if the first was by keywords and the model came meanwhile or comes later. */
  onUpgrade?: (answer: SiteAnswer) => void;
}

/** What was found. */
export interface SiteAnswer {
  query: string;
  by: "keywords" | "meaning";
  /** Best first. */
  pages: SitePage[];
  /** The weight on vectors that was used. */
  alpha: number;
  /** Whether files of the index were damaged, so that something may be missing. */
  incomplete: boolean;
}

export interface SitePage {
  id: string;
  title: string;
  url: string | undefined;
  metadata: Metadata;
  /** Of its best section; comparable within one answer only. */
  score: number;
  /** Those that match, best first. */
  sections: SiteSection[];
}

export interface SiteSection {
  /** Outermost first. */
  headingPath: string[];
  /** The page's address, with the anchor of the innermost heading that has one. */
  url: string | undefined;
  anchor: string | undefined;
  /** The part of the passage that matches best. Text, not HTML. */
  text: string;
  /** UTF-16 ranges of `text` that match words of the question. */
  highlights: { start: number; end: number }[];
  /** Whether the passage has more before `text`, and after. */
  cut: { before: boolean; after: boolean };
  score: number;
}
