// Runs `leafcutter learn` on a set of the shared folder and holds what nDCG@10 gains over held-out questions against a bar.
//   node scripts/figures/learning.mjs SET BAR [OPTION...]
// BAR: 2.. or 0.., in points. OPTIONs go to `leafcutter learn`.
import { spawnSync } from "node:child_process";

import { shared } from "../../tests/support/model.mjs";
import { printResult } from "./result.mjs";

const [set, bar, ...options] = process.argv.slice(2);
const dataset = shared(`eval/${set}`);
if (dataset === undefined) fail(`there is no set ${set}: put it into ../shared/eval, or set LEAFCUTTER_SHARED.`);

const command = ["pkg/bin/leafcutter", "learn", dataset, ...options, "--json"];
const { status, stdout } = spawnSync(process.execPath, command, {
  encoding: "utf8",
  stdio: ["ignore", "pipe", "inherit"],
});
if (status !== 0) fail(`leafcutter learn ended with ${status}.`);
process.stdout.write(stdout);

const { before, after, used, folds } = JSON.parse(stdout);
const [from, to] = [before, after].map((figures) => figures["nDCG@10"]);
const figure = `${from.toFixed(2)} to ${to.toFixed(2)}, used in ${used} of ${folds} folds`;
printResult(figure, to - from >= Number(bar.split("..")[0]));

function fail(sentence) {
  console.error(`error: ${sentence}`);
  process.exit(1);
}
