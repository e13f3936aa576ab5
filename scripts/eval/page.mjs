// Writes what was measured as Markdown.

const WORDS = {
  ranking: "whole documents are ranked for a question",
  spans:
    "the share of the marked excerpts that a context holds, the share of the context that they are, and both as IoU",
  summaries: "ROUGE recall of answers that people wrote in a context",
};

/**
 * The page of all figures.
 *
 * @param {{ date: string, sections: object[], skipped: string[] }} measured - Sections are sets with what `measureSet` gives.
 */
export function makePage({ date, sections, skipped }) {
  const { model, seed } = sections[0].report;
  const missing = skipped.length === 0 ? [] : [`Not measured, since they were not there: ${skipped.join(", ")}.`, ""];
  return [
    "# Quality of retrieval",
    "",
    "`make eval` writes this page. It runs `leafcutter eval` on the sets in `../shared/eval`, or in `eval` of the folder that",
    "`LEAFCUTTER_SHARED` names. A row's options, with the set's folder before them, repeat its figures.",
    "",
    "| Date | Seed | Model |",
    "| --- | --- | --- |",
    `| ${date} | ${seed} | ${model.identity} |`,
    "",
    "Figures are percentages, means over the questions. In brackets are 95 % intervals by bootstrap over the questions; differences are in",
    "points, with the p-value of a paired randomization test and the shares of the questions that are better and worse; see",
    "[the command line](command-line.md#eval). Questions about one document are not independent, so intervals for spans and summaries are",
    "rather too narrow, and no p-value is corrected for how many of them stand here. Leafcutter is tuned on these sets: figures on others may",
    "be lower.",
    "",
    "How the summaries of a tree are made is judged in mode `collapsed`, in which they compete with chunks: a context in mode `auto` is",
    "chosen from sentences alone and reads no summary, and a ranking in that mode seldom does. The other ways to make them are",
    "summarizers in `scripts/eval/summarizers`.",
    "",
    ...missing,
    ...sections.flatMap(section),
  ].join("\n");
}

function section({ name, form, report, tables }) {
  const { queries, documents } = report.counts;
  return [
    `## ${name}`,
    "",
    `${form}: ${queries} questions, ${documents} documents. Measured is: ${WORDS[form]}.`,
    "",
    ...tables.flatMap(table),
  ];
}

function table({ title, rows }) {
  const names = Object.keys(rows[0].differences ?? rows[0].figures.metrics);
  const lines = rows.map((row) => {
    const cells = names.map((name) =>
      row.differences ? difference(row.differences[name]) : figure(row.figures, name),
    );
    return line([row.label, `\`${row.options.join(" ")}\``, ...cells]);
  });
  const head = ["", "Options", ...names];
  return [`### ${title}`, "", line(head), line(head.map(() => "---")), ...lines, ""];
}

function figure({ metrics, intervals }, name) {
  return `${decimal(metrics[name])} ${brackets(intervals[name])}`;
}

function difference({ mean, interval, p, better, worse }) {
  const chance = p < 0.001 ? "p < 0.001" : `p ${p.toFixed(3)}`;
  const shares = `better ${better.toFixed(0)} %, worse ${worse.toFixed(0)} %`;
  return `${signed(mean)} ${brackets(interval)}, ${chance}, ${shares}`;
}

function brackets([low, high]) {
  return `[${decimal(low)}, ${decimal(high)}]`;
}

function signed(value) {
  return `${value >= 0.005 ? "+" : ""}${decimal(value)}`;
}

/** Two digits, and no sign before what they round to 0. */
function decimal(value) {
  return value.toFixed(2).replace(/^-(0\.00)$/, "$1");
}

function line(cells) {
  return `| ${cells.join(" | ")} |`;
}
