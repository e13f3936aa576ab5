/** `leafcutter eval`: measures retrieval on a dataset. */

import { buildSettings, BUILD_OPTIONS } from "./collection.js";
import { COMMON, type Arguments, type Command, type Tools } from "./command.js";
import { UsageError } from "./errors.js";
import { readAgainst } from "./eval/against.js";
import { readDataset } from "./eval/datasets.js";
import { measure, type Setting } from "./eval/measure.js";
import { printReport } from "./eval/printing.js";
import { makeReport } from "./eval/report.js";
import { sample } from "./eval/sample.js";
import { EVIDENCE, FORMATS, UNITS } from "./eval/settings.js";
import { checkWritable, writeWhole } from "./paths.js";
import { reranked, RETRIEVAL_OPTIONS, retrieval } from "./retrieval.js";

const DEFAULT_BUDGET = 1000;

export const evaluate: Command = {
  summary: "Measures retrieval on a dataset",
  operands: "DATASET",
  count: [1, 1],
  details: `DATASET is a folder in one of three forms, told by its files:
  ranking    corpus.jsonl, queries.jsonl, qrels/test.tsv: nDCG@10, recall@5, recall@100, hit@5
  spans      documents.jsonl, questions.jsonl: recall, precision and IoU of the evidence in the context
  summaries  documents.jsonl, summaries.jsonl: ROUGE-1 and ROUGE-2 recall of human answers in the context
Figures are percentages, means over the questions, each with its 95 % confidence interval by bootstrap over them. A
document is ranked by its best hit. Of summaries, the first question of each document also stands for itself.
With --against the same questions are asked in a second setting, and the differences are tested: SETTING is a mode,
or NAME=VALUE,... of options that differ, such as mode=auto,levels=0. Embeddings are kept in the cache folder
between runs; an interrupted run goes on where it stopped.`,
  options: {
    unit: { type: "string", value: "UNIT", help: "ranking: chunk (default), or passage: a document is one unit" },
    ...RETRIEVAL_OPTIONS,
    budget: {
      type: "string",
      value: "TOKENS",
      help: `spans, summaries: most tokens of a context (default ${DEFAULT_BUDGET})`,
    },
    evidence: {
      type: "string",
      value: "NAME",
      help: `contexts: what each sentence is scored by: ${EVIDENCE.join(", ")} (default: sections)`,
    },
    against: { type: "string", value: "SETTING", help: "compare with a second setting of the same dataset" },
    seed: { type: "string", value: "N", help: "of the intervals and the tests (default 0)" },
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
  const seed = args.count("seed", 0) ?? 0;
  const setting = readSetting(args);
  const name = args.text("against");
  const other = name === undefined ? undefined : { name, setting: readSetting(args.with(readAgainst(name))) };
  const dataset = sample(await readDataset(args.operands[0]!), setting.settings);
  if (dataset.form !== "ranking" && args.text("reranker") !== undefined) {
    throw new UsageError(`--reranker is for rankings, and ${dataset.name} asks for contexts`);
  }
  const runFile = args.text("run");
  // Before minutes of work, not after.
  if (runFile !== undefined) await checkWritable(runFile);

  const measurement = await measure(dataset, setting, tools);
  if (runFile !== undefined) {
    await writeWhole(runFile, measurement.evaluation.run.map((line) => `${line}\n`).join(""));
  }
  const against = other && { name: other.name, measurement: await measure(dataset, other.setting, tools) };
  const report = makeReport({ dataset, measurement, seed, ...(against && { against }) });
  if (args.flag("json")) tools.print(JSON.stringify(report));
  else printReport(report, tools.print);
}

/** The setting that the options of {@link evaluate} describe. */
export function readSetting(args: Arguments): Setting {
  const evidence = args.choice("evidence", EVIDENCE);
  const rerank = reranked(args);
  const limit = args.count("limit");
  const documents = args.count("documents");
  const settings = {
    ...retrieval(args),
    unit: args.choice("unit", UNITS) ?? "chunk",
    format: args.choice("format", FORMATS) ?? "auto",
    budget: args.count("budget") ?? DEFAULT_BUDGET,
    ...(evidence !== undefined && { evidence }),
    ...(rerank !== undefined && { rerank }),
    ...(limit !== undefined && { limit }),
    ...(documents !== undefined && { documents }),
  };
  return { args, settings, building: buildSettings(args) };
}
