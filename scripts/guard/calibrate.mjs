// Fits what finds instructions to the tuning part of tests/fixtures/instructions: pkg/src/guard/weights.json and detector.json.
//   node --max-old-space-size=14000 scripts/guard/calibrate.mjs
//
// The weights are of a logistic regression over runs of words and characters. A passage is as bad as its worst stretch; which that is
// depends on the weights, so both are found by turns. The threshold, which the bias holds, is chosen by cross-validation: on what weights
// say of the passages of writers whom they were not fitted to. The detector reads what the collection's model makes of a passage. How much
// both count beside each other, and the threshold of both together, are chosen on passages of writers to whom neither was fitted, before
// both are fitted to all. Ordinary texts that packages bring are harmless as well. The part that is held out is never read. The same
// numbers come out for the same packages on the same machine.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import * as esbuild from "esbuild";

import { ordinaryTexts, passages } from "../../tests/support/instructions.mjs";
import { fitDetector } from "./detector.mjs";
import { minimize } from "./minimize.mjs";

const GUARD = fileURLToPath(new URL("../../pkg/src/guard/", import.meta.url));
/** How much a passage counts beside the square of the weights, which keeps any one from being trusted for a few passages' sake. */
const COST = 3;
/** How often worst stretches and weights are found by turns. */
const TURNS = 2;
/** Writers are left out in so many parts. */
const FOLDS = 5;
/** The share of harmless passages of writers who had no part in the weights that may be suspicious. */
const MOST_ALARMS = 0.015;
/** One of so many writers judges both together. */
const JUDGES = 6;
/** Of the instructions, so many may have weights that say at once that they are none, so that the detector need not read them. */
const MOST_LOST = 0.02;
/** What a passage counts: those that were put together of frames and demands, which resemble each other, less. */
const countOf = ({ kind }) => (kind === "frame" ? 0.3 : 1);
/** One of so many stretches of ordinary texts is a harmless passage as well. */
const EVERY = 6;
/** Weights of more standard deviations are cut, so that 4 bits tell the others apart. */
const MOST_DEVIATIONS = 6;
const LEVELS = 7;

/** Bundled, so that it can be imported without a build of the package. */
async function importGuard() {
  const folder = mkdtempSync(path.join(tmpdir(), "leafcutter-guard-"));
  const outfile = path.join(folder, "guard.mjs");
  await esbuild.build({
    stdin: {
      contents: 'export * from "./stretches.ts"; export * from "./grams.ts"; export * from "./views.ts";',
      resolveDir: GUARD,
    },
    bundle: true,
    format: "esm",
    outfile,
  });
  const guard = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return guard;
}

const { BUCKETS, gramsOf, stretchesOf, viewsOf, weighed } = await importGuard();

/** Where the bias stands, behind the weights of the buckets. */
const BIAS = BUCKETS;
const LENGTH = BUCKETS + 1;

/** A stretch as numbers. */
const rowOf = ({ sentences }) => gramsOf(sentences.join(" "));

/** What `weights` say of a row. */
const oddsOf = (weights, row) => weights[BIAS] + weighed(row, weights);

/** The weights by which `rows` (a row, its label and what it counts) are told apart, from `begin` on. */
function regress(rows, begin) {
  const loss = (weights, slope) => {
    let sum = 0;
    for (let index = 0; index < BIAS; index++) {
      slope[index] = weights[index];
      sum += weights[index] ** 2 / 2;
    }
    slope[BIAS] = 0;
    for (const { row, label, counts } of rows) {
      const odds = oddsOf(weights, row);
      const signed = label === 1 ? -odds : odds;
      // log(1 + e^x), which does not overflow.
      sum += COST * counts * (Math.max(signed, 0) + Math.log1p(Math.exp(-Math.abs(signed))));
      const error = COST * counts * (1 / (1 + Math.exp(-odds)) - label);
      for (const { buckets, value } of row) {
        const share = error * value;
        for (let at = 0; at < buckets.length; at++) slope[buckets[at]] += share;
      }
      slope[BIAS] += error;
    }
    return sum;
  };
  return minimize(loss, begin);
}

const worst = (weights, rows) =>
  rows.reduce((best, row) => (oddsOf(weights, row) > oddsOf(weights, best) ? row : best));

/** Weights by which `read` passages are told apart. All stretches of a harmless passage are harmless, of another the worst is an instruction. */
function fit(read) {
  let weights = new Float64Array(LENGTH);
  for (let turn = 0; turn < TURNS; turn++) {
    const rows = read.flatMap(({ rows, label, counts }) => {
      const chosen = label === 1 && turn > 0 ? [worst(weights, rows)] : rows;
      return chosen.map((row) => ({ row, label, counts: counts / chosen.length }));
    });
    weights = regress(rows, weights);
  }
  return weights;
}

