// Which sets `make eval` measures on, and in which settings. Options are those of `leafcutter eval`.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

/** The sets that Leafcutter is tuned on: one that is not there is named as skipped. */
export const EXPECTED = ["scifact", "rust-book-quiz", "chunking-eval", "squality-dev"];

/** What a document of a ranking is: those of SciFact are abstracts, short enough for one unit. */
export const UNITS = { scifact: "passage" };
export const DEFAULT_UNIT = "chunk";

/** What a ranking by default is shown beside: by one side of it alone, and in other modes, which it is tested against. */
export const RANKINGS = {
  alone: [
    { label: "vectors alone", options: ["--hybrid", "1"] },
    { label: "keywords alone", options: ["--hybrid", "0"] },
  ],
  modes: ["leaves", "collapsed"],
};

/**
 * The forms that are about contexts: budgets in tokens, those at which evidence, and summaries and chunks are varied, and the
 * modes beside `auto` and `leaves`, which all have.
 */
export const CONTEXTS = {
  spans: { budgets: [500, 1000, 2000], modes: [], evidenceBudgets: [500, 1000], ablationBudgets: [1000] },
  summaries: { budgets: [300, 1000], modes: ["collapsed"], evidenceBudgets: [300, 1000], ablationBudgets: [300, 1000] },
};

/** What else a sentence of a context could be scored by than it is by default. */
export const EVIDENCE = [
  { evidence: "sentences", label: "itself alone: no tree, no windows" },
  { evidence: "clusters", label: "with the mixture's clusters" },
  { evidence: "windows", label: "with neighbouring windows" },
  { evidence: "path", label: "with neighbouring windows, its section and clusters" },
];

/** How else the summaries of a tree could be made, by the option that differs. What is judged is mode `collapsed`. */
export const SUMMARIES = [
  { name: "summarizer", value: "scripts/eval/summarizers/lead.mjs", label: "by position" },
  { name: "summarizer", value: "scripts/eval/summarizers/lexrank.mjs", label: "by LexRank" },
  { name: "summarizer", value: "scripts/eval/summarizers/coverage.mjs", label: "by coverage of topics" },
  { name: "summary-tokens", value: "50", label: "of 50 tokens" },
  { name: "summary-tokens", value: "200", label: "of 200 tokens" },
  { name: "summary-embedding", value: "leaves", label: "found by the mean of their leaves" },
];
export const SUMMARIES_DEFAULT = "by the centroid, of 100 tokens, found by their text: the default";

/** How long else a chunk could be. */
export const CHUNKS = ["64", "200"].map((value) => {
  return { name: "chunk-tokens", value, label: `${value} tokens` };
});
export const CHUNKS_DEFAULT = "100 tokens: the default";

const FORM_FILES = { spans: "questions.jsonl", summaries: "summaries.jsonl", ranking: "queries.jsonl" };

/** The sets of a folder, each with its form; those expected come first. */
export function findSets(folder) {
  const found = readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const has = (file) => existsSync(path.join(folder, name, file));
      const form = Object.keys(FORM_FILES).find((form) => has(FORM_FILES[form]));
      return form === undefined ? [] : [{ name, form, folder: path.join(folder, name) }];
    });
  const rank = ({ name }) => (EXPECTED.includes(name) ? EXPECTED.indexOf(name) : EXPECTED.length);
  return found.sort((a, b) => rank(a) - rank(b));
}
