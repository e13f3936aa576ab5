/** What an evaluation can be told. */

import type { Evidence, Mode } from "../library.js";

/** What is ranked: whole documents as one passage each, or the product's own chunks. */
export const UNITS = ["chunk", "passage"] as const;
export type Unit = (typeof UNITS)[number];

/** How texts of a corpus are written; `auto` looks at each. */
export const FORMATS = ["auto", "text", "markdown", "html"] as const;
export type Format = (typeof FORMATS)[number];

/** What each sentence of a context is scored by. */
export const EVIDENCE: readonly Evidence[] = ["path", "sections", "windows", "clusters", "sentences"];

/** How each question is asked. */
export interface Asking {
  mode: Mode;
  /** The product's own weights where it is not given. */
  hybrid?: { alpha: number };
}

export interface EvaluationSettings extends Asking {
  unit: Unit;
  format: Format;
  /** The most tokens of a context, as the model counts them. */
  budget: number;
  /** Of a context; the product's own where it is not given. */
  evidence?: Evidence;
  /** Of a ranking: hits that the cross-encoder puts in order. */
  rerank?: number;
  /** Only so many questions. */
  limit?: number;
  /** Only so many documents of a corpus. */
  documents?: number;
}
