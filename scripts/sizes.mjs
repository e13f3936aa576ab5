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
/** What the first context of a page loads. */
const GUARD_BUDGET = 20_000;

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
rows.push({ name: "pkg/dist/guard/index.js", bytes: gzipped("pkg/dist/guard/index.js"), budget: GUARD_BUDGET });
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
