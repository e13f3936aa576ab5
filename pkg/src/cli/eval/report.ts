/** What `leafcutter eval` prints. */

import type { BuildSettings } from "../collection.js";
import type { FileEmbeddingCache } from "../embedding-cache.js";
import type { Runtime } from "../library.js";
import type { Dataset } from "./datasets.js";
import type { Evaluation } from "./engine.js";
import { meanFigures } from "./metrics.js";
import type { EvaluationSettings } from "./settings.js";

/** The object that `--json` prints. */
export interface Report {
  dataset: string;
  form: Dataset["form"];
  /** Percentages, means over the queries. */
  metrics: Record<string, number>;
  /** Those that the form uses. */
  settings: Record<string, unknown>;
  counts: { documents: number; queries: number };
  model: Pick<Runtime, "dimensions" | "module" | "kernel"> & { identity: string };
  /** Texts whose embeddings were found in the cache, and those that were computed. */
  embeddings: { cached: number; computed: number; cacheFailure?: string };
  milliseconds: { open: number; add: number; queries: { total: number; mean: number; median: number; p99: number } };
}

export function makeReport(facts: {
  dataset: Dataset;
  settings: EvaluationSettings;
  building: BuildSettings;
  runtime: Runtime;
  cache: Pick<FileEmbeddingCache, "failure" | "hits" | "misses">;
  evaluation: Evaluation<Record<string, number>>;
  openMilliseconds: number;
}): Report {
  const { dataset, settings, building, runtime, cache, evaluation, openMilliseconds } = facts;
  const { mode, hybrid, unit, format, budget, limit, documents } = settings;
  const means = meanFigures(evaluation.figures);
  const ofForm = dataset.form === "ranking" ? { unit, format: unit === "chunk" ? format : "text" } : { budget };
  const asked = new Set(dataset.form === "ranking" ? [] : dataset.queries.map((query) => query.document));
  return {
    dataset: dataset.name,
    form: dataset.form,
    metrics: Object.fromEntries(Object.entries(means).map(([name, value]) => [name, round(100 * value, 4)])),
    settings: {
      ...ofForm,
      mode,
      hybrid: hybrid?.alpha ?? "default",
      ...building,
      ...(limit !== undefined && { limit }),
      ...(documents !== undefined && { documents }),
    },
    counts: {
      documents: dataset.form === "ranking" ? dataset.documents.length : asked.size,
      queries: dataset.queries.length,
    },
    model: { identity: runtime.model, dimensions: runtime.dimensions, module: runtime.module, kernel: runtime.kernel },
    embeddings: {
      cached: cache.hits,
      computed: cache.misses,
      ...(cache.failure && { cacheFailure: cache.failure.message }),
    },
    milliseconds: {
      open: round(openMilliseconds, 0),
      add: round(evaluation.addMilliseconds, 0),
      queries: distribution(evaluation.queryMilliseconds),
    },
  };
}

export function printReport(report: Report, print: (line: string) => void): void {
  const { counts, embeddings, milliseconds, settings } = report;
  const list = Object.entries(settings).map(([name, value]) => {
    return `${name} ${typeof value === "object" ? JSON.stringify(value) : value}`;
  });
  print(`${report.dataset} (${report.form}): ${counts.queries} questions, ${counts.documents} documents`);
  print(`  ${list.join(", ")}`);
  for (const [name, value] of Object.entries(report.metrics)) print(`  ${name.padEnd(12)} ${value.toFixed(2)}`);
  print(`  embeddings: ${embeddings.cached} from the cache, ${embeddings.computed} computed`);
  if (embeddings.cacheFailure) print(`  the cache was not written: ${embeddings.cacheFailure}`);
  const { open, add, queries } = milliseconds;
  print(`  ${open} ms to open, ${add} ms to add, ${queries.mean} ms a question (99th percentile ${queries.p99})`);
}

function distribution(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  const total = sorted.reduce((sum, value) => sum + value, 0);
  const quantile = (share: number) => round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0, 2);
  return {
    total: round(total, 0),
    mean: round(total / Math.max(1, sorted.length), 2),
    median: quantile(0.5),
    p99: quantile(0.99),
  };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
