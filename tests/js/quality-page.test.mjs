// What `make eval` runs on each form of a set, and the page that it writes.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { measureSet } from "../../scripts/eval/measure.mjs";
import { makePage } from "../../scripts/eval/page.mjs";
import { findSets } from "../../scripts/eval/sets.mjs";
import { temporaryFolder } from "./support.mjs";

/** Reports whose only figure is how many runs there were before, and how they were asked for. */
function runner() {
  const runs = [];
  const evaluate = (options) => {
    const figures = (value) => ({ metrics: { recall: value }, intervals: { recall: [value - 1, value + 1] } });
    const number = runs.push(options.join(" "));
    const against = {
      ...figures(number + 0.5),
      differences: { recall: { mean: -0.5, interval: [-0.7, -0.001], p: 0.0001, better: 1, worse: 99 } },
    };
    return {
      ...figures(number),
      seed: 0,
      counts: { queries: 3, documents: 2 },
      model: { identity: "model m" },
      ...(options.includes("--against") && { against }),
    };
  };
  return { runs, evaluate };
}

test("a ranking is measured by vectors, by keywords and by both, and against each mode", () => {
  const { runs, evaluate } = runner();
  const { report, tables } = measureSet({ name: "scifact", form: "ranking" }, evaluate);
  assert.deepEqual(runs.slice(0, 4), [
    "--unit passage --hybrid 1",
    "--unit passage --hybrid 0",
    "--unit passage --against mode=leaves",
    "--unit passage --against mode=collapsed",
  ]);
  assert.ok(runs.slice(4).every((options) => options.startsWith("--unit passage --mode collapsed --against summar")));
  assert.deepEqual(
    tables[0].rows.map(({ label, options, figures }) => [label, options.join(" "), figures.metrics.recall]),
    [
      ["vectors alone", "--unit passage --hybrid 1", 1],
      ["keywords alone", "--unit passage --hybrid 0", 2],
      ["both, leaves", "--unit passage --mode leaves", 3.5],
      ["both, collapsed", "--unit passage --mode collapsed", 4.5],
      ["both, auto: the default", "--unit passage", 3],
    ],
  );
  assert.deepEqual(
    tables[1].rows.map(({ label, options }) => [label, options.join(" ")]),
    [
      ["leaves", "--unit passage --against mode=leaves"],
      ["collapsed", "--unit passage --against mode=collapsed"],
    ],
  );
  assert.equal(report.metrics.recall, 3);
  const before = runs.length;
  measureSet({ name: "other", form: "ranking" }, evaluate);
  assert.ok(runs.slice(before).every((options) => options.startsWith("--unit chunk")));
  assert.ok(runs.includes("--unit chunk --against chunk-tokens=64"));
});

test("contexts are measured at each budget, in each mode, and by each evidence; nothing twice", () => {
  for (const [form, budgets, modes] of [
    ["spans", [500, 1000, 2000], ["leaves", "auto"]],
    ["summaries", [300, 1000], ["leaves", "collapsed", "auto"]],
  ]) {
    const { runs, evaluate } = runner();
    const { tables } = measureSet({ name: "set", form }, evaluate);
    assert.equal(new Set(runs).size, runs.length);
    const summaries = tables.find(({ title }) => title === "How summaries are made, in mode collapsed, at 1000 tokens");
    assert.equal(summaries.rows[0].options.slice(0, 4).join(" "), "--budget 1000 --mode collapsed");
    assert.equal(summaries.rows.at(-1).options.join(" "), "--budget 1000 --mode collapsed");
    assert.ok(runs.includes("--budget 1000 --mode leaves --against chunk-tokens=64"));
    assert.deepEqual(
      tables[0].rows.map(({ label }) => label),
      budgets.flatMap((budget) => modes.map((mode) => `${budget} tokens, ${mode}`)),
    );
    const ablation = tables.find(({ title }) => title === "What a sentence is scored by, at 1000 tokens");
    assert.deepEqual(
      ablation.rows.map(({ options }) => options.join(" ")),
      [
        "--budget 1000 --evidence sentences",
        "--budget 1000 --evidence clusters",
        "--budget 1000 --evidence windows",
        "--budget 1000 --evidence path",
        "--budget 1000",
        "--budget 1000 --mode leaves",
      ],
    );
  }
});

test("the page says when and with what it was made, and what is missing", () => {
  const set = { name: "set", form: "spans" };
  const section = { ...set, ...measureSet(set, runner().evaluate) };
  const page = makePage({ date: "2026-11-26", sections: [section], skipped: ["scifact"] });
  for (const line of [
    "| 2026-11-26 | 0 | model m |",
    "Not measured, since they were not there: scifact.",
    "| 500 tokens, leaves | `--budget 500 --mode leaves` | 1.50 [0.50, 2.50] |",
    "| 500 tokens, auto | `--budget 500` | 1.00 [0.00, 2.00] |",
    "| 500 tokens | `--budget 500 --against leaves` | -0.50 [-0.70, 0.00], p < 0.001, better 1 %, worse 99 % |",
  ]) {
    assert.ok(page.split("\n").includes(line), `${line}\nis not in\n${page}`);
  }
});

test("sets are found by their files, those expected first", async () => {
  const folder = await temporaryFolder();
  for (const file of ["a/questions.jsonl", "b/README.md", "scifact/queries.jsonl", "c/summaries.jsonl", "README.md"]) {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), "");
  }
  assert.deepEqual(
    findSets(folder).map(({ name, form }) => [name, form]),
    [
      ["scifact", "ranking"],
      ["a", "spans"],
      ["c", "summaries"],
    ],
  );
});
