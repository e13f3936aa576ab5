// Fits the weights of pkg/src/guard/weights.json to the tuning part of tests/fixtures/instructions.
//   node scripts/guard/calibrate.mjs
//
// Two logistic regressions, one of features and words, one of these and the embedding. A passage is as bad as its worst stretch; which
// that is depends on the weights, so both are found by turns. The thresholds, which the biases hold, are chosen by cross-validation: on
// what weights say of the passages of a writer whom they were not fitted to. The part that is held out is never read. The same numbers
// come out each time.
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
/** Punishes large weights, so that no word or pair is trusted for a few passages' sake. */
const RIDGE = 1;
/** What all passages of a kind count: harmless ones more, since few of them may be suspicious. */
const COUNT = { 0: 6000, 1: 3000 };
/** How often worst stretches and weights are found by turns, and the steps to the weights. */
const TURNS = 2;
const STEPS = 500;
/** What a value of an embedding counts beside a feature. */
const EMBEDDING_SCALE = 3;
/** The share of harmless passages of writers who had no part in the weights that may be suspicious. */
const MOST_ALARMS = 0.015;
/** What a passage counts: those that were put together of frames and demands, which resemble each other, less. */
const countOf = ({ kind }) => (kind === "frame" ? 0.3 : 1);
/** Stretches with less, by features and words, are not embedded: hardly any instruction has. */
const OPEN_QUANTILE = 0.03;

const PROBE = "Answer the question from the numbered sources and from nothing else.";

const sigmoid = (odds) => 1 / (1 + Math.exp(-odds));

/** Bundled, so that it can be imported without a build of the package. */
async function importGuard() {
  const folder = mkdtempSync(path.join(tmpdir(), "leafcutter-guard-"));
  const outfile = path.join(folder, "guard.mjs");
  await esbuild.build({
    stdin: { contents: 'export * from "./windows.ts"; export * from "./words.ts";', resolveDir: GUARD },
    bundle: true,
    format: "esm",
    outfile,
  });
  const guard = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return guard;
}

const { BUCKETS, FEATURES, windowsOf } = await importGuard();
const VALUES = Float64Array.from(FEATURES, ({ value }) => value);
/** Where the weights of words begin, and those of embeddings. */
const WORDS = VALUES.length;
const EMBEDDING = WORDS + BUCKETS;

/** What `weights` and `bias` say of a stretch. */
function oddsOf({ weights, bias }, { features, words, embedding }) {
  let odds = bias;
  for (const feature of features) odds += VALUES[feature] * weights[feature];
  for (const bucket of words.buckets) odds += words.value * weights[WORDS + bucket];
  for (let index = 0; index < embedding.length; index++) odds += embedding[index] * weights[EMBEDDING + index];
  return odds;
}

/** Adds `share` of a stretch to `sums`, which has a sum for each weight. */
function add({ features, words, embedding }, share, sums) {
  for (const feature of features) sums[feature] += VALUES[feature] * share;
  for (const bucket of words.buckets) sums[WORDS + bucket] += words.value * share;
  for (let index = 0; index < embedding.length; index++) sums[EMBEDDING + index] += embedding[index] * share;
}

/** The square of a stretch's length, the bias's one included. */
function squareOf({ features, words, embedding }) {
  let square = 1 + words.buckets.length * words.value ** 2;
  for (const feature of features) square += VALUES[feature] ** 2;
  for (const value of embedding) square += value * value;
  return square;
}

/** The weights by which `rows` (a stretch, its label and what it counts) are told apart, by accelerated gradient descent. */
function regress(rows, size) {
  const steepest = rows.reduce((sum, { stretch, counts }) => sum + counts * squareOf(stretch), 0) / 8;
  const pace = 1 / (steepest + RIDGE);
  let weights = new Float64Array(size);
  let bias = 0;
  let ahead = { weights: new Float64Array(size), bias: 0 };
  const slope = new Float64Array(size);
  for (let step = 0; step < STEPS; step++) {
    for (let index = 0; index < size; index++) slope[index] = RIDGE * ahead.weights[index];
    let drift = 0;
    for (const { stretch, label, counts } of rows) {
      const error = counts * (sigmoid(oddsOf(ahead, stretch)) - label);
      drift += error;
      add(stretch, error, slope);
    }
    const momentum = step / (step + 3);
    const next = ahead.weights.map((weight, index) => weight - pace * slope[index]);
    const nextBias = ahead.bias - pace * drift;
    ahead = {
      weights: next.map((weight, index) => weight + momentum * (weight - weights[index])),
      bias: nextBias + momentum * (nextBias - bias),
    };
    weights = next;
    bias = nextBias;
  }
  return { weights, bias };
}

const worst = (fitted, stretches) =>
  stretches.reduce((best, each) => (oddsOf(fitted, each) > oddsOf(fitted, best) ? each : best));

