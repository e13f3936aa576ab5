// Runs tests of a file in Node and takes their figures from the diagnostics that begin with "figure: ".
//   node scripts/figures/node-test.mjs FILE [NAME]     NAME: a regular expression that chooses tests
import path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";

import { FIGURE, printResult } from "./result.mjs";

const file = path.resolve(process.argv[2]);
const chosen = new RegExp(process.argv[3] ?? "");
const figures = [];
const failures = [];

run({ files: [file], testNamePatterns: [chosen] })
  .on("test:diagnostic", ({ message }) => {
    if (message.startsWith(FIGURE)) figures.push(message.slice(FIGURE.length));
  })
  .on("test:fail", ({ name }) => failures.push(`${name} failed`))
  .on("test:pass", ({ name, skip }) => {
    // Some versions of Node also report the tests that were not chosen, as skipped.
    if (skip !== undefined && chosen.test(name)) failures.push(`${name} was skipped`);
  })
  .compose(new spec())
  .on("end", () => {
    if (failures.length > 0) printResult(failures.join("; "), false);
    else printResult(figures.join("; ") || "nothing was measured", figures.length > 0);
  })
  .pipe(process.stdout);
