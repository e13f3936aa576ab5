// Runs `leafcutter eval` on a set of the shared folder and holds one figure of its report against a bar.
//   node scripts/figures/evaluation.mjs SET FIGURE BAR [OPTION...]
// FIGURE: a metric's name; `computed`: how many embeddings were not in the cache; or, with --against, `least:METRIC`: the
// lower bound of what the metric has more than in the other setting.
// BAR: 64.2..64.8, 66.. or ..0; `..` only reports. OPTIONs go to `leafcutter eval`.
import { spawnSync } from "node:child_process";

import { shared } from "../../tests/support/model.mjs";
import { printResult } from "./result.mjs";

const [set, name, bar, ...options] = process.argv.slice(2);
const dataset = shared(`eval/${set}`);
if (dataset === undefined) fail(`there is no set ${set}: put it into ../shared/eval, or set LEAFCUTTER_SHARED.`);

const command = ["pkg/bin/leafcutter", "eval", dataset, ...options, "--json"];
const { status, stdout } = spawnSync(process.execPath, command, {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (status !== 0) fail(`leafcutter eval ended with ${status}.`);
process.stdout.write(stdout);

const { metrics, embeddings, against } = JSON.parse(stdout);
const [, compared] = /^least:(.+)$/.exec(name) ?? [];
const figure =
  compared !== undefined
    ? against?.differences[compared]?.interval[0]
    : name === "computed"
      ? embeddings.computed
      : metrics[name];
if (figure === undefined) fail(`the report has no figure ${name}.`);
const [least, most] = bar.split("..");
printResult(figure, (least === "" || figure >= Number(least)) && (most === "" || figure <= Number(most)));

function fail(sentence) {
  console.error(`error: ${sentence}`);
  process.exit(1);
}
