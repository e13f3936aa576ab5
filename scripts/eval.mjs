// Measures retrieval on every set of the shared folder and writes docs/quality.md.
//   node scripts/eval.mjs
// What is measured stands in scripts/eval/sets.mjs. Embeddings are kept between runs, so that only the first one is long.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";

import { shared } from "../tests/support/model.mjs";
import { measureSet } from "./eval/measure.mjs";
import { makePage } from "./eval/page.mjs";
import { EXPECTED, findSets } from "./eval/sets.mjs";

const page = "docs/quality.md";
const sets = existingSets();
const skipped = EXPECTED.filter((name) => !sets.some((set) => set.name === name));
for (const name of skipped) console.log(`  - ${name}: skipped, there is no such set in the shared folder`);
if (sets.length === 0) {
  console.log(`Nothing was measured, and ${page} is as it was.`);
  process.exit();
}

const sections = sets.map((set) => ({ ...set, ...measureSet(set, (options) => evaluate(set, options)) }));
const date = new Date().toISOString().slice(0, 10);
writeFileSync(page, makePage({ date, sections, skipped }));
console.log(`wrote ${page}`);

/** Where LEAFCUTTER_SHARED is set, one that is expected and not there is a failure. */
function existingSets() {
  try {
    for (const name of EXPECTED) shared(`eval/${name}`);
    const folder = shared("eval");
    return folder === undefined ? [] : findSets(folder);
  } catch (error) {
    fail(error.message);
  }
}

/** The report of one run. */
function evaluate({ name, folder }, options) {
  const started = Date.now();
  console.log(`==> ${[name, ...options].join(" ")}`);
  const command = ["pkg/bin/leafcutter", "eval", folder, ...options, "--json"];
  const { status, stdout } = spawnSync(process.execPath, command, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) fail(`leafcutter eval ended with ${status}.`);
  console.log(`    ${Math.round((Date.now() - started) / 1000)} s`);
  return JSON.parse(stdout);
}

function fail(sentence) {
  console.error(`error: ${sentence}`);
  process.exit(1);
}
