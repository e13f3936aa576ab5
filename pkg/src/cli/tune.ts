/** `leafcutter tune`: the settings that answer a person's own questions best. */

import { buildSettings, BUILD_OPTIONS } from "./collection.js";
import { COMMON, type Arguments, type Command, type Tools } from "./command.js";
import type { Config } from "./config.js";
import { readSetting } from "./eval.js";
import { readDataset, type Dataset } from "./eval/datasets.js";
import { sample } from "./eval/sample.js";
import { FORMATS } from "./eval/settings.js";
import { checkWritable, writeWhole } from "./paths.js";
import { plotPage } from "./tune/plot.js";
import { hitsNeeded, sweep, type Candidates, type Sweep, type Trial } from "./tune/sweep.js";

const DEFAULT_OUT = "leafcutter.config.json";
const DEFAULT_BUDGET = 1000;
/** Numbers of hits of which the smallest that suffices is chosen. */
const HITS = [3, 5, 8, 10, 15, 20, 30];
/** Columns of a bar. */
const BAR = 30;

/** What is tried of each option, in this order. */
const CANDIDATES: readonly Candidates[] = [
  { option: "chunk-tokens", values: ["64", "150", "200", "250"] },
  { option: "overlap", values: ["15", "30"] },
  { option: "levels", values: ["0", "2"] },
  { option: "hybrid", values: ["0.2", "0.35", "0.5", "0.65", "0.8"] },
];

export const tune: Command = {
  summary: "Finds the settings that answer your own questions best",
  operands: "DATASET",
  count: [1, 1],
  details: `DATASET has your documents and questions, in one of the forms of leafcutter eval. Chunk size, overlap, levels of the tree and
the weight of vectors are tried one after the other, each with the best of those before, and of a ranking how many hits
find nearly all. A default is left only for what is better by more than chance. A table is printed; the settings go to
a file that build and search read (--config), and with --plot a page shows them. The more questions, the more can be
told: with a few dozen, mostly the defaults stay. Embeddings are kept in the cache folder between runs.`,
  options: {
    out: { type: "string", short: "o", value: "FILE", help: `where the settings go (default ${DEFAULT_OUT})` },
    plot: { type: "string", value: "FILE", help: "write a page with the table and a plot" },
    try: {
      type: "string",
      value: "NAMES",
      help: `options to try, with commas between them (default: ${CANDIDATES.map(({ option }) => option).join(",")})`,
    },
    budget: {
      type: "string",
      value: "TOKENS",
      help: `spans, summaries: most tokens of a context (default ${DEFAULT_BUDGET})`,
    },
    format: { type: "string", value: "FORMAT", help: `ranking: ${FORMATS.join(", ")} (default: auto)` },
    limit: { type: "string", value: "N", help: "ask only the first N questions" },
    seed: { type: "string", value: "N", help: "of the intervals and the tests (default 0)" },
    model: BUILD_OPTIONS.model,
    precision: BUILD_OPTIONS.precision,
    language: BUILD_OPTIONS.language,
    workers: BUILD_OPTIONS.workers,
    json: COMMON.json,
  },
  run,
};

async function run(args: Arguments, tools: Tools): Promise<void> {
  const seed = args.count("seed", 0) ?? 0;
  const names = args.text("try")?.split(",");
  const candidates = CANDIDATES.filter(({ option }) => names === undefined || names.includes(option));
  const out = args.text("out") ?? DEFAULT_OUT;
  const plot = args.text("plot");
  const dataset = sample(await readDataset(args.operands[0]!), readSetting(args).settings);
  // Before minutes of work, not after.
  for (const file of [out, plot]) if (file !== undefined) await checkWritable(file);

  const found = await sweep(dataset, candidates, { args, seed, readSetting }, tools);
  const hits =
    dataset.form === "ranking" ? hitsNeeded(found.measurement.evaluation.run, dataset.queries, HITS) : undefined;
  const config = configOf(args, found, hits?.k);
  const text = `${JSON.stringify(config, null, 2)}\n`;
  await writeWhole(out, text);
  if (plot !== undefined) await writeWhole(plot, plotPage(dataset.name, found, text));
  const { metric, trials, best } = found;
  if (args.flag("json"))
    return tools.print(JSON.stringify({ dataset: dataset.name, metric, trials, best, ...hits, config }));
  printTable(dataset, found, tools.print);
  hits?.recalls.forEach(({ k, recall }) => tools.print(row("hits", `${k}`, recall, k === hits.k, 0, 100)));
  tools.print(`${out}: ${JSON.stringify(config)}`);
}

function configOf(args: Arguments, { best }: Sweep, k: number | undefined): Config {
  const { chunking, tree } = buildSettings(args.with(best));
  const { hybrid } = best;
  return {
    open: { ...(chunking && { chunking }), ...(tree && { tree }) },
    ask: { ...(k !== undefined && { k }), ...(hybrid !== undefined && { hybrid: { alpha: Number(hybrid) } }) },
  };
}

function printTable(dataset: Dataset, { metric, trials }: Sweep, print: (line: string) => void): void {
  print(`${dataset.name}: ${metric} of ${dataset.queries.length} questions; * is chosen`);
  const figures = trials.map(({ figure }) => figure);
  const [least, most] = [Math.min(...figures), Math.max(...figures)];
  let last: Trial["option"] | undefined;
  for (const { option, value, figure, interval, p, chosen } of trials) {
    const bounds = interval.map((bound) => bound.toFixed(2)).join(", ");
    print(`${row(option === last ? "" : option, value, figure, chosen, least, most)} [${bounds}] p ${p.toFixed(3)}`);
    last = option;
  }
}

function row(option: string, value: string, figure: number, chosen: boolean, least: number, most: number): string {
  const share = most > least ? (figure - least) / (most - least) : 1;
  const bar = "█".repeat(1 + Math.round(share * (BAR - 1))).padEnd(BAR);
  return `  ${option.padEnd(13)} ${value.padEnd(8)} ${figure.toFixed(2).padStart(6)} ${chosen ? "*" : " "} ${bar}`;
}
