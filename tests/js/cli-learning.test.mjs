// How `leafcutter learn` holds judgements out.

import assert from "node:assert/strict";
import test from "node:test";

import { importSources } from "./support.mjs";

const { crossValidate, ProgressLine } = await importSources("cli/eval/learning", "cli/progress");

const tools = { signal: new AbortController().signal, progress: new ProgressLine({ write() {} }) };
const asking = { mode: "leaves" };

/** A fake collection that only remembers what it was taught, and finds the document of that name for it alone. */
function fakeCollection() {
  let taught = new Set();
  const lessons = [];
  return {
    lessons,
    async learn(judgements) {
      taught = new Set(judgements.map(({ question }) => question));
      lessons.push(taught);
      return { used: true };
    },
    adapter: {
      async remove() {
        taught = new Set();
      },
    },
    async search(query) {
      const id = taught.has(query) ? `${query}-right` : "wrong";
      return { hits: [{ document: { id }, score: 1 }] };
    },
  };
}

const query = (text, index) => ({ id: `${index}`, query: text, judgments: new Map([[`${text}-right`, 1]]) });

test("no question is asked with what was learned from it, nor from an equal one", async () => {
  const texts = Array.from({ length: 23 }, (_, index) => `question ${index % 20}`);
  const collection = fakeCollection();
  const dataset = { form: "ranking", name: "test", documents: [], queries: texts.map(query) };
  const { before, after, reports } = await crossValidate(collection, dataset, { folds: 5, seed: 0, asking }, tools);
  assert.equal(reports.length, 5);
  assert.deepEqual(after["nDCG@10"], Array(23).fill(0));
  assert.deepEqual(before["nDCG@10"], Array(23).fill(0));
  // Each is learned from in all folds but its own.
  for (const text of texts) assert.equal(collection.lessons.filter((lesson) => lesson.has(text)).length, 4, text);
});

test("the same seed deals the same folds, another one others", async () => {
  const queries = Array.from({ length: 20 }, (_, index) => query(`question ${index}`, index));
  const lessons = async (seed) => {
    const collection = fakeCollection();
    await crossValidate(
      collection,
      { form: "ranking", name: "test", documents: [], queries },
      { folds: 4, seed, asking },
      tools,
    );
    return collection.lessons.map((lesson) => [...lesson]);
  };
  assert.deepEqual(await lessons(1), await lessons(1));
  assert.notDeepEqual(await lessons(1), await lessons(2));
});