/** Weights by which `passages` are told apart. All stretches of a harmless passage are harmless, of another the worst is an instruction. */
function fit(passages, size) {
  const counted = (label) =>
    passages.filter((each) => each.label === label).reduce((sum, each) => sum + each.counts, 0);
  const total = { 0: counted(0), 1: counted(1) };
  let fitted;
  for (let turn = 0; turn < TURNS; turn++) {
    const rows = passages.flatMap(({ stretches, label, counts }) => {
      const chosen = label === 1 && fitted ? [worst(fitted, stretches)] : stretches;
      return chosen.map((stretch) => ({
        stretch,
        label,
        counts: (COUNT[label] * counts) / total[label] / chosen.length,
      }));
    });
    fitted = regress(rows, size);
  }
  return fitted;
}

/** The writers whose passages are judged by weights that were fitted to all others': not the first, who wrote the patterns as well. */
const writersOf = (passages) => [...new Set(passages.map(({ writer }) => writer))].filter((writer) => writer !== 1);

/** What each passage is to weights that were fitted to other writers; `undefined` for the first writer's. */
function crossValidate(passages, size) {
  const odds = new Array(passages.length);
  for (const left of writersOf(passages)) {
    const fitted = fit(
      passages.filter(({ writer }) => writer !== left),
      size,
    );
    passages.forEach(({ writer, stretches }, index) => {
      if (writer === left) odds[index] = oddsOf(fitted, worst(fitted, stretches));
    });
  }
  return odds;
}

/** The least odds at which few enough harmless passages are suspicious. */
function threshold(passages, odds) {
  const alarms = odds.filter((each, index) => each !== undefined && passages[index].label === 0).sort((a, b) => b - a);
  const most = Math.floor(MOST_ALARMS * alarms.length);
  return (alarms[most] + alarms[most - 1]) / 2;
}

function report(name, passages, odds, least) {
  for (const writer of writersOf(passages)) {
    const share = (label) => {
      const those = odds.filter((_, index) => passages[index].label === label && passages[index].writer === writer);
      return `${those.filter((each) => each >= least).length} of ${those.length}`;
    };
    console.log(`${name}, writer ${writer}: found ${share(1)}, false alarms ${share(0)}`);
  }
}

/** Numbers as a byte each and what these are multiplied by. */
function packed(numbers) {
  const largest = numbers.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
  const bytes = Int8Array.from(numbers, (each) => Math.round((127 * each) / largest));
  return { bytes: Buffer.from(bytes.buffer).toString("base64"), scale: Number((largest / 127).toPrecision(6)) };
}

const { instructions, harmless } = passages("tuning");
const read = (label) => (passage) => ({
  label,
  writer: passage.writer,
  counts: countOf(passage),
  stretches: windowsOf(passage.text),
});
// By turns, so that each fold has as many of every kind.
const tuning = [...instructions.map(read(1)), ...harmless.map(read(0))].filter(({ stretches }) => stretches.length > 0);

const none = new Float32Array(0);
for (const { stretches } of tuning) for (const stretch of stretches) stretch.embedding = none;
const patternOdds = crossValidate(tuning, EMBEDDING);
const patternThreshold = threshold(tuning, patternOdds);
report("patterns", tuning, patternOdds, patternThreshold);
const byPatterns = fit(tuning, EMBEDDING);
const found = patternOdds
  .filter((each, index) => each !== undefined && tuning[index].label === 1)
  .sort((a, b) => a - b);
const openFrom = found[Math.floor(OPEN_QUANTILE * found.length)] - patternThreshold;

const collection = await Leafcutter.open({ name: "calibrate", model: quantizedModel(), storage: "memory" });
const all = tuning.flatMap(({ stretches }) => stretches);
const embeddings = await collection.embed(all.map(({ text }) => text.replaceAll("\n", " ")));
const [probe] = await collection.embed([PROBE]);
await collection.close();
all.forEach((stretch, index) => (stretch.embedding = embeddings[index].map((value) => EMBEDDING_SCALE * value)));
const size = EMBEDDING + probe.length;
const bothOdds = crossValidate(tuning, size);
const bothThreshold = threshold(tuning, bothOdds);
report("patterns and embeddings", tuning, bothOdds, bothThreshold);
const byBoth = fit(tuning, size);

const rounded = (value) => Number(value.toFixed(3));
/** The weights of features and of words. */
const partsOf = (fitted) => ({
  patterns: packed(fitted.weights.slice(0, WORDS)),
  words: packed(fitted.weights.slice(WORDS, EMBEDDING)),
});
const weights = {
  openFrom: rounded(openFrom),
  ...partsOf(byPatterns),
  bias: rounded(byPatterns.bias - patternThreshold),
  both: {
    ...partsOf(byBoth),
    embedding: packed(byBoth.weights.slice(EMBEDDING).map((weight) => EMBEDDING_SCALE * weight)),
    bias: rounded(byBoth.bias - bothThreshold),
  },
  probe: { text: PROBE, ...packed(probe) },
};
writeFileSync(
  path.join(GUARD, "weights.json"),
  await format(JSON.stringify(weights), { parser: "json", printWidth: 120 }),
);
