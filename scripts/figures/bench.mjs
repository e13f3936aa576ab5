// Runs benchmarks and holds fields of their rows against bars.
//   node scripts/figures/bench.mjs BENCHMARK[,BENCHMARK...] ROW.FIELD[>=BAR | <=BAR]...
// A field without a bar is only reported; one that was not measured falls short.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { printResult } from "./result.mjs";

const out = "target/bench.json";
const [only, ...checks] = process.argv.slice(2);
const { status } = spawnSync("scripts/bench.sh", {
  env: { ...process.env, ONLY: only, OUT: out },
  stdio: ["ignore", "inherit", "inherit"],
});
if (status !== 0) process.exit(1);

const rows = JSON.parse(readFileSync(out, "utf8"));
const results = checks.map((check) => {
  const [, name, field, sign, bar] = /^([\w-]+)\.(\w+)(?:(>=|<=)([\d.]+))?$/.exec(check) ?? [];
  if (name === undefined) {
    console.error(`error: "${check}" is no ROW.FIELD>=BAR.`);
    process.exit(1);
  }
  const value = rows.find((row) => row.name === name)?.[field];
  if (typeof value !== "number") return { text: `${name}.${field} not measured`, pass: false };
  const pass = sign === undefined || (sign === ">=" ? value >= Number(bar) : value <= Number(bar));
  return { text: `${name}.${field} ${value}`, pass };
});
printResult(
  results.map(({ text }) => text).join(", "),
  results.every(({ pass }) => pass),
);
