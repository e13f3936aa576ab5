/** `leafcutter learn`: what learning from judgements does on a dataset, by cross-validation. */

import { join } from "node:path";

import { buildSettings, BUILD_OPTIONS, openOptions, withCollection } from "./collection.js";
import { COMMON, type Arguments, type Command, type Tools } from "./command.js";
import { FileEmbeddingCache } from "./embedding-cache.js";
import { Failure, UsageError } from "./errors.js";
import { compare } from "./eval/comparison.js";
import { readDataset } from "./eval/datasets.js";
import { buildingFor } from "./eval/measure.js";
import { crossValidate } from "./eval/learning.js";
import { rankedSources } from "./eval/ranking.js";
import { FORMATS, UNITS } from "./eval/settings.js";
import { mean } from "./eval/statistics.js";
import { Leafcutter } from "./library.js";
import { cacheFolder } from "./paths.js";
import { RETRIEVAL_OPTIONS, retrieval } from "./retrieval.js";

const DEFAULT_FOLDS = 5;

export const learn: Command = {
  summary: "Measures what learning from judgements does on a dataset",
  operands: "DATASET",
  count: [1, 1],
  details: `DATASET is a ranking: corpus.jsonl, queries.jsonl, qrels/test.tsv. The questions are dealt into folds, equal ones into the
same. The questions of each fold are asked twice: as they are, and corrected by what was learned from the judgements of
all other folds. Whether that is used at all is decided there as well, by a cross-validation within those folds; where
it is not, both are the same. So no judgement of a question has any part in how that question is asked. The
differences are tested question by question.`,
  options: {
    folds: { type: "string", value: "N", help: `folds, 2 to 10 (default ${DEFAULT_FOLDS})` },
    unit: { type: "string", value: "UNIT", help: "chunk (default), or passage: a document is one unit" },
    hybrid: RETRIEVAL_OPTIONS.hybrid,
    format: { type: "string", value: "FORMAT", help: `by chunk: ${FORMATS.join(", ")} (default: auto)` },
    seed: { type: "string", value: "N", help: "of the folds, the learning and the tests (default 0)" },
    ...BUILD_OPTIONS,
    json: COMMON.json,
  },
  run,
};

async function run(args: Arguments, tools: Tools): Promise<void> {
  const seed = args.count("seed", 0) ?? 0;
  const folds = args.count("folds") ?? DEFAULT_FOLDS;
  if (folds < 2 || folds > 10) throw new UsageError("--folds must be from 2 to 10");
  const dataset = await readDataset(args.operands[0]!);
  if (dataset.form !== "ranking") throw new Failure(`${dataset.name} is no ranking: it judges no documents`);
  const { hybrid } = retrieval(args);
  const settings = {
    mode: "leaves" as const,
    unit: args.choice("unit", UNITS) ?? "chunk",
    format: args.choice("format", FORMATS) ?? "auto",
    budget: 1,
  };
  const building = buildingFor(dataset, settings, buildSettings(args));
  const cache = new FileEmbeddingCache(join(cacheFolder(), "embeddings"));
  try {
    const opening = Leafcutter.open(await openOptions(args, tools, { ...building, embeddingCache: cache }));
    await withCollection(opening, async (collection) => {
      const { signal, progress } = tools;
      await collection.add(rankedSources(dataset, settings), { signal, onProgress: progress.report });
      const asking = { mode: settings.mode, ...(hybrid && { hybrid }) };
      const { before, after, reports } = await crossValidate(collection, dataset, { folds, seed, asking }, tools);
      const differences = compare(after, before, seed);
      const used = reports.filter((report) => report.used).length;
      const means = (values: typeof before) =>
        Object.fromEntries(Object.entries(values).map(([name, list]) => [name, 100 * mean(list)]));
      const result = { dataset: dataset.name, folds, used, before: means(before), after: means(after), differences };
      if (args.flag("json")) return tools.print(JSON.stringify(result));
      tools.print(`${dataset.name}: ${dataset.queries.length} questions in ${folds} folds; used in ${used} of them`);
      for (const [name, { mean: difference, interval, p }] of Object.entries(differences)) {
        const figures = [result.before[name]!, result.after[name]!].map((value) => value.toFixed(2)).join(" -> ");
        const bounds = interval.map((bound) => (100 * bound).toFixed(2)).join(", ");
        tools.print(`  ${name.padEnd(10)} ${figures}  ${(100 * difference).toFixed(2)} [${bounds}], p ${p.toFixed(3)}`);
      }
    });
  } finally {
    cache.close();
  }
}