/** What each passage is to weights that were fitted to other writers; `undefined` for the first writer's, who wrote the signs as well. */
function crossValidate(read) {
  const writers = [...new Set(read.map(({ writer }) => writer))].filter((writer) => writer !== 1);
  const foldOf = new Map(writers.map((writer, index) => [writer, index % FOLDS]));
  const odds = new Array(read.length);
  for (let fold = 0; fold < FOLDS; fold++) {
    const weights = fit(read.filter(({ writer }) => foldOf.get(writer) !== fold));
    read.forEach(({ writer, rows }, index) => {
      if (foldOf.get(writer) === fold) odds[index] = oddsOf(weights, worst(weights, rows));
    });
  }
  return odds;
}

/** The least odds at which few enough harmless passages are suspicious. */
function threshold(read, odds) {
  const alarms = odds.filter((each, index) => each !== undefined && read[index].label === 0).sort((a, b) => b - a);
  const most = Math.floor(MOST_ALARMS * alarms.length);
  return (alarms[most] + alarms[most - 1]) / 2;
}

function report(read, odds, least) {
  for (const writer of [undefined, ...new Set(read.map(({ writer }) => writer))]) {
    if (writer === 1) continue;
    const share = (label) => {
      const own = (each) => each.label === label && (writer === undefined ? each.writer !== 1 : each.writer === writer);
      const those = odds.filter((_, index) => own(read[index]));
      return `${those.filter((each) => each >= least).length} of ${those.length}`;
    };
    console.log(`${writer === undefined ? "all" : `writer ${writer}`}: found ${share(1)}, false alarms ${share(0)}`);
  }
}

/** How much the weights count beside the detector, such that most instructions are found. */
function shareOf(read, byDetector, byWeights) {
  const shares = Array.from({ length: 21 }, (_, index) => index / 10);
  const found = shares.map((share) => {
    const odds = together(byDetector, byWeights, share);
    const least = threshold(read, odds);
    return read.filter(({ label }, index) => label === 1 && odds[index] >= least).length;
  });
  return shares[found.indexOf(Math.max(...found))];
}

const together = (byDetector, byWeights, share) => byDetector.map((odds, index) => odds + share * byWeights[index]);

/** Weights as whole numbers of 4 bits, two in a byte, and what these are multiplied by. */
function packed(weights) {
  const deviation = Math.sqrt(weights.reduce((sum, weight) => sum + weight ** 2, 0) / weights.length);
  const scale = (MOST_DEVIATIONS * deviation) / LEVELS;
  const level = (weight) => Math.max(-LEVELS, Math.min(LEVELS, Math.round(weight / scale))) & 15;
  const bytes = Uint8Array.from(
    { length: weights.length / 2 },
    (_, at) => level(weights[2 * at]) | (level(weights[2 * at + 1]) << 4),
  );
  return { weights: Buffer.from(bytes).toString("base64"), scale: Number(scale.toPrecision(6)) };
}

const write = (name, content) => writeFileSync(path.join(GUARD, name), `${JSON.stringify(content, undefined, 2)}\n`);
const rounded = (value) => Number(value.toFixed(3));

const { instructions, harmless } = passages("tuning");
const read = (label) => (passage) => {
  const views = viewsOf(passage.text);
  return {
    label,
    writer: passage.writer,
    counts: countOf(passage),
    rows: stretchesOf(views).map(rowOf),
    views: views.map(({ text }) => text),
  };
};
// As the first writer's, they are in all weights, and no threshold is chosen on them. Every other is a sentence by itself.
const ordinary = ordinaryTexts("tuning")
  .flatMap((text) => stretchesOf(viewsOf(text)))
  .filter((_, index) => index % EVERY === 0)
  .map(({ sentences }, index) => ({ text: sentences.slice(0, index % 2 === 0 ? 1 : undefined).join("\n"), writer: 1 }));
const tuning = [...instructions.map(read(1)), ...[...harmless, ...ordinary].map(read(0))].filter(
  ({ rows }) => rows.length > 0,
);
const odds = crossValidate(tuning);
const least = threshold(tuning, odds);
report(tuning, odds, least);
const weights = fit(tuning);
write("weights.json", { bias: rounded(weights[BIAS] - least), ...packed(weights.subarray(0, BUCKETS)) });

const isJudge = ({ writer }) => writer % JUDGES === 0;
const given =
  (part) =>
  ({ views, label, counts }) => ({ views, label, counts, part });
const others = tuning.filter((passage) => !isJudge(passage));
const judges = tuning.filter(isJudge);
const fitted = fit(others);
// As the weights are used, with their threshold at 0.
const byWeights = judges.map(({ rows }) => oddsOf(fitted, worst(fitted, rows)) - least);
const { odds: byDetector } = fitDetector([...others.map(given("fit")), ...judges.map(given("judge"))]);
const share = shareOf(judges, byDetector, byWeights);
const both = together(byDetector, byWeights, share);
const leastTogether = threshold(judges, both);
report(judges, both, leastTogether);
const ofInstructions = byWeights.filter((_, index) => judges[index].label === 1).sort((a, b) => a - b);
const { bytes } = fitDetector(tuning.map(given("fit")));
write("detector.json", {
  bias: rounded(-leastTogether),
  share,
  open: rounded(ofInstructions[Math.floor(MOST_LOST * ofInstructions.length)]),
  detector: bytes.toString("base64"),
});
