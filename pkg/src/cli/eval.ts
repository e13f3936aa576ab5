/** `leafcutter eval`: measures retrieval on a dataset. */

import { join } from "node:path";

import { buildSettings, BUILD_OPTIONS, openOptions, withCollection } from "./collection.js";
import { COMMON, type Arguments, type Command, type Tools } from "./command.js";
import { FileEmbeddingCache } from "./embedding-cache.js";
import { evaluateContexts } from "./eval/contexts.js";
import { readDataset, type Dataset } from "./eval/datasets.js";
import type { Engine, Evaluation } from "./eval/engine.js";
import { spanFigures } from "./eval/metrics.js";
import { evaluateRanking } from "./eval/ranking.js";
import { makeReport, printReport } from "./eval/report.js";
import { rougeFigures } from "./eval/rouge.js";
import { sample } from "./eval/sample.js";
import { FORMATS, UNITS, type EvaluationSettings } from "./eval/settings.js";
import { Leafcutter } from "./library.js";
import { cacheFolder, checkWritable, writeWhole } from "./paths.js";
import { RETRIEVAL_OPTIONS, retrieval } from "./retrieval.js";

const DEFAULT_BUDGET = 1000;

export const evaluate: Command = {
  summary: "Measures retrieval on a dataset",
  operands: "DATASET",
  count: [1, 1],
  details: `DATASET is a folder in one of three forms, told by its files:
  ranking    corpus.jsonl, queries.jsonl, qrels/test.tsv: nDCG@10, recall@5, recall@100, hit@5
  spans      documents.jsonl, questions.jsonl: recall, precision and IoU of the evidence in the context
  summaries  documents.jsonl, summaries.jsonl: ROUGE-1 and ROUGE-2 recall of human answers in the context
Figures are percentages, means over the questions. A document is ranked by its best hit. Embeddings are kept in
the cache folder between runs; an interrupted run goes on where it stopped.`,
  options: {
    unit: { type: "string", value: "UNIT", help: "ranking: chunk (default), or passage: a document is one unit" },
    ...RETRIEVAL_OPTIONS,
    budget: {
      type: "string",
      value: "TOKENS",
      help: `spans, summaries: most tokens of a context (default ${DEFAULT_BUDGET})`,
    },
    run: { type: "string", value: "FILE", help: "write what was retrieved: TREC lines for ranking, else JSON lines" },
    format: { type: "string", value: "FORMAT", help: `ranking by chunk: ${FORMATS.join(", ")} (default: auto)` },
    limit: { type: "string", value: "N", help: "ask only the first N questions" },
    documents: {
      type: "string",
      value: "N",
      help: "ranking: take N documents, the relevant ones of the questions first",
    },
    ...BUILD_OPTIONS,
    json: COMMON.json,
  },
  run,
};

async function run(args: Arguments, tools: Tools): Promise<void> {
  const settings = readSettings(args);
  const building = buildSettings(args);
  // The same pipeline without the tree.
  if (settings.mode === "leaves") building.tree = { maxLevels: 0 };
  const dataset = sample(await readDataset(args.operands[0]!), settings);
  if (dataset.form === "ranking" && settings.unit === "passage") building.chunking = { strategy: "whole" };
  const runFile = args.text("run");
  // Before minutes of work, not after.
  if (runFile !== undefined) await checkWritable(runFile);

  const cache = new FileEmbeddingCache(join(cacheFolder(), "embeddings"));
  try {
    const start = performance.now();
    const opening = Leafcutter.open(await openOptions(args, tools, { ...building, embeddingCache: cache }));
    await withCollection(opening, async (collection) => {
      const openMilliseconds = performance.now() - start;
      const evaluation = await evaluateForm(collection, dataset, settings, tools);
      if (runFile !== undefined) await writeWhole(runFile, evaluation.run.map((line) => `${line}\n`).join(""));
      const { runtime } = await collection.stats();
      const report = makeReport({ dataset, settings, building, runtime, cache, evaluation, openMilliseconds });
      if (args.flag("json")) tools.print(JSON.stringify(report));
      else printReport(report, tools.print);
    });
  } finally {
    cache.close();
  }
}

function readSettings(args: Arguments): EvaluationSettings {
  const limit = args.count("limit");
  const documents = args.count("documents");
  return {
    ...retrieval(args),
    unit: args.choice("unit", UNITS) ?? "chunk",
    format: args.choice("format", FORMATS) ?? "auto",
    budget: args.count("budget") ?? DEFAULT_BUDGET,
    ...(limit !== undefined && { limit }),
    ...(documents !== undefined && { documents }),
  };
}

function evaluateForm(
  engine: Engine,
  dataset: Dataset,
  { mode, hybrid, unit, format, budget }: EvaluationSettings,
  tools: Tools,
): Promise<Evaluation<Record<string, number>>> {
  const asking = { mode, ...(hybrid && { hybrid }) };
  switch (dataset.form) {
    case "ranking":
      return evaluateRanking(engine, dataset, { ...asking, unit, format }, tools);
    case "spans": {
      const toRange = ([start, end]: [number, number]) => ({ start, end });
      const judge = ({ spans }: (typeof dataset.queries)[number], { ranges }: { ranges: [number, number][] }) =>
        spanFigures(ranges.map(toRange), spans);
      return evaluateContexts(engine, dataset, { ...asking, budget }, judge, tools);
    }
    case "summaries": {
      const judge = ({ references }: (typeof dataset.queries)[number], { context }: { context: string }) =>
        rougeFigures(context, references);
      return evaluateContexts(engine, dataset, { ...asking, budget }, judge, tools);
    }
  }
}
