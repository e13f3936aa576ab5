// What a run is asked to do, and where it finds things.
import { join } from "node:path";

import { root } from "../../tests/browser/harness.mjs";

const { ONLY = "", OUT, QUICK, RUNS, LEAFCUTTER_CACHE } = process.env;

/** A short run that shows that everything works; its figures mean nothing. */
export const quick = QUICK === "1";

/** Rounds that a median is taken of. A round over the whole book takes minutes, so that there is one unless asked. */
export const runs = count("RUNS", RUNS) ?? (quick ? 1 : 9);
export const longRuns = count("RUNS", RUNS) ?? 1;

/** The benchmarks to run; none means all. */
export const only = ONLY.split(/[\s,]+/).filter((name) => name !== "");

/** Where the rows are written. */
export const out = OUT ?? join(root, "target/bench.json");

/** Where scripts/setup/peers.sh puts the peers. */
export const peersFolder = LEAFCUTTER_CACHE && join(LEAFCUTTER_CACHE, "peers/node_modules");

function count(name, value) {
  if (value === undefined || value === "") return undefined;
  if (/^[1-9]\d*$/.test(value)) return Number(value);
  console.error(`error: ${name} is a number of rounds, such as ${name}=9, not "${value}".`);
  process.exit(1);
}
