/** Runs a dataset in one setting. */

import { join } from "node:path";

import { openOptions, withCollection, type BuildSettings } from "../collection.js";
import type { Arguments, Tools } from "../command.js";
import { FileEmbeddingCache } from "../embedding-cache.js";
import { Leafcutter, type Runtime } from "../library.js";
import { cacheFolder } from "../paths.js";
import { evaluateContexts } from "./contexts.js";
import type { Dataset } from "./datasets.js";
import type { Engine, Evaluation } from "./engine.js";
import { spanFigures } from "./metrics.js";
import { evaluateRanking } from "./ranking.js";
import { rougeFigures } from "./rouge.js";
import type { EvaluationSettings } from "./settings.js";

/** How questions are asked, and how what they are asked of is built. */
export interface Setting {
  /** As they were given, for what is loaded: the model, the workers, the summarizer. */
  args: Arguments;
  settings: EvaluationSettings;
  building: BuildSettings;
}

/** What came of a run. */
export interface Measurement extends Setting {
  evaluation: Evaluation<Record<string, number>>;
  runtime: Runtime;
  /** Texts whose embeddings were found in the cache, and those that were computed. */
  embeddings: { cached: number; computed: number; cacheFailure?: string };
  openMilliseconds: number;
}

/** Asks the questions of a dataset in one setting. */
export async function measure(
  dataset: Dataset,
  { args, settings, building: given }: Setting,
  tools: Tools,
): Promise<Measurement> {
  const building = buildingFor(dataset, settings, given);
  const cache = new FileEmbeddingCache(join(cacheFolder(), "embeddings"));
  try {
    const start = performance.now();
    const opening = Leafcutter.open(await openOptions(args, tools, { ...building, embeddingCache: cache }));
    return await withCollection(opening, async (collection) => {
      const openMilliseconds = performance.now() - start;
      const evaluation = await evaluateForm(collection, dataset, settings, tools);
      const { runtime } = await collection.stats();
      const { hits: cached, misses: computed, failure } = cache;
      const embeddings = { cached, computed, ...(failure && { cacheFailure: failure.message }) };
      return { args, settings, building, evaluation, runtime, embeddings, openMilliseconds };
    });
  } finally {
    cache.close();
  }
}

export function buildingFor(
  dataset: Dataset,
  { mode, unit }: EvaluationSettings,
  building: BuildSettings,
): BuildSettings {
  return {
    ...building,
    // The same pipeline without the tree.
    ...(mode === "leaves" && { tree: { ...building.tree, maxLevels: 0 } }),
    ...(dataset.form === "ranking" && unit === "passage" && { chunking: { strategy: "whole" } }),
  };
}

function evaluateForm(
  engine: Engine,
  dataset: Dataset,
  { mode, hybrid, evidence, unit, format, budget, rerank }: EvaluationSettings,
  tools: Tools,
): Promise<Evaluation<Record<string, number>>> {
  const asking = { mode, ...(hybrid && { hybrid }) };
  const askingContexts = { ...asking, budget, ...(evidence && { evidence }) };
  switch (dataset.form) {
    case "ranking":
      return evaluateRanking(engine, dataset, { ...asking, unit, format, ...(rerank && { rerank }) }, tools);
    case "spans": {
      const toRange = ([start, end]: [number, number]) => ({ start, end });
      const judge = ({ spans }: (typeof dataset.queries)[number], { ranges }: { ranges: [number, number][] }) =>
        spanFigures(ranges.map(toRange), spans);
      return evaluateContexts(engine, dataset, askingContexts, judge, tools);
    }
    case "summaries": {
      const judge = ({ references }: (typeof dataset.queries)[number], { context }: { context: string }) =>
        rougeFigures(context, references);
      return evaluateContexts(engine, dataset, askingContexts, judge, tools);
    }
  }
}
