/** Goes through settings one option at a time, and stays with what is better beyond chance. */

import type { Arguments, Tools } from "../command.js";
import { compare } from "../eval/comparison.js";
import type { Dataset } from "../eval/datasets.js";
import { measure, type Measurement, type Setting } from "../eval/measure.js";
import { bootstrapInterval, mean, type Interval } from "../eval/statistics.js";
import { metricValues } from "../eval/values.js";

/** An option of `leafcutter eval`, and what is tried for it. */
export interface Candidates {
  option: string;
  values: readonly string[];
}

/** What each form of dataset is judged by. */
export const METRICS: Record<Dataset["form"], string> = {
  ranking: "nDCG@10",
  spans: "recall",
  summaries: "ROUGE-2",
};

/** The most that a difference may be probable by chance for a setting to be left. */
const CHANCE = 0.05;

/** One setting that was tried. */
export interface Trial {
  option: string;
  /** `default`: as the product has it. */
  value: string;
  /** A percentage, over the questions, with its 95 % interval. */
  figure: number;
  interval: Interval;
  /** Of the difference to the setting that was the best until then; 1 for that itself. */
  p: number;
  chosen: boolean;
}

export interface Sweep {
  metric: string;
  trials: Trial[];
  /** The options that differ from the product's own, by name. */
  best: Record<string, string>;
  /** Of the best setting. */
  measurement: Measurement;
}

/** Tries each value of each option with the best of those before. */
export async function sweep(
  dataset: Dataset,
  candidates: readonly Candidates[],
  { args, seed, readSetting }: { args: Arguments; seed: number; readSetting: (args: Arguments) => Setting },
  tools: Tools,
): Promise<Sweep> {
  const metric = METRICS[dataset.form];
  const run = async (options: Record<string, string>) => {
    const measurement = await measure(dataset, readSetting(args.with(options)), tools);
    return { options, measurement, values: metricValues(dataset, measurement.evaluation.figures)[metric]! };
  };
  let best = await run({});
  const trials: Trial[] = [];
  for (const { option, values } of candidates) {
    const before = best;
    const tried = [{ value: "default", p: 1, ...before }];
    for (const value of values) {
      const next = await run({ ...before.options, [option]: value });
      const { p } = compare({ [metric]: next.values }, { [metric]: before.values }, seed)[metric]!;
      tried.push({ value, p, ...next });
    }
    const better = tried.filter(({ p, values }) => p <= CHANCE && mean(values) > mean(before.values));
    const chosen = better.reduce((one, other) => (mean(other.values) > mean(one.values) ? other : one), tried[0]!);
    for (const one of tried) {
      const percentages = one.values.map((value) => 100 * value);
      const interval = bootstrapInterval(percentages, seed);
      trials.push({ option, value: one.value, figure: mean(percentages), interval, p: one.p, chosen: one === chosen });
    }
    best = chosen;
  }
  return { metric, trials, best: best.options, measurement: best.measurement };
}

/** By how many hits so much of what the first fifty documents of a ranking find is found. */
const ENOUGH = 0.95;
const MOST_HITS = 50;

/** How many hits to ask for: the share of what is relevant that so many documents hold, by their number, and the fewest that do. */
export function hitsNeeded(
  run: readonly string[],
  queries: readonly { id: string; judgments: ReadonlyMap<string, number> }[],
  counts: readonly number[],
): { k: number; recalls: { k: number; recall: number }[] } {
  const rankings = new Map<string, string[]>();
  for (const line of run) {
    const [query, , document] = line.split(" ") as [string, string, string];
    rankings.set(query, [...(rankings.get(query) ?? []), document]);
  }
  const recallAt = (k: number) =>
    mean(
      queries.map(({ id, judgments }) => {
        const relevant = [...judgments].filter(([, relevance]) => relevance > 0).map(([document]) => document);
        const found = new Set((rankings.get(id) ?? []).slice(0, k));
        return relevant.filter((document) => found.has(document)).length / relevant.length;
      }),
    );
  const recalls = counts.map((k) => ({ k, recall: 100 * recallAt(k) }));
  const enough = ENOUGH * 100 * recallAt(MOST_HITS);
  return { recalls, k: recalls.find(({ recall }) => recall >= enough)?.k ?? counts.at(-1)! };
}
