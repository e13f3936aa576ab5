/** What `leafcutter eval` finds out, as one object. */

import type { BuildSettings } from "../collection.js";
import type { Arguments } from "../command.js";
import type { Runtime } from "../library.js";
import { compare, type Difference } from "./comparison.js";
import type { Dataset } from "./datasets.js";
import type { Measurement } from "./measure.js";
import type { EvaluationSettings } from "./settings.js";
import { bootstrapInterval, mean, type Interval } from "./statistics.js";
import { metricValues, type MetricValues } from "./values.js";

/** A setting and its figures. */
export interface SettingReport {
  /** Percentages, means over the queries. */
  metrics: Record<string, number>;
  /** The 95 % confidence interval of each metric. */
  intervals: Record<string, Interval>;
  /** Those that the form uses. */
  settings: Record<string, unknown>;
}

/** The object that `--json` prints. */
export interface Report extends SettingReport {
  dataset: string;
  form: Dataset["form"];
  /** Of the intervals and tests. */
  seed: number;
  counts: { documents: number; queries: number };
  model: Pick<Runtime, "dimensions" | "module" | "kernel"> & { identity: string };
  /** Texts whose embeddings were found in the cache, and those that were computed. */
  embeddings: { cached: number; computed: number; cacheFailure?: string };
  milliseconds: { open: number; add: number; queries: { total: number; mean: number; median: number; p99: number } };
  /** The other setting, by its name, and what the first has more: percentage points, and percentages of the queries. */
  against?: SettingReport & { setting: string; differences: Record<string, Difference> };
}

export function makeReport(facts: {
  dataset: Dataset;
  measurement: Measurement;
  seed: number;
  against?: { name: string; measurement: Measurement };
}): Report {
  const { dataset, measurement, seed, against } = facts;
  const { runtime, embeddings, evaluation, openMilliseconds } = measurement;
  const asked = new Set(dataset.form === "ranking" ? [] : dataset.queries.map((query) => query.document));
  const values = metricValues(dataset, evaluation.figures);
  const report: Report = {
    dataset: dataset.name,
    form: dataset.form,
    ...settingReport(dataset, measurement, values, seed),
    seed,
    counts: {
      documents: dataset.form === "ranking" ? dataset.documents.length : asked.size,
      queries: dataset.queries.length,
    },
    model: { identity: runtime.model, dimensions: runtime.dimensions, module: runtime.module, kernel: runtime.kernel },
    embeddings,
    milliseconds: {
      open: round(openMilliseconds, 0),
      add: round(evaluation.addMilliseconds, 0),
      queries: distribution(evaluation.queryMilliseconds),
    },
  };
  if (against) {
    const others = metricValues(dataset, against.measurement.evaluation.figures);
    report.against = {
      setting: against.name,
      ...settingReport(dataset, against.measurement, others, seed),
      differences: differenceReports(values, others, seed),
    };
  }
  return report;
}

function settingReport(
  dataset: Dataset,
  { args, settings, building }: Measurement,
  values: MetricValues,
  seed: number,
): SettingReport {
  return {
    metrics: mapValues(values, (list) => percentage(mean(list))),
    intervals: mapValues(values, (list) => percentages(bootstrapInterval(list, seed))),
    settings: { ...ofForm(dataset, settings, building), ...summarizerOf(args) },
  };
}

function summarizerOf(args: Arguments): { summarizer?: string } {
  const summarizer = args.text("summarizer");
  return summarizer === undefined ? {} : { summarizer };
}

function ofForm(dataset: Dataset, settings: EvaluationSettings, building: BuildSettings): Record<string, unknown> {
  const { mode, hybrid, evidence, unit, format, budget, rerank, limit, documents } = settings;
  return {
    ...(dataset.form === "ranking"
      ? { unit, format: unit === "chunk" ? format : "text", ...(rerank !== undefined && { rerank }) }
      : { budget, ...(evidence !== undefined && { evidence }) }),
    mode,
    hybrid: hybrid?.alpha ?? "default",
    ...building,
    ...(limit !== undefined && { limit }),
    ...(documents !== undefined && { documents }),
  };
}

function differenceReports(values: MetricValues, others: MetricValues, seed: number): Record<string, Difference> {
  return mapValues(compare(values, others, seed), ({ mean, interval, p, better, worse }) => ({
    mean: percentage(mean),
    interval: percentages(interval),
    p: round(p, 4),
    better: percentage(better),
    worse: percentage(worse),
  }));
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

function mapValues<From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

function percentages([low, high]: Interval): Interval {
  return [percentage(low), percentage(high)];
}

function percentage(share: number): number {
  return round(100 * share, 4);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
