/** `leafcutter search`: asks an index. */

import { openOptions, withCollection } from "./collection.js";
import { COMMON, type Arguments, type Command, type Tools } from "./command.js";
import { CONFIG_OPTION, readConfig } from "./config.js";
import { UsageError } from "./errors.js";
import { readIndex } from "./index-folder.js";
import { Leafcutter, type Hit } from "./library.js";
import { reranked, RETRIEVAL_OPTIONS, retrieval } from "./retrieval.js";
import { oneLine, printable, wrap } from "./text.js";

const DEFAULT_HITS = 8;

/** How much of a hit is shown. */
const SHOWN_CHARACTERS = 300;

export const search: Command = {
  summary: "Finds the passages of an index that answer a question",
  operands: 'INDEX "question"',
  count: [2, 2],
  details: `Prints the best passages, each with its document, headings and level: 0 is a passage of the document itself,
1 and above are summaries. With --budget, prints a context for a language model instead: numbered sources of at
most so many tokens.`,
  options: {
    k: { type: "string", short: "k", value: "N", help: `most hits (default ${DEFAULT_HITS})` },
    ...RETRIEVAL_OPTIONS,
    budget: { type: "string", value: "TOKENS", help: "print a context of at most so many tokens" },
    ...CONFIG_OPTION,
    model: COMMON.model,
    json: COMMON.json,
  },
  run,
};

async function run(args: Arguments, tools: Tools): Promise<void> {
  const [index, question] = args.operands as [string, string];
  const { ask } = await readConfig(args.text("config"));
  const k = args.count("k") ?? ask.k ?? DEFAULT_HITS;
  const budget = args.count("budget");
  const rerank = reranked(args);
  if (budget !== undefined && rerank !== undefined) throw new UsageError("--reranker is for hits, not for a --budget");
  const asking = { ...(ask.hybrid && { hybrid: ask.hybrid }), ...retrieval(args), signal: tools.signal };
  const { bytes, manifest } = await readIndex(index);
  const options = await openOptions(args, tools, { ...manifest.settings, model: manifest.model.name });
  // One question is embedded faster than a worker starts.
  await withCollection(Leafcutter.import(bytes, { ...options, workers: 0 }), async (collection) => {
    if (budget !== undefined) {
      const context = await collection.context(question, { ...asking, tokens: budget });
      tools.print(args.flag("json") ? JSON.stringify(context) : printable(context.text));
      return;
    }
    const result = await collection.search(question, { ...asking, k, ...(rerank !== undefined && { rerank }) });
    if (args.flag("json")) tools.print(JSON.stringify(result));
    else if (result.hits.length === 0) tools.print("Nothing was found.");
    else result.hits.forEach((hit, position) => tools.print(describe(hit, position + 1)));
  });
}

function describe({ document, headingPath, level, score, text }: Hit, position: number): string {
  const place = [document.title || document.id, ...headingPath.filter((heading) => heading !== document.title)];
  const kind = level === 0 ? "" : `  [summary, level ${level}]`;
  const source = oneLine(document.url ?? document.id);
  return [
    `${position}. ${oneLine(place.join(" > "))}${kind}  (${score.toFixed(3)})`,
    ...wrap(oneLine(text, SHOWN_CHARACTERS), "   "),
    `   ${source}`,
    "",
  ].join("\n");
}
