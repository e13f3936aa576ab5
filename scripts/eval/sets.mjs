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

/** The forms that are about contexts: budgets in tokens, and the modes beside `auto` and `leaves`, which all have. */
export const CONTEXTS = {
  spans: { budgets: [500, 1000, 2000], modes: [], ablationBudgets: [1000] },
  summaries: { budgets: [300, 1000], modes: ["collapsed"], ablationBudgets: [300, 1000] },
};

/** What else a sentence of a context could be scored by than it is by default. */
export const ABLATIONS = [
  { evidence: "sentences", label: "itself alone: no tree, no windows" },
  { evidence: "clusters", label: "with the mixture's clusters" },
  { evidence: "path", label: "with neighbouring windows and clusters" },
];

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
