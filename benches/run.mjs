// Runs Leafcutter and its peers by turns in one browser, prints medians and ratios, and writes them to target/bench.json.
//   make bench [ONLY=NAME,NAME...] [RUNS=9] [QUICK=1]
// QUICK=1 takes one round and the beginning of the book, to see that everything works. OUT names another file.
import * as accuracy from "./embed-accuracy.mjs";
import * as embed from "./embed.mjs";
import * as ingest from "./ingest-book.mjs";
import * as load from "./load.mjs";
import * as scan from "./scan.mjs";
import { openLab, Skip } from "./support/lab.mjs";
import { processor } from "./support/machine.mjs";
import { RATIO, table, write } from "./support/rows.mjs";
import { longRuns, only, out, quick, runs } from "./support/settings.mjs";
import * as tree from "./tree.mjs";
import * as workers from "./embed-two-workers.mjs";

const files = [embed, workers, accuracy, scan, tree, ingest, load];
const benchmarks = Object.assign({}, ...files.map((file) => file.benchmarks));
const chosen = only.length > 0 ? only : Object.keys(benchmarks);
const find = (name) => benchmarks[name] ?? scan.benchmark(name);
const unknown = chosen.filter((name) => find(name) === undefined);
if (unknown.length > 0) {
  console.error(`error: there is no benchmark ${unknown.join(", ")}: ONLY names some of`);
  console.error(`  ${Object.keys(benchmarks).join(", ")}, scan-N for N rows; or native alone.`);
  process.exit(1);
}

const { model, cores, flags } = processor();
const lab = await openLab();
console.log(`${model}, ${cores} cores: ${flags?.join(" ") ?? "flags not known"}`);
console.log(`${lab.browser}; medians of ${runs} rounds by turns after warm-up, of ${longRuns} over the whole book`);
if (!lab.has.peers) console.log("the peers are not installed (scripts/setup/peers.sh): no row has a peer");
else if (!lab.has.transformers)
  console.log("peers/models is missing in ../shared: embed-*, ingest-* and load-* have no peer");

const rows = [];
const skipped = [];
const failed = [];
for (const name of chosen) {
  const started = Date.now();
  try {
    rows.push(...(await find(name)(lab)));
  } catch (error) {
    (error instanceof Skip ? skipped : failed).push(`${name}: ${error.message}`);
  }
  await lab.clear();
  console.log(`  ${name}: ${Math.round((Date.now() - started) / 1000)} s`);
}
await lab.close();
const processorName = [model, ...(flags ?? [])].join(" ");
write(
  out,
  rows.map((row) => ({ ...row, processor: processorName, browser: lab.browser })),
);

console.log(`\n${RATIO}${quick ? "\nA QUICK RUN: it shows that everything works, its figures mean nothing" : ""}\n`);
console.log(table(rows));
for (const line of skipped) console.log(`skipped: ${line}`);
for (const line of failed) console.error(`error: ${line}`);
process.exit(failed.length > 0 ? 1 : 0);
