// Measures retrieval on every set of the shared folder and writes docs/quality.md.
//   node scripts/eval.mjs
//   RESUME=1 node scripts/eval.mjs    goes on where a run was interrupted, and takes what was measured by then as it is
// What is measured stands in scripts/eval/sets.mjs. Embeddings are kept between runs, so that only the first one is long.
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { shared } from "../tests/support/model.mjs";
import { measureSet } from "./eval/measure.mjs";
import { makePage } from "./eval/page.mjs";
import { EXPECTED, findSets } from "./eval/sets.mjs";

const page = "docs/quality.md";
/** The reports of the run, each a line. */
const reports = "target/eval/reports.jsonl";
const known = knownReports();
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

/** What an interrupted run found out. */
function knownReports() {
  if (!process.env.RESUME) rmSync(reports, { force: true });
  mkdirSync(path.dirname(reports), { recursive: true });
  const lines = existsSync(reports) ? readFileSync(reports, "utf8").split("\n") : [];
  // What follows the last line break is half a line.
  const whole = lines.slice(0, -1);
  writeFileSync(reports, whole.map((line) => `${line}\n`).join(""));
  return new Map(whole.map((line) => JSON.parse(line)).map(({ run, report }) => [run, report]));
}

/** The report of one run. */
function evaluate({ name, folder }, options) {
  const started = Date.now();
  const run = [name, ...options].join(" ");
  console.log(`==> ${run}`);
  if (known.has(run)) return known.get(run);
  const command = ["pkg/bin/leafcutter", "eval", folder, ...options, "--json"];
  const { status, stdout } = spawnSync(process.execPath, command, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) fail(`leafcutter eval ended with ${status}.`);
  console.log(`    ${Math.round((Date.now() - started) / 1000)} s`);
  const report = JSON.parse(stdout);
  appendFileSync(reports, `${JSON.stringify({ run, report })}\n`);
  return report;
}

function fail(sentence) {
  console.error(`error: ${sentence}`);
  process.exit(1);
}
