/** The figures of an evaluation by metric. */

import type { Dataset, DocumentQuestion } from "./datasets.js";

/** For each metric its values, in the order of the questions. Two settings of one dataset have the same metrics and questions. */
export type MetricValues = Record<string, number[]>;

/**
 * Of summaries the first question of each document stands for itself as well, as `NAME (first)`: it asks for the whole, the
 * others for parts. Where there is but one question a document, that would be the same.
 */
export function metricValues(dataset: Dataset, figures: readonly Record<string, number>[]): MetricValues {
  const values = byMetric(figures);
  if (dataset.form !== "summaries") return values;
  const first = firstQuestions(dataset.queries);
  if (first.length === dataset.queries.length) return values;
  const ofFirst = Object.entries(byMetric(first.map((position) => figures[position]!)));
  return { ...values, ...Object.fromEntries(ofFirst.map(([name, list]) => [`${name} (first)`, list])) };
}

function byMetric(figures: readonly Record<string, number>[]): MetricValues {
  const names = Object.keys(figures[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, figures.map((each) => each[name]!)]));
}

/** Positions of the questions that are the first about their document. */
function firstQuestions(queries: readonly DocumentQuestion[]): number[] {
  const seen = new Set<string>();
  return queries.flatMap(({ document }, position) => {
    if (seen.has(document)) return [];
    seen.add(document);
    return [position];
  });
}
