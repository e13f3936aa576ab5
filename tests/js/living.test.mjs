// Documents that change and expire, through the package and the core together. The vectors are made up, so that nothing
// waits for the encoder.

import assert from "node:assert/strict";
import test from "node:test";

import { Leafcutter } from "../../pkg/dist/index.js";
import { madeUpEmbeddings as embeddingCache } from "../support/made-up-embeddings.mjs";
import { quantizedModel } from "../support/model.mjs";

async function open(t, options = {}) {
  const collection = await Leafcutter.open({ name: "test", model: quantizedModel(), embeddingCache, ...options });
  t.after(() => collection.close());
  return collection;
}

const birds = (id, count = 12) =>
  Array.from({ length: count }, (_, index) => `Bird number ${index} of ${id} sat in the reeds.`).join(" ");

test("what is known about a document is updated without embedding anything", async (t) => {
  const asked = [];
  const cache = { ...embeddingCache, get: (texts, model) => (asked.push(...texts), embeddingCache.get(texts, model)) };
  const collection = await open(t, { embeddingCache: cache });
  await collection.add([
    { id: "heron", title: "Heron", text: birds("heron"), metadata: { legs: 2 } },
    { id: "egret", title: "Egret", url: "https://example.org/egret", text: birds("egret"), updatedAt: "2026-01-02" },
  ]);
  const tree = await collection.tree();
  asked.length = 0;
  const updatedAt = new Date("2026-03-04T05:06:07.008Z");
  const result = await collection.update("heron", {
    title: "Ardea",
    url: "https://example.org/heron",
    metadata: { wings: 2 },
    updatedAt,
    expiresAt: updatedAt.getTime() + 1,
  });
  assert.deepEqual(result, { added: 0, updated: 1, removed: 0, unchanged: 0 });
  assert.deepEqual([asked, await collection.tree()], [[], tree]);
  const { text, headings, ...heron } = await collection.document("heron");
  assert.deepEqual(heron, {
    id: "heron",
    title: "Ardea",
    url: "https://example.org/heron",
    metadata: { wings: 2 },
    updatedAt: updatedAt.getTime(),
    expiresAt: updatedAt.getTime() + 1,
  });
  assert.equal((await collection.update("heron", { title: "Ardea" })).unchanged, 1);

  await collection.update("egret", { url: null, updatedAt: null });
  const egret = (await collection.documents()).find(({ id }) => id === "egret");
  assert.deepEqual(egret, { id: "egret", title: "Egret", metadata: {} });

  await assert.rejects(collection.update("absent", { title: "a" }), { code: "unknown-document" });
  for (const update of [
    undefined,
    { title: " " },
    { text: "a" },
    { expiresAt: "tomorrow" },
    { updatedAt: NaN },
    { url: 1 },
  ]) {
    await assert.rejects(collection.update("heron", update), { code: "invalid-option" });
  }
});

test("documents that have expired are not found, at the time of asking or at one that is given", async (t) => {
  const collection = await open(t);
  await collection.add([
    { id: "gone", text: birds("gone"), expiresAt: Date.now() - 1 },
    { id: "lasting", text: birds("lasting"), expiresAt: new Date(Date.now() + 3_600_000) },
    { id: "always", text: birds("always") },
  ]);
  const ids = ({ hits }) => [...new Set(hits.map(({ document }) => document.id))].sort();
  const question = "Which bird sat in the reeds?";
  const options = { mode: "leaves", k: 100 };
  assert.deepEqual(ids(await collection.search(question, options)), ["always", "lasting"]);
  assert.deepEqual(ids(await collection.search(question, { ...options, now: 0 })), ["always", "gone", "lasting"]);
  assert.deepEqual(ids(await collection.search(question, { ...options, now: "2999-01-01" })), ["always"]);
  for (const mode of ["auto", "leaves", "collapsed", "traverse"]) {
    const { hits } = await collection.search(question, { mode, k: 100 });
    assert(
      hits.every(({ text, sources }) => !text.includes("gone") && sources.every(({ document }) => document !== "gone")),
    );
    const { text } = await collection.context(question, { mode, tokens: 5000 });
    assert(text.includes("always") && !text.includes("gone"));
    const answer = await collection.answer(question, { mode, sentences: 20, now: "2999-01-01" });
    assert(answer.citations.every(({ document }) => document.id === "always"));
  }
  assert.equal((await collection.stats()).documents, 3);
  await assert.rejects(collection.search(question, { now: "soon" }), { code: "invalid-option" });
});

test("filters ask for the times of documents", async (t) => {
  const collection = await open(t);
  const years = [2021, 2022, 2023, 2024];
  await collection.add(years.map((year) => ({ id: `${year}`, text: birds(year), updatedAt: `${year}-06-01` })));
  const ids = async (filter) => {
    const { hits } = await collection.search("bird", { mode: "leaves", k: 100, filter });
    return [...new Set(hits.map(({ document }) => document.id))].sort();
  };
  assert.deepEqual(await ids({ updatedAt: { gte: "2022-06-01", lt: new Date("2024-01-01") } }), ["2022", "2023"]);
  assert.deepEqual(await ids({ not: { updatedAt: { in: [Date.parse("2021-06-01")] } } }), ["2022", "2023", "2024"]);
  assert.deepEqual(await ids({ or: [{ updatedAt: "2021-06-01" }, { expiresAt: { exists: true } }] }), ["2021"]);
  await assert.rejects(ids({ updatedAt: { gte: "lately" } }), { code: "invalid-option" });
  await assert.rejects(ids({ year: new Date() }), { code: "invalid-option" });
});

test("a changed document has only its branches summarized again, and drift is told", async (t) => {
  let calls = 0;
  const summarizer = async (requests) => {
    calls += requests.length;
    return requests.map(({ passages }) => `About ${passages[0].sentences[0].text} And ${passages.length} more.`);
  };
  const collection = await open(t, { summarizer, chunking: { tokens: 40 } });
  await collection.add(Array.from({ length: 60 }, (_, id) => ({ id: `d${id}`, text: birds(`d${id}`) })));
  const stats = await collection.stats();
  const summaries = stats.levels.slice(1).reduce((sum, nodes) => sum + nodes, 0);
  assert.equal(calls, summaries);
  assert.deepEqual(
    stats.drift,
    stats.levels.slice(1).map(() => 0),
  );
  calls = 0;
  await collection.add([{ id: "d7", text: birds("changed", 8) }]);
  t.diagnostic(`figure: ${calls} of ${summaries} summaries written again`);
  assert(calls > 0 && calls < summaries / 3);
  const { drift, levels } = await collection.stats();
  assert.equal(drift.length, levels.length - 1);
  assert(drift[0] > 0 && drift[0] < 0.2);
});
