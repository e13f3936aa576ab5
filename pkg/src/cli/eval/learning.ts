/** Learning from judgements, measured on questions whose judgements were held out. */

import type { Judgement, Leafcutter, LearnReport } from "../library.js";
import type { RankingDataset } from "./datasets.js";
import type { EvaluationTools } from "./engine.js";
import { rankingFigures } from "./metrics.js";
import { seededRandom } from "./random.js";
import { rankDocuments } from "./ranking.js";
import type { Asking } from "./settings.js";
import type { MetricValues } from "./values.js";

export interface CrossValidation {
  folds: number;
  seed: number;
  asking: Asking;
}

/**
 * Asks the questions of each fold as they are, and corrected by what was learned from the judgements of the others.
 *
 * @returns Figures by question, in the dataset's order, and what was reported of each fold's learning.
 */
export async function crossValidate(
  collection: Pick<Leafcutter, "adapter" | "learn" | "search">,
  { queries }: RankingDataset,
  { folds, seed, asking }: CrossValidation,
  { signal, progress }: EvaluationTools,
): Promise<{ before: MetricValues; after: MetricValues; reports: LearnReport[] }> {
  const foldOf = deal(
    queries.map(({ query }) => query),
    folds,
    seed,
  );
  const before: MetricValues = {};
  const after: MetricValues = {};
  const reports: LearnReport[] = [];
  const ask = async (fold: number, values: MetricValues) => {
    for (const [index, { query, judgments }] of queries.entries()) {
      if (foldOf[index] !== fold) continue;
      const ranking = await rankDocuments(collection, query, asking, signal);
      const figures = rankingFigures(
        ranking.map(({ id }) => id),
        judgments,
      );
      for (const [name, figure] of Object.entries(figures)) (values[name] ??= [])[index] = figure;
    }
  };
  for (let fold = 0; fold < folds; fold++) {
    progress.show("folds", fold, folds);
    const judgements = queries.flatMap(({ query, judgments }, index): Judgement[] => {
      const preferred = [...judgments].filter(([, relevance]) => relevance > 0).map(([id]) => id);
      return foldOf[index] === fold ? [] : [{ question: query, preferred }];
    });
    const { hybrid } = asking;
    reports.push(await collection.learn(judgements, { seed, signal, ...(hybrid && { hybrid }) }));
    await ask(fold, after);
    await collection.adapter.remove();
    await ask(fold, before);
  }
  return { before, after, reports };
}

/** The fold of each question; equal ones have the same. */
function deal(questions: string[], folds: number, seed: number): number[] {
  const random = seededRandom(seed);
  const distinct = [...new Set(questions)];
  // Fisher and Yates.
  for (let index = distinct.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [distinct[index], distinct[other]] = [distinct[other]!, distinct[index]!];
  }
  const foldOf = new Map(distinct.map((question, place) => [question, place % folds]));
  return questions.map((question) => foldOf.get(question)!);
}
