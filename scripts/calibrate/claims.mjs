// Fits the weights of pkg/src/answers/support.ts: logistic regression on the pairs of tests/fixtures/claims.json of even groups.
// Prints them, and how often they are right on these and on the odd groups.
//   node scripts/calibrate/claims.mjs
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { bundleSources } from "../../pkg/build.mjs";
import { Leafcutter } from "../../pkg/dist/index.js";
import { featuresOfPairs } from "../../tests/support/claims.mjs";
import { quantizedModel } from "../../tests/support/model.mjs";

/** Keeps weights from growing where few pairs speak for them. */
const RIDGE = 0.001;
const STEPS = 6000;
const RATE = 0.5;

const folder = await mkdtemp(path.join(tmpdir(), "leafcutter-calibrate-"));
const outfile = path.join(folder, "parts.mjs");
const bindings = fileURLToPath(new URL("../../tests/js/fake-bindings.mjs", import.meta.url));
await bundleSources(["answers/claims", "answers/support"], outfile, bindings);
const parts = await import(pathToFileURL(outfile).href);
const collection = await Leafcutter.open({ name: "calibration", model: quantizedModel() });
const pairs = await featuresOfPairs(parts, collection);
await collection.close();
await rm(folder, { recursive: true });

const even = pairs.filter(({ group }) => group % 2 === 0);
const odd = pairs.filter(({ group }) => group % 2 === 1);
const weights = fit(even);
console.log(weights);
console.log(`even groups: ${rightOf(even)}, odd groups: ${rightOf(odd)}`);

function fit(pairs) {
  const names = ["constant", ...Object.keys(pairs[0].features)];
  const weights = Object.fromEntries(names.map((name) => [name, 0]));
  for (let step = 0; step < STEPS; step++) {
    const gradient = Object.fromEntries(names.map((name) => [name, 0]));
    for (const { features, supported } of pairs) {
      const error = 1 / (1 + Math.exp(-scoreOf(weights, features))) - Number(supported);
      for (const name of names) gradient[name] += (error * (features[name] ?? 1)) / pairs.length;
    }
    for (const name of names)
      weights[name] -= RATE * (gradient[name] + (name === "constant" ? 0 : RIDGE * weights[name]));
  }
  return Object.fromEntries(names.map((name) => [name, Math.round(weights[name] * 100) / 100]));
}

function scoreOf(weights, features) {
  return Object.entries(weights).reduce((sum, [name, weight]) => sum + weight * (features[name] ?? 1), 0);
}

function rightOf(pairs) {
  const right = pairs.filter(({ features, supported }) => scoreOf(weights, features) >= 0 === supported);
  return `${right.length} of ${pairs.length}`;
}
