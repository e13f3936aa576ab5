// Runs the tests of a file of tests/*.rs and takes their figures from the lines that begin with "figure: ".
//   node scripts/figures/cargo-test.mjs NAME [TEST]     NAME: the file without .rs; TEST: a part of a test's name
import { spawnSync } from "node:child_process";

import { FIGURE, printResult } from "./result.mjs";

const [name, ...test] = process.argv.slice(2);
const command = ["test", "--quiet", "--test", name, "--", ...test, "--show-output"];
const { status, stdout } = spawnSync("cargo", command, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
process.stdout.write(stdout);

const lines = stdout.split("\n");
const figures = lines.filter((line) => line.startsWith(FIGURE)).map((line) => line.slice(FIGURE.length));
if (status !== 0) printResult(`cargo test ended with ${status}`, false);
else printResult(figures.join("; ") || "nothing was measured", figures.length > 0);
