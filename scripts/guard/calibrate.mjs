// Fits the weights of pkg/src/guard/weights.json to the tuning part of tests/fixtures/instructions.
//   node scripts/guard/calibrate.mjs
//
// Two logistic regressions: of the signs, then of what they say together with the closeness to the prototypes. The second, and the
// thresholds, are fitted to what the first says of passages that it was not fitted to, a fifth of the tuning part at a time. The
// part that is held out is never read. What is fitted gives the same numbers each time.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import * as esbuild from "esbuild";
import { format } from "prettier";

import { Leafcutter } from "../../pkg/dist/index.js";
import { passages } from "../../tests/support/instructions.mjs";
import { quantizedModel } from "../../tests/support/model.mjs";

const GUARD = fileURLToPath(new URL("../../pkg/src/guard/", import.meta.url));
/** Punishes large weights, so that no sign is trusted for a few passages' sake. */
const RIDGE = 0.012;
const FOLDS = 5;

const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);
const sigmoid = (odds) => 1 / (1 + Math.exp(-odds));
const rounded = (value) => Number(value.toFixed(3));

/** Weights and bias by which `rows` (features, and 1 or 0) are told apart, by gradient descent from `start`. */
function regress(rows, start, ridge) {
  let { weights, bias } = start;
  for (let step = 0; step < 400; step++) {
    const slope = weights.map((weight) => ridge * weight);
    let drift = 0;
    for (const [features, label] of rows) {
      const error = (sigmoid(bias + dot(weights, features)) - label) / rows.length;
      drift += error;
      features.forEach((feature, index) => (slope[index] += error * feature));
    }
    weights = weights.map((weight, index) => weight - 2 * slope[index]);
    bias -= 2 * drift;
  }
  return { weights, bias };
}

/** The mean of the three highest. */
function nearest(cosines) {
  const [first, second, third] = [...cosines].sort((a, b) => b - a);
  return (first + second + third) / 3;
}

/** The least score at which no harmless passage is suspicious, halfway to the next that is not harmless. */
function threshold(scored) {
  const highest = Math.max(...scored.filter(([, label]) => label === 0).map(([score]) => score));
  const higher = scored.map(([score]) => score).filter((score) => score > highest);
  return (Math.min(...higher) + highest) / 2;
}

const share = (scored, least, label) => {
  const those = scored.filter(([, other]) => other === label);
  return `${those.filter(([score]) => score >= least).length} of ${those.length}`;
};

const folder = mkdtempSync(path.join(tmpdir(), "leafcutter-guard-"));
const outfile = path.join(folder, "guard.mjs");
const contents = ["windows", "prototypes"].map((name) => `export * from "./${name}.js";`).join("\n");
await esbuild.build({ stdin: { contents, resolveDir: GUARD }, bundle: true, format: "esm", outfile });
const { FEATURES, HARMLESS, INSTRUCTIONS, windowsOf } = await import(pathToFileURL(outfile).href);
rmSync(folder, { recursive: true });

const { instructions, harmless } = passages("tuning");
const texts = [...instructions.map(({ text }) => [text, 1]), ...harmless.map(({ text }) => [text, 0])];
const tuning = texts.map(([text, label]) => ({ label, windows: windowsOf(text) }));

/**
 * The weights of features by which `passages` are told apart. A passage is as bad as its worst stretch; which that is depends on the
 * weights, so both are found by turns.
 */
function fit(passages) {
  const against = /^(discusses|reports-speech|quotes|sets-work)$/;
  let fitted = { weights: FEATURES.map((sign) => (sign === undefined ? 0 : against.test(sign) ? -1 : 1)), bias: -2.5 };
  for (let turn = 0; turn < 4; turn++) {
    const rows = passages.map((each) => [worst(fitted, each).features, each.label]);
    fitted = regress(rows, fitted, RIDGE);
  }
  return fitted;
}

function oddsOf({ weights, bias }, { features }) {
  return bias + dot(weights, features);
}

function worst(fitted, { windows }) {
  return windows.reduce((best, each) => (oddsOf(fitted, each) > oddsOf(fitted, best) ? each : best));
}

const fitted = fit(tuning);
const folds = Array.from({ length: FOLDS }, (_, fold) => fit(tuning.filter((_, index) => index % FOLDS !== fold)));
/** What a passage is to weights that were not fitted to it: its worst stretch, and the odds of that. */
const unseen = tuning.map((each, index) => {
  const window = worst(folds[index % FOLDS], each);
  return { text: window.text, odds: oddsOf(folds[index % FOLDS], window), label: each.label };
});
const bySigns = unseen.map(({ odds, label }) => [sigmoid(odds), label]);

const collection = await Leafcutter.open({ name: "calibrate", model: quantizedModel(), storage: "memory" });
const prototypes = await collection.embed([...INSTRUCTIONS, ...HARMLESS]);
const embeddings = await collection.embed(unseen.map(({ text }) => text));
await collection.close();
const joint = unseen.map(({ odds, label }, index) => {
  const cosines = prototypes.map((prototype) => dot([...prototype], embeddings[index]));
  const [near, far] = [cosines.slice(0, INSTRUCTIONS.length), cosines.slice(INSTRUCTIONS.length)];
  return [[odds, nearest(near) - nearest(far)], label];
});
const both = regress(joint, { weights: [1, 1], bias: 0 }, RIDGE / 10);
const byBoth = joint.map(([features, label]) => [sigmoid(both.bias + dot(both.weights, features)), label]);

const thresholds = { patterns: rounded(threshold(bySigns)), embeddings: rounded(threshold(byBoth)) };
for (const [name, scored] of [
  ["patterns", bySigns],
  ["embeddings", byBoth],
]) {
  const least = thresholds[name];
  console.log(`${name}, from ${least} on: found ${share(scored, least, 1)}, false alarms ${share(scored, least, 0)}`);
}
const weights = {
  features: fitted.weights.map(rounded),
  bias: rounded(fitted.bias),
  joint: { odds: rounded(both.weights[0]), closeness: rounded(both.weights[1]), bias: rounded(both.bias) },
  thresholds,
};
writeFileSync(
  path.join(GUARD, "weights.json"),
  await format(JSON.stringify(weights), { parser: "json", printWidth: 120 }),
);
