/** What the evaluation asks of a collection. */

import type { Leafcutter } from "../library.js";
import type { ProgressLine } from "../progress.js";

export type Engine = Pick<Leafcutter, "add" | "clear" | "context" | "countTokens" | "document" | "search">;

export interface EvaluationTools {
  signal: AbortSignal;
  progress: ProgressLine;
}

/** What a form of evaluation answers with. */
export interface Evaluation<Figures> {
  /** Of each query, in their order. */
  figures: Figures[];
  /** Lines of the run file. */
  run: string[];
  /** How long each query took. */
  queryMilliseconds: number[];
  addMilliseconds: number;
}

/** Answers, and how many milliseconds it took. */
export async function timed<T>(task: () => Promise<T>): Promise<[T, number]> {
  const start = performance.now();
  const result = await task();
  return [result, performance.now() - start];
}
