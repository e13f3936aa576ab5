// What must hold of the package and the core together. The vectors are made up, so that nothing waits for the encoder.

import assert from "node:assert/strict";
import test from "node:test";

import { Leafcutter } from "../../pkg/dist/index.js";
import { madeUpEmbeddings } from "../support/made-up-embeddings.mjs";
import { quantizedModel } from "../support/model.mjs";
import { importSources } from "./support.mjs";

const { rankDocuments } = await importSources("cli/eval/ranking");

/** A document of so many chunks, each about a bird. */
const long = (id, chunks) => ({
  id,
  text: Array.from({ length: chunks }, (_, index) => `Bird number ${index} of ${id} sat there.`).join("\n\n"),
});

async function open(t, options = {}) {
  const collection = await Leafcutter.open({
    name: "test",
    model: quantizedModel(),
    embeddingCache: madeUpEmbeddings,
    ...options,
  });
  t.after(() => collection.close());
  return collection;
}

test("documents of many chunks are ranked with as many hits as a search gives", async (t) => {
  const collection = await open(t, { chunking: { tokens: 16 }, tree: { maxLevels: 0 } });
  await collection.add([long("heron", 500), long("egret", 500), long("stork", 400)]);
  assert((await collection.stats()).chunks > 1000);
  const { signal } = new AbortController();
  const asking = { mode: "leaves", hybrid: { alpha: 0.5 } };
  const ranking = await rankDocuments(collection, "birds that sat there", asking, signal);
  assert.deepEqual(ranking.map(({ id }) => id).sort(), ["egret", "heron", "stork"]);
});

test("an answer has as many sentences as are asked for", async (t) => {
  const collection = await open(t);
  await collection.add([long("heron", 30)]);
  const sentences = async (options) => (await collection.answer("Which bird sat there?", options)).citations.length;
  assert.equal(await sentences(), 3);
  assert.equal(await sentences({ sentences: 5 }), 5);
  await assert.rejects(sentences({ sentences: 21 }), { code: "invalid-option" });
});

for (const stage of ["parse", "embed", "cluster", "index"]) {
  test(`a change that is cancelled in the stage "${stage}" changes nothing, and the next is made`, async (t) => {
    const collection = await open(t, { chunking: { tokens: 16 } });
    await collection.add([{ id: "old", text: "The old state." }]);
    const controller = new AbortController();
    const seen = new Set();
    const onProgress = (progress) => {
      seen.add(progress.stage);
      if (progress.stage === stage) controller.abort();
    };
    const documents = Array.from({ length: 40 }, (_, index) => long(`heron ${index}`, 10));
    const adding = collection.add(documents, { signal: controller.signal, onProgress });
    await assert.rejects(adding, { name: "AbortError", code: "cancelled" }, `saw ${[...seen]}`);
    assert.deepEqual(
      (await collection.documents()).map(({ id }) => id),
      ["old"],
    );
    assert.equal((await collection.add([{ id: "new", text: "The new state." }])).added, 1);
    assert.equal((await collection.stats()).documents, 2);
  });
}

test("a summary of a summarizer outside is cited by its sentences where they are those of the documents", async (t) => {
  const counts = [];
  const summarizer = async (requests, { countTokens }) => {
    counts.push(await countTokens("Birds sat there."));
    return requests.map(({ passages }, index) => (index === 0 ? passages[0].sentences[0].text : "Birds sat there."));
  };
  const collection = await open(t, { chunking: { tokens: 16 }, tree: { maxLevels: 1 }, summarizer });
  await collection.add([long("heron", 40)]);
  const { hits } = await collection.search("Which bird sat there?", { mode: "collapsed", k: 100 });
  const summaries = hits.filter(({ level }) => level === 1);
  assert.deepEqual(new Set(counts), new Set([4]));
  const texts = ({ sources }) => sources.map(({ text }) => text).join(" ");
  const quoted = summaries.filter((hit) => hit.text === texts(hit));
  assert.equal(quoted.length, 1);
  assert.match(quoted[0].text, /^Bird number \d+ of heron sat there\.$/);
  for (const other of summaries.filter((hit) => hit !== quoted[0])) {
    assert.equal(other.text, "Birds sat there.");
    assert.match(texts(other), /^Bird number .* of heron/, "it is cited by the chunks under it");
  }
});
