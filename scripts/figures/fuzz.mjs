// Runs fuzz targets and takes the figure from what each says of itself.
//   node scripts/figures/fuzz.mjs [TARGET...]     TIME and RUNS as scripts/fuzz.sh takes them
import { spawnSync } from "node:child_process";

import { FIGURE, printResult } from "./result.mjs";

const options = { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] };
const { status, stdout } = spawnSync("scripts/fuzz.sh", process.argv.slice(2), options);
process.stdout.write(stdout);

const lines = stdout.split("\n").filter((line) => line.startsWith(FIGURE));
printResult(lines.map((line) => line.slice(FIGURE.length)).join("; "), status === 0 && lines.length > 0);
