// Texts that have different numbers of rows: where each row goes, what is embedded, and what is kept.

import assert from "node:assert/strict";
import test from "node:test";

import { Model } from "./fake-bindings.mjs";
import { fakeModel, importSources } from "./support.mjs";

const { Embeddings } = await importSources("embeddings");

const never = new AbortController().signal;
const model = new Model(fakeModel.files);

/** The first value of each row, which the stand-in makes the length of what the row is of. */
const lengths = (values) => Array.from(values).filter((_, index) => index % model.dimensions === 0);

/** A cache that tells what it was asked to keep. */
function cacheOf(entries = {}) {
  const kept = new Map(Object.entries(entries));
  return {
    kept,
    get: (texts, identity) => texts.map((text) => kept.get(`${identity}: ${text}`)),
    set: (texts, rows, identity) =>
      texts.forEach((text, index) => kept.set(`${identity}: ${text}`, rows[index].slice())),
  };
}

/** Embeds on this thread, and says which texts the model was given. */
async function embed(texts, { role = "leaf", cache, pool } = {}) {
  Model.embedded.length = 0;
  const done = [];
  const values = await new Embeddings(model, pool, cache).many({ texts, role }, never, (count) => done.push(count));
  return { rows: lengths(values), embedded: [...Model.embedded].sort(), done };
}

const TEXTS = ["A. Bc. Def.", "one", "A. Bc. Def.", "", `${"long ".repeat(400)}. End.`];
const ROWS = [11, 2, 4, 5, 3, 3, 11, 2, 4, 5, 0, 0, 2006, 2001, 5];

test("the rows of each text follow each other in the order of the texts, and equal texts are embedded once", async () => {
  const { rows, embedded, done } = await embed(TEXTS);
  assert.deepEqual(rows, ROWS);
  assert.deepEqual(embedded, [...new Set(TEXTS)].sort());
  assert.equal(done.at(-1), TEXTS.length);
});

test("passages have one row each", async () => {
  const { rows } = await embed(TEXTS, { role: "passage" });
  assert.deepEqual(rows, [11, 3, 11, 0, 2006]);
});

test("batches that come back out of order are put where they belong", async () => {
  const pool = {
    started: true,
    async run(batches, signal, onBatch) {
      for (const index of [...batches.keys()].reverse()) {
        onBatch(index, model.embed(batches[index].texts, batches[index].role));
      }
      return [];
    },
  };
  const { rows, done } = await embed(TEXTS, { pool });
  assert.deepEqual(rows, ROWS);
  assert.equal(done.at(-1), TEXTS.length);
});

test("what is kept is found again, and nothing is embedded", async () => {
  const cache = cacheOf();
  await embed(TEXTS, { cache });
  const again = await embed(TEXTS, { cache });
  assert.deepEqual(again.rows, ROWS);
  assert.deepEqual(again.embedded, []);
  assert.deepEqual(again.done, [TEXTS.length]);
});

test("leaves and passages are kept apart, and questions not at all", async () => {
  const cache = cacheOf();
  for (const role of ["leaf", "passage", "query"]) await embed(["A. B."], { role, cache });
  const kept = [...cache.kept].map(([key, rows]) => [key, rows.length / model.dimensions]);
  assert.deepEqual(kept, [
    ["fake-8, with sentences: A. B.", 3],
    ["fake-8: A. B.", 1],
  ]);
});

test("an entry of the wrong length counts as missing", async () => {
  const cache = cacheOf({
    "fake-8, with sentences: A. B.": new Float32Array(model.dimensions),
    "fake-8, with sentences: C.": new Float32Array(2 * model.dimensions),
  });
  const { rows, embedded } = await embed(["A. B.", "C."], { cache });
  assert.deepEqual(embedded, ["A. B."]);
  assert.deepEqual(rows, [5, 2, 3, 0, 0]);
});
