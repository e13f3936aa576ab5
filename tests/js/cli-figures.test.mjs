// The figures of `leafcutter eval`, against values computed by hand or by the reference implementation.

import assert from "node:assert/strict";
import test from "node:test";

import { importSources } from "./support.mjs";

const { rankingFigures, spanFigures, rougeFigures, rougeWords, CodePoints, countCodePoints } = await importSources(
  "cli/eval/metrics",
  "cli/eval/rouge",
  "cli/eval/codepoints",
);

const near = (actual, expected) => assert.ok(Math.abs(actual - expected) < 1e-12, `${actual} is not ${expected}`);

test("a ranking's gains are discounted by log2 of the rank and set against the best order", () => {
  const judgments = new Map([
    ["best", 2],
    ["good", 1],
    ["missed", 1],
    ["wrong", 0],
  ]);
  const figures = rankingFigures(["good", "wrong", "best"], judgments);
  // (1 + 2 / log2(4)) / (2 + 1 / log2(3) + 1 / log2(4))
  near(figures["nDCG@10"], 0.6387878864795979);
  near(figures["recall@5"], 2 / 3);
  near(figures["recall@100"], 2 / 3);
  assert.equal(figures["hit@5"], 1);
});

test("what stands below a cutoff does not count", () => {
  const ranking = Array.from({ length: 200 }, (_, index) => `d${index + 1}`);
  const at = (rank) => rankingFigures(ranking, new Map([[`d${rank}`, 1]]));
  near(at(10)["nDCG@10"], 1 / Math.log2(11));
  assert.deepEqual(at(11), { "nDCG@10": 0, "recall@5": 0, "recall@100": 1, "hit@5": 0 });
  assert.equal(at(5)["hit@5"], 1);
  assert.equal(at(6)["hit@5"], 0);
  assert.equal(at(100)["recall@100"], 1);
  assert.equal(at(101)["recall@100"], 0);
});

test("an empty ranking scores nothing", () => {
  const nothing = { "nDCG@10": 0, "recall@5": 0, "recall@100": 0, "hit@5": 0 };
  assert.deepEqual(rankingFigures([], new Map([["d", 1]])), nothing);
});

test("evidence is counted in characters, each once", () => {
  const context = [
    { start: 0, end: 10 },
    { start: 20, end: 40 },
  ];
  const evidence = [
    { start: 30, end: 50 },
    { start: 5, end: 15 },
    { start: 45, end: 55 },
  ];
  // In both: 5..10 and 30..40; evidence: 5..15 and 30..55; context: 30 characters.
  const figures = spanFigures(context, evidence);
  near(figures.recall, 15 / 35);
  near(figures.precision, 15 / 30);
  near(figures.IoU, 15 / 50);
});

test("a context without ranges has recall, precision and IoU 0", () => {
  assert.deepEqual(spanFigures([], [{ start: 1, end: 2 }]), { recall: 0, precision: 0, IoU: 0 });
});

test("ROUGE recall is that of rouge_score with its stemmer", () => {
  const context =
    "The beaver was building a second dam. Its 3 kits watched the builder from the bank, and the water rose; the " +
    "water rose!";
  // Made with rouge_score 0.1.2: RougeScorer(["rouge1", "rouge2"], use_stemmer=True).score(reference, context).
  const expected = [
    ["Beavers build dams, and their kits watch from the banks.", 0.9, 1 / 3],
    ["The water rose twice: the water, the water rose.", 7 / 9, 0.5],
    ["Café owners' naïve plan — 3 dams!", 2 / 7, 0],
    ["", 0, 0],
  ];
  for (const [reference, one, two] of expected) {
    const figures = rougeFigures(context, [reference]);
    near(figures["ROUGE-1"], one);
    near(figures["ROUGE-2"], two);
  }
  const all = rougeFigures(
    context,
    expected.map(([reference]) => reference),
  );
  near(all["ROUGE-1"], (0.9 + 7 / 9 + 2 / 7) / 4);
  near(all["ROUGE-2"], (1 / 3 + 0.5) / 4);
});

test("words of up to 3 characters are not stemmed", () => {
  assert.deepEqual(rougeWords("His kits sat; BUILDINGS, 1234s was"), ["his", "kit", "sat", "build", "1234", "was"]);
});

test("offsets count characters beyond the basic plane as one", () => {
  const text = "a😀b👩‍🚀e\u0301";
  const points = new CodePoints(text);
  assert.equal(countCodePoints(text), 8);
  for (let end = 0; end <= text.length; end++) {
    if (/[\ud800-\udbff]$/.test(text.slice(0, end))) {
      assert.throws(() => points.fromUtf16(end), RangeError);
    } else {
      assert.equal(points.fromUtf16(end), [...text.slice(0, end)].length, `offset ${end}`);
    }
  }
  assert.deepEqual(points.range({ start: 1, end: 3 }), { start: 1, end: 2 });
});

test("halves of surrogate pairs count as one each", () => {
  const points = new CodePoints("\udc00\ud83d\ud83d\ude00\ude00");
  assert.equal(points.fromUtf16(1), 1);
  assert.equal(points.fromUtf16(2), 2);
  assert.throws(() => points.fromUtf16(3), RangeError);
  assert.equal(points.fromUtf16(4), 3);
  assert.equal(points.fromUtf16(5), 4);
});
