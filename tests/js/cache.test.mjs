// Questions that were asked before in other words, and work that need not be done twice.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import {
  cachedEmbeddings,
  cachedSummarizer,
  memoryStore,
  QuestionCache,
  sourcesOf,
} from "../../pkg/dist/cache/index.js";
import { Leafcutter } from "../../pkg/dist/index.js";
import { quantizedModel } from "../support/model.mjs";

const pairs = (name) =>
  readFileSync(new URL(`../fixtures/questions/${name}`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

async function open(t, options = {}) {
  const collection = await Leafcutter.open({ name: "cache", model: quantizedModel(), ...options });
  t.after(() => collection.close());
  return collection;
}

const LAMP = { id: "lamp", title: "Lamp", text: "The lamp in the tower is lit at nine. It burns oil of whales." };
const BELL = { id: "bell", title: "Bell", text: "The bell in the tower is rung at noon. It was cast in bronze." };

test("questions in other words are known, and those that ask for something else are not", async (t) => {
  const collection = await open(t);
  await collection.add([LAMP]);
  const sources = sourcesOf(await collection.search("lamp", { k: 1 }));
  const shown = pairs("pairs.jsonl");
  const tuned = new Set(
    pairs("pairs-tuning.jsonl").flatMap(({ question, same, near }) => [question, ...same, ...near]),
  );
  let [hits, same, wrong, near] = [0, 0, 0, 0];
  const wrongly = [];
  for (const { question, same: others, near: misses } of shown) {
    assert(![question, ...others, ...misses].some((one) => tuned.has(one)), question);
    const cache = new QuestionCache(collection);
    assert(await cache.set(question, "answer", { sources }));
    for (const other of others) {
      same++;
      if (await cache.get(other)) hits++;
    }
    for (const other of misses) {
      near++;
      if (!(await cache.get(other))) continue;
      wrong++;
      wrongly.push(`${question} / ${other}`);
    }
  }
  const percent = (part, whole) => ((100 * part) / whole).toFixed(1);
  console.log(
    `figure: ${percent(hits, same)} % of ${same} paraphrases, ${percent(wrong, near)} % of ${near} others taken for one`,
  );
  assert(same >= 100 && near >= 300);
  assert(hits >= 0.8 * same);
  assert(wrong < 0.01 * near, wrongly.join("\n"));
});

test("among many questions the right one is found", async (t) => {
  const collection = await open(t);
  await collection.add([LAMP]);
  const sources = sourcesOf(await collection.search("lamp", { k: 1 }));
  const cache = new QuestionCache(collection);
  const some = pairs("pairs.jsonl").slice(0, 40);
  for (const { question } of some) await cache.set(question, question, { sources });
  for (const { question, same } of some) {
    const found = await cache.get(same[0]);
    if (found) assert.equal(found.value, question);
  }
});

test("an answer is given only while its documents are as they were", async (t) => {
  const collection = await open(t);
  await collection.add([LAMP, BELL]);
  const cache = new QuestionCache(collection);
  const question = "When is the lamp in the tower lit?";
  const paraphrase = "At what time is the lamp in the tower lit?";
  let asked = 0;
  const ask = (text) =>
    cache.through(
      text,
      () => {
        asked++;
        return collection.answer(text, { sentences: 1 });
      },
      { sources: sourcesOf },
    );
  const first = await ask(question);
  assert.match(first.text, /lit at nine/);
  assert.deepEqual(await ask(paraphrase), first);
  assert.equal(asked, 1);

  // Another document is nothing to it.
  await collection.add([{ ...BELL, text: "The bell in the tower is broken." }]);
  await ask(paraphrase);
  assert.equal(asked, 1);

  await collection.add([{ ...LAMP, text: "The lamp in the tower is lit at ten. It burns oil of whales." }]);
  assert.match((await ask(paraphrase)).text, /lit at ten/);
  assert.equal(asked, 2);

  for (const update of [{ metadata: { place: "north" } }, { title: "The lamp" }, { expiresAt: Date.now() - 1 }]) {
    await ask(question);
    await collection.update("lamp", update);
    assert.equal(await cache.get(question), undefined, JSON.stringify(update));
  }
  await collection.update("lamp", { expiresAt: null });
  await ask(question);
  await collection.remove(["lamp"]);
  assert.equal(await cache.get(question), undefined);
});

test("an answer from before a change is not kept after it", async (t) => {
  const collection = await open(t);
  await collection.add([LAMP]);
  const cache = new QuestionCache(collection);
  const answer = await collection.answer("When is the lamp lit?", { sentences: 1 });
  await collection.add([{ ...LAMP, text: "Nobody lights the lamp any more." }]);
  assert.equal(await cache.set("When is the lamp lit?", answer, { sources: sourcesOf(answer) }), false);
  assert.equal(await cache.set("When is the lamp lit?", answer, { sources: [] }), false);
  assert.equal(cache.size, 0);
});

test("answers of another key are not looked at, and the oldest go first", async (t) => {
  const collection = await open(t);
  await collection.add([LAMP]);
  const sources = sourcesOf(await collection.search("lamp", { k: 1 }));
  const cache = new QuestionCache(collection, { most: 2 });
  await cache.set("What does the lamp burn?", 1, { sources, key: "a" });
  assert.equal(await cache.get("What does the lamp burn?", { key: "b" }), undefined);
  await cache.set("Who lights the lamp?", 2, { sources, key: "a" });
  assert.equal((await cache.get("What does the lamp burn?", { key: "a" })).value, 1);
  await cache.set("Where is the lamp?", 3, { sources, key: "a" });
  assert.equal(await cache.get("Who lights the lamp?", { key: "a" }), undefined);
  cache.clear();
  assert.equal(cache.size, 0);
  for (const options of [{ threshold: 2 }, { most: 0 }]) {
    assert.throws(() => new QuestionCache(collection, options), { code: "invalid-option" });
  }
});

test("a summarizer is asked once for the same passages", async (t) => {
  const written = [];
  const summarizer = async (requests) => {
    written.push(requests.length);
    return requests.map(({ passages }) => passages[0].sentences[0].text);
  };
  const store = memoryStore();
  const documents = Array.from({ length: 12 }, (_, index) => ({
    id: `note-${index}`,
    text: `Note ${index} tells of a heron. The heron of note ${index} stood in the reeds.`,
  }));
  for (const round of [1, 2]) {
    const collection = await open(t, { summarizer: cachedSummarizer(summarizer, store, "first sentence") });
    await collection.add(documents);
    assert((await collection.stats()).levels.length > 1);
    if (round === 1) assert(written.length > 0);
  }
  const asked = written.length;
  const collection = await open(t, { summarizer: cachedSummarizer(summarizer, store, "another") });
  await collection.add(documents);
  assert.equal(written.length, 2 * asked);
});

test("embeddings are kept by what was embedded, and the oldest go first", async (t) => {
  const store = memoryStore();
  let computed = 0;
  const counting = {
    get: (keys) => store.get(keys),
    set: (keys, values) => {
      computed += keys.length;
      return store.set(keys, values);
    },
  };
  for (let round = 0; round < 2; round++) {
    const collection = await open(t, { embeddingCache: cachedEmbeddings(counting) });
    await collection.add([LAMP, BELL]);
    assert.equal(computed, 2);
  }
  const small = memoryStore(2);
  small.set(["a", "b"], [1, 2]);
  assert.deepEqual(small.get(["a"]), [1]);
  small.set(["c"], [3]);
  assert.deepEqual(small.get(["a", "b", "c"]), [1, undefined, 3]);
});
