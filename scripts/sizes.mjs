// Prints the gzipped size of what a page downloads and fails when one is over its budget.
//   node scripts/sizes.mjs [--no-budget | --figure]
// --no-budget only prints, for modules that are not optimized; --figure says in its last line whether all is within.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import { printResult } from "./figures/result.mjs";

const WASM_BUDGET = 1_200_000;
const JAVASCRIPT_BUDGET = 40_000;
/** What a static site's first answer takes of code. */
const SITE_BUDGET = 58_000;
const SITE_JAVASCRIPT_BUDGET = 8_000;
/**
 * What pages load beside the main JavaScript: the search element with its five languages and its styles, the picture of the tree, what
 * caches answers or has language models write, what looks for instructions with its weights, what lists and deletes collections that are
 * not open, and what has passkeys make keys.
 */
const LAZY_BUDGETS = {
  element: 15_500,
  "tree-picture": 12_000,
  cache: 6_000,
  answers: 5_000,
  guard: 250_000,
  generators: 8_000,
  storage: 5_000,
  passkey: 1_500,
};
/** In place of the worker's script, for collections that are encrypted. */
const ENCRYPTING_WORKER_BUDGET = 29_500;
/** What reads files, without the parsers; and all that is loaded for a first PDF. */
const DOCUMENTS_BUDGET = 21_500;
/** The workers that read tables, and all other files, each with its parsers. */
const READER_BUDGETS = { "tables.worker": 18_500, worker: 350_000 };
const PDF_BUDGET = 500_000;

const gzipped = (path) => gzipSync(readFileSync(path), { level: 9 }).length;
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

const rows = ["simd", "relaxed"].map((module) => {
  const path = `pkg/wasm/${module}/leafcutter_bg.wasm`;
  return { name: path, bytes: gzipped(path), budget: WASM_BUDGET };
});
rows.push({
  name: "pkg/wasm/site/leafcutter_bg.wasm",
  bytes: gzipped("pkg/wasm/site/leafcutter_bg.wasm"),
  budget: SITE_BUDGET,
});
rows.push({ name: "pkg/dist/site/index.js", bytes: gzipped("pkg/dist/site/index.js"), budget: SITE_JAVASCRIPT_BUDGET });
for (const [folder, budget] of Object.entries(LAZY_BUDGETS)) {
  const name = `pkg/dist/${folder}/index.js`;
  rows.push({ name, bytes: gzipped(name), budget });
}
rows.push({
  name: "pkg/dist/encryption/worker.js",
  bytes: gzipped("pkg/dist/encryption/worker.js"),
  budget: ENCRYPTING_WORKER_BUDGET,
});
const parsers = readdirSync("pkg/dist/documents").filter((name) => name.endsWith(".js"));
const imported = (name) =>
  [...readFileSync(`pkg/dist/documents/${name}`, "utf8").matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g)].map(
    ([, other]) => other,
  );
const atOnce = new Set(["index.js"]);
for (const name of atOnce) imported(name).forEach((other) => atOnce.add(other));
const isPdf = (name) => name.startsWith("pdf");
for (const [name, chosen, budget] of [
  ["documents/index.js and what it imports", (name) => atOnce.has(name), DOCUMENTS_BUDGET],
  ["documents/pdf*.js", isPdf, PDF_BUDGET],
]) {
  const bytes = parsers.filter(chosen).reduce((sum, name) => sum + gzipped(`pkg/dist/documents/${name}`), 0);
  rows.push({ name: `pkg/dist/${name}`, bytes, budget });
}
for (const [name, budget] of Object.entries(READER_BUDGETS)) {
  const file = `pkg/dist/documents/${name}.js`;
  rows.push({ name: file, bytes: gzipped(file), budget });
}
// The entries, what they share and the worker; the command of dist/cli runs in Node.
const scripts = readdirSync("pkg/dist").filter((name) => name.endsWith(".js"));
rows.push({
  name: `JavaScript: ${scripts.join(", ")} of pkg/dist`,
  bytes: scripts.reduce((sum, name) => sum + gzipped(`pkg/dist/${name}`), 0),
  budget: JAVASCRIPT_BUDGET,
});

let failed = false;
for (const { name, bytes, budget } of rows) {
  const over = bytes > budget;
  failed ||= over;
  console.log(
    `  ${kilobytes(bytes).padStart(10)} gzipped of ${kilobytes(budget).padStart(9)}  ${name}${over ? "  OVER" : ""}`,
  );
}
if (process.argv.includes("--figure")) {
  printResult(rows.map(({ bytes }) => kilobytes(bytes)).join(", "), !failed);
} else if (failed && !process.argv.includes("--no-budget")) {
  console.error("error: a file is over its size budget: find what it links that it does not need.");
  process.exit(1);
}
