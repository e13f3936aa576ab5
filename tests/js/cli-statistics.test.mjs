// Intervals, tests and comparisons of `leafcutter eval`.

import assert from "node:assert/strict";
import test from "node:test";

import { importSources } from "./support.mjs";

const { seededRandom, bootstrapInterval, randomizationTest, metricValues, compare, readAgainst, UsageError } =
  await importSources(
    "cli/errors",
    "cli/eval/against",
    "cli/eval/comparison",
    "cli/eval/random",
    "cli/eval/statistics",
    "cli/eval/values",
  );

const near = (actual, expected, within) =>
  assert.ok(Math.abs(actual - expected) <= within, `${actual} is not within ${within} of ${expected}`);

/** So many values, of which the given share is 1 and the rest 0. */
const shareOfOnes = (count, share) => Array.from({ length: count }, (_, index) => (index < share * count ? 1 : 0));

test("random numbers are those of mulberry32, spread evenly", () => {
  const random = seededRandom(0);
  // The generator as it was published gives these for seed 0.
  assert.deepEqual(
    [random(), random(), random()].map((value) => value * 2 ** 32),
    [1144304738, 1416247, 958946056],
  );
  const counts = new Array(10).fill(0);
  for (let draw = 0; draw < 10_000; draw++) counts[Math.floor(random() * 10)]++;
  for (const count of counts) near(count, 1000, 120);
});

test("an interval is the middle 95 % of the means of values drawn again", () => {
  // The mean of 100 draws of a share of one half is binomial: 2.5 % are at 0.40 or below.
  const [low, high] = bootstrapInterval(shareOfOnes(100, 0.5), 0);
  near(low, 0.4, 0.011);
  near(high, 0.6, 0.011);
  // Of two values a mean is 0, one half or 1, with probabilities of a quarter, a half and a quarter.
  assert.deepEqual(bootstrapInterval([0, 1], 0), [0, 1]);
  assert.deepEqual(bootstrapInterval([0.25, 0.25, 0.25], 0), [0.25, 0.25]);
  assert.deepEqual(bootstrapInterval([0.7], 0), [0.7, 0.7]);
});

test("the same seed gives the same interval and the same p, another seed nearly so", () => {
  const values = Array.from({ length: 50 }, (_, index) => Math.sin(index * index));
  for (const statistic of [bootstrapInterval, randomizationTest]) {
    const [first, again, other] = [7, 7, 8].map((seed) => [statistic(values, seed)].flat());
    assert.deepEqual(first, again);
    assert.notDeepEqual(first, other);
    first.forEach((value, index) => near(value, other[index], 0.05));
  }
});

test("without a difference p is 1, and where most have none or as many go either way, near it", () => {
  assert.equal(randomizationTest(new Array(20).fill(0), 0), 1);
  const either = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 0.1 : -0.1));
  assert.equal(randomizationTest(either, 0), 1);
});

test("a difference that is the same for every question is seldom chance", () => {
  assert.equal(randomizationTest(new Array(40).fill(0.1), 0), 1 / 10_001);
  assert.equal(randomizationTest(new Array(40).fill(-0.1), 0), 1 / 10_001);
  // With five, 2 of the 32 ways to set the signs go as far.
  near(randomizationTest(new Array(5).fill(0.1), 0), 2 / 32, 0.01);
});

test("two settings are compared question by question", () => {
  const differences = compare({ recall: [1, 0.5, 0.5, 0] }, { recall: [0, 0.5, 0.25, 0.25] }, 0);
  const { interval, p, ...rest } = differences.recall;
  assert.deepEqual(rest, { mean: 0.25, better: 0.5, worse: 0.25 });
  assert.ok(interval[0] < 0 && interval[1] > 0.25);
  // Of the 8 ways to set three signs, those that make 1 or more of 1, 1/4 and 1/4: 6.
  near(p, 6 / 8, 0.02);
});

const figures = [1, 2, 3].map((value) => ({ "ROUGE-1": value, "ROUGE-2": value / 10 }));
const questions = (...documents) => documents.map((document) => ({ document }));

test("of summaries the first question of each document also stands for itself", () => {
  assert.deepEqual(metricValues({ form: "summaries", queries: questions("b", "b", "a") }, figures), {
    "ROUGE-1": [1, 2, 3],
    "ROUGE-2": [0.1, 0.2, 0.3],
    "ROUGE-1 (first)": [1, 3],
    "ROUGE-2 (first)": [0.1, 0.3],
  });
  const whole = { "ROUGE-1": [1, 2, 3], "ROUGE-2": [0.1, 0.2, 0.3] };
  assert.deepEqual(metricValues({ form: "summaries", queries: questions("a", "b", "c") }, figures), whole);
  assert.deepEqual(metricValues({ form: "spans", queries: questions("b", "b", "a") }, figures), whole);
});

test("the other setting is a mode, or options by name", () => {
  assert.deepEqual(readAgainst("leaves"), { mode: "leaves" });
  assert.deepEqual(readAgainst("hybrid=1"), { hybrid: "1" });
  assert.deepEqual(readAgainst("mode=auto,levels=0,chunk-tokens=50"), {
    mode: "auto",
    levels: "0",
    "chunk-tokens": "50",
  });
  assert.deepEqual(readAgainst("rerank=0"), { rerank: "0" });
  for (const setting of ["leafs", "modes=auto", "mode=auto,", "hybrid", "auto,levels=0", "language=none"]) {
    assert.throws(
      () => readAgainst(setting),
      (error) => error instanceof UsageError && /must be a mode \(auto.* not "/.test(error.message),
      setting,
    );
  }
});
