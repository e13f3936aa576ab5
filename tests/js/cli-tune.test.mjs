// `leafcutter tune` and the configuration that it writes.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { importSources, temporaryFolder } from "./support.mjs";

const { configured, hitsNeeded, plotPage, readConfig } = await importSources(
  "cli/config",
  "cli/tune/plot",
  "cli/tune/sweep",
);

test("a configuration is read, and what is given goes before it", async () => {
  const file = path.join(await temporaryFolder(), "leafcutter.config.json");
  await writeFile(file, JSON.stringify({ open: { chunking: { tokens: 200, overlap: 15 } }, ask: { k: 5 } }));
  const config = await readConfig(file);
  assert.deepEqual(config.ask, { k: 5 });
  const settings = configured(config, { chunking: { tokens: 64 }, language: "german" });
  assert.deepEqual(settings, { chunking: { tokens: 64, overlap: 15 }, language: "german" });
  assert.deepEqual(configured(await readConfig(undefined), { tree: { maxLevels: 0 } }), { tree: { maxLevels: 0 } });
});

test("what is no configuration is refused with what to do", async () => {
  const file = path.join(await temporaryFolder(), "config.json");
  await assert.rejects(readConfig(file), /cannot be read.*leafcutter tune/);
  for (const text of ["{", "[]", "null", '{"ask": 3}']) {
    await writeFile(file, text);
    await assert.rejects(readConfig(file), /leafcutter tune/, text);
  }
});

test("the fewest hits that find nearly all are chosen", () => {
  const run = Array.from({ length: 20 }, (_, index) => `q Q0 d${index + 1} ${index + 1} ${20 - index} leafcutter`);
  const judged = (...ids) => [{ id: "q", judgments: new Map(ids.map((id) => [id, 1])) }];
  assert.equal(hitsNeeded(run, judged("d1"), [3, 5, 10]).k, 3);
  const { k, recalls } = hitsNeeded(run, judged("d1", "d4", "d9"), [3, 5, 10]);
  assert.equal(k, 10);
  assert.deepEqual(
    recalls.map(({ recall }) => Math.round(recall)),
    [33, 67, 100],
  );
  // What no number of hits finds does not count against the few.
  assert.equal(hitsNeeded(run, judged("d1", "nowhere"), [3, 5, 10]).k, 3);
});

test("a plot shows each trial, and no name can leave its place", () => {
  const trial = { option: "hybrid", value: "0.5", figure: 70, interval: [60, 80], p: 0.01, chosen: true };
  const trials = [{ ...trial, value: "default", figure: 65, p: 1, chosen: false }, trial];
  const page = plotPage('<script>"', { metric: "nDCG@10", trials, best: {} }, "{}");
  assert(!page.includes("<script"));
  assert.equal(page.match(/<circle/g).length, 2);
  assert.match(page, /hybrid 0\.5/);
});
