// Takes the figures of a set: which runs, and what of each goes into which table.
import {
  EVIDENCE,
  CHUNKS,
  CHUNKS_DEFAULT,
  CONTEXTS,
  DEFAULT_UNIT,
  RANKINGS,
  SUMMARIES,
  SUMMARIES_DEFAULT,
  UNITS,
} from "./sets.mjs";

/**
 * @param {{ name: string, form: string }} set
 * @param {(options: string[]) => object} evaluate - Runs `leafcutter eval` on the set and gives its report.
 * @returns {{ report: object, tables: { title: string, rows: object[] }[] }} The report of one run, for what all have in
 *   common. A row has a label, the options that repeat it, and the figures of a setting, or the `differences` of two.
 */
export function measureSet(set, evaluate) {
  return set.form === "ranking" ? measureRanking(set, evaluate) : measureContexts(set, evaluate);
}

function measureRanking({ name }, evaluate) {
  const unit = ["--unit", UNITS[name] ?? DEFAULT_UNIT];
  const alone = RANKINGS.alone.map(({ label, options }) => {
    const all = [...unit, ...options];
    return { label, options: all, figures: evaluate(all) };
  });
  const comparisons = RANKINGS.modes.map((mode) => {
    const options = [...unit, "--against", `mode=${mode}`];
    return { mode, options, report: evaluate(options) };
  });
  const { report } = comparisons[0];
  const modes = comparisons.map(({ mode, report }) => {
    return { label: `both, ${mode}`, options: [...unit, "--mode", mode], figures: report.against };
  });
  const rows = [...alone, ...modes, { label: "both, auto: the default", options: unit, figures: report }];
  const differences = comparisons.map(({ mode, options, report }) => {
    return { label: mode, options, differences: report.against.differences };
  });
  const tables = [
    { title: "Rankings", rows },
    { title: "What the default has more than each mode", rows: differences },
    ...summaryTables("", unit, evaluate),
    // A document that is one unit is not cut.
    ...(unit.includes("passage") ? [] : chunkTables("", unit, evaluate)),
  ];
  return { report, tables };
}

function measureContexts({ form }, evaluate) {
  const { budgets, modes, evidenceBudgets, ablationBudgets } = CONTEXTS[form];
  const comparisons = budgets.map((budget) => {
    const options = [...at(budget), "--against", "leaves"];
    return { budget, options, report: evaluate(options) };
  });
  const contexts = comparisons.flatMap(({ budget, report }) => [
    leavesRow(`${budget} tokens, leaves`, budget, report),
    ...modes.map((mode) => {
      const options = [...at(budget), "--mode", mode];
      return { label: `${budget} tokens, ${mode}`, options, figures: evaluate(options) };
    }),
    defaultRow(`${budget} tokens, auto`, budget, report),
  ]);
  const differences = comparisons.map(({ budget, options, report }) => {
    return { label: `${budget} tokens`, options, differences: report.against.differences };
  });
  const tables = [
    { title: "Contexts", rows: contexts },
    { title: "What auto has more than leaves", rows: differences },
    ...comparisons
      .filter(({ budget }) => evidenceBudgets.includes(budget))
      .flatMap(({ budget, report }) => evidenceTables(budget, report, evaluate)),
    ...ablationBudgets.flatMap((budget) => [
      ...summaryTables(`, at ${budget} tokens`, at(budget), evaluate),
      ...chunkTables(`, at ${budget} tokens`, at(budget), evaluate),
      ...chunkTables(`, at ${budget} tokens, in mode leaves`, [...at(budget), "--mode", "leaves"], evaluate),
    ]),
  ];
  return { report: comparisons[0].report, tables };
}

/** @param report - Of the default against mode leaves. */
function evidenceTables(budget, report, evaluate) {
  const runs = EVIDENCE.map(({ evidence, label }) => {
    const options = [...at(budget), "--against", `evidence=${evidence}`];
    return { evidence, label, options, against: evaluate(options).against };
  });
  const rows = [
    ...runs.map(({ evidence, label, against }) => {
      return { label, options: [...at(budget), "--evidence", evidence], figures: against };
    }),
    defaultRow("with neighbouring windows and its section: the default", budget, report),
    leavesRow("mode leaves", budget, report),
  ];
  const differences = runs.map(({ label, options, against }) => {
    return { label, options, differences: against.differences };
  });
  return [
    { title: `What a sentence is scored by, at ${budget} tokens`, rows },
    { title: `What the default has more than each, at ${budget} tokens`, rows: differences },
  ];
}

function summaryTables(where, options, evaluate) {
  const title = `How summaries are made, in mode collapsed${where}`;
  return alternativeTables(title, SUMMARIES_DEFAULT, SUMMARIES, [...options, "--mode", "collapsed"], evaluate);
}

function chunkTables(where, options, evaluate) {
  return alternativeTables(`How long a chunk is${where}`, CHUNKS_DEFAULT, CHUNKS, options, evaluate);
}

/** Settings that differ from the default in one option each, and what the default has more than each. */
function alternativeTables(title, defaultLabel, alternatives, options, evaluate) {
  const runs = alternatives.map(({ name, value, label }) => {
    const against = [...options, "--against", `${name}=${value}`];
    return { label, options: [...options, `--${name}`, value], against, report: evaluate(against) };
  });
  const rows = runs.map(({ label, options, report }) => ({ label, options, figures: report.against }));
  const differences = runs.map(({ label, against, report }) => {
    return { label, options: against, differences: report.against.differences };
  });
  return [
    { title, rows: [...rows, { label: defaultLabel, options, figures: runs[0].report }] },
    { title: `${title}: what the default has more than each`, rows: differences },
  ];
}

function at(budget) {
  return ["--budget", String(budget)];
}

function defaultRow(label, budget, report) {
  return { label, options: at(budget), figures: report };
}

function leavesRow(label, budget, { against }) {
  return { label, options: [...at(budget), "--mode", "leaves"], figures: against };
}
