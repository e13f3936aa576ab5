// The adapters over the real packages that they adapt to: LangChain.js, the Vercel AI SDK, the Model Context Protocol's SDK. Only the
// language models are fakes, those that LangChain and the AI SDK bring along for tests.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";

import { FakeListChatModel } from "@langchain/core/utils/testing";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { embed } from "ai";
import { MockLanguageModelV3 } from "ai/test";

import { answerWithTool, similarity } from "../../examples/ai-sdk.mjs";
import { answeringChain } from "../../examples/langchain.mjs";
import { embeddingModel, retrievalTool } from "../../pkg/dist/ai-sdk/index.js";
import { Leafcutter } from "../../pkg/dist/index.js";
import { LeafcutterEmbeddings, LeafcutterRetriever, LeafcutterVectorStore } from "../../pkg/dist/langchain/index.js";
import { quantizedModel } from "../support/model.mjs";
import { temporaryFolder } from "./support.mjs";

const PAGES = {
  "ants.md":
    "# Ants\n\n## Food\n\nLeafcutter ants farm a fungus in chambers underground. They feed it with pieces of leaves.\n\n## Queens\n\nA queen may live for fifteen years.",
  "bees.md": "# Bees\n\nHoney bees store food for the winter. A colony keeps itself warm by shivering.",
  "school.md": "# School\n\nThe new teacher plays the cello, badly but with conviction.",
};
const YEARS = { "ants.md": 2020, "bees.md": 1999, "school.md": 2024 };

let collection;

before(async () => {
  collection = await Leafcutter.open({ name: "adapters", model: quantizedModel(), chunking: { tokens: 24 } });
  await collection.add(
    Object.entries(PAGES).map(([id, markdown]) => ({ id, markdown, url: `/${id}`, metadata: { year: YEARS[id] } })),
  );
});

after(() => collection.close());

test("LangChain.js embeds by the collection's model", async () => {
  const embeddings = new LeafcutterEmbeddings(collection);
  const texts = ["Ants farm.", "The cello."];
  const rows = await embeddings.embedDocuments(texts);
  assert.deepEqual(
    rows,
    (await collection.embed(texts)).map((row) => [...row]),
  );
  const [query] = await collection.embed(["Who farms?"], { role: "query" });
  assert.deepEqual(await embeddings.embedQuery("Who farms?"), [...query]);
});

test("LangChain.js retrieves passages, their sections or their documents", async (t) => {
  const question = "which insects grow their food?";
  const passages = await new LeafcutterRetriever({ collection, k: 2 }).invoke(question);
  assert.equal(passages.length, 2);
  const [{ pageContent, metadata }] = passages;
  assert.equal(metadata.leafcutter.id, "ants.md");
  assert.deepEqual(
    [metadata.year, metadata.leafcutter.url, metadata.leafcutter.headings],
    [2020, "/ants.md", ["Ants", "Food"]],
  );
  const { start, end } = metadata.leafcutter.range;
  assert.equal((await collection.document("ants.md")).text.slice(start, end), pageContent);

  const [section] = await new LeafcutterRetriever({ collection, k: 1, give: "section" }).invoke(question);
  assert.match(section.pageContent, /chambers underground.*pieces of leaves/s);
  assert(!section.pageContent.includes("fifteen years"));

  const documents = await new LeafcutterRetriever({ collection, k: 2, give: "document" }).invoke(question);
  assert.equal(documents[0].id, "ants.md");
  assert.equal(documents[0].pageContent, (await collection.document("ants.md")).text);
  assert.equal(new Set(documents.map(({ id }) => id)).size, 2);

  const search = { filter: { year: { lt: 2000 } }, mode: "leaves" };
  const filtered = await new LeafcutterRetriever({ collection, search }).invoke(question);
  assert(filtered.every(({ metadata }) => metadata.year === 1999) && filtered.length > 0);
  assert.throws(() => new LeafcutterRetriever({ collection, k: 0 }), { code: "invalid-option" });
  t.diagnostic("figure: LangChain.js retriever");
});

test("LangChain.js keeps documents in a collection, finds them by words and by vectors, and removes them", async (t) => {
  const own = await Leafcutter.open({ name: "store", model: quantizedModel() });
  t.after(() => own.close());
  const store = await LeafcutterVectorStore.fromTexts(
    ["Leafcutter ants farm a fungus.", "Honey bees store food for the winter."],
    [{ id: 1, topic: "ants", nested: { dropped: true } }, { topic: "bees" }],
    undefined,
    { collection: own },
  );
  const added = [{ pageContent: "The teacher plays the cello.", metadata: { topic: "music", title: "School" } }];
  assert.deepEqual(await store.addDocuments(added, { ids: ["school"] }), ["school"]);
  const [[best, score], ...rest] = await store.similaritySearchWithScore("music lessons", 2);
  assert.deepEqual(
    [best.pageContent, best.metadata.leafcutter.title, rest.length],
    [added[0].pageContent, "School", 1],
  );
  assert(Number.isFinite(score));
  const [filtered] = await store.similaritySearch("music lessons", 1, { topic: "ants" });
  assert.deepEqual([filtered.pageContent, filtered.metadata.nested], ["Leafcutter ants farm a fungus.", undefined]);
  const vector = await store.embeddings.embedQuery("insects and fungus");
  const [[nearest, cosine]] = await store.similaritySearchVectorWithScore(vector, 1);
  assert.equal(nearest.pageContent, "Leafcutter ants farm a fungus.");
  assert(cosine > 0.3 && cosine <= 1);
  assert.equal((await store.asRetriever(1).invoke("who plays the cello?"))[0].metadata.topic, "music");
  await store.delete({ ids: ["school"] });
  assert.equal((await own.stats()).documents, 2);
  await assert.rejects(store.addVectors([], []), { code: "invalid-option" });
  await assert.rejects(store.addDocuments(added, { ids: [] }), { code: "invalid-option" });
  await assert.rejects(store.similaritySearchVectorWithScore([1], 1), { code: "invalid-option" });
});

test("LangChain.js answers in a chain, as the example has it", async () => {
  const model = new FakeListChatModel({ responses: ["Leafcutter ants."] });
  let asked;
  const spy = model.withConfig({
    callbacks: [{ handleChatModelStart: (_, [messages]) => void (asked = messages.map(({ content }) => content)) }],
  });
  assert.equal(await answeringChain(collection, spy).invoke("which insects grow their food?"), "Leafcutter ants.");
  assert.match(asked[0], /farm a fungus/);
  assert.equal(asked[1], "which insects grow their food?");
});

test("the AI SDK embeds by the collection's model", async (t) => {
  const { embedding } = await embed({ model: embeddingModel(collection, { role: "query" }), value: "Who farms?" });
  const [query] = await collection.embed(["Who farms?"], { role: "query" });
  assert.deepEqual(embedding, [...query]);
  const near = await similarity(collection, "Ants farm a fungus.", "Insects grow their food.");
  assert(near > (await similarity(collection, "Ants farm a fungus.", "The cello is out of tune.")));
  const cancelled = embed({
    model: embeddingModel(collection),
    value: "a",
    abortSignal: AbortSignal.abort(),
    maxRetries: 0,
  });
  await assert.rejects(cancelled, { name: "AbortError" });
  t.diagnostic("figure: AI SDK embedding model");
});

test("the AI SDK has a model look passages up, as the example has it", async (t) => {
  const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
  const input = JSON.stringify({ question: "which insects grow their food?" });
  const call = { type: "tool-call", toolCallId: "1", toolName: "documents", input };
  const model = new MockLanguageModelV3({
    doGenerate: [
      { content: [call], finishReason: { unified: "tool-calls" }, usage, warnings: [] },
      { content: [{ type: "text", text: "Ants [1]." }], finishReason: { unified: "stop" }, usage, warnings: [] },
    ],
  });
  const { text, found } = await answerWithTool(collection, model, "Which insects grow their food?");
  assert.equal(text, "Ants [1].");
  assert.match(found[0].sources, /<source id="1"[^]*farm a fungus/);
  assert.deepEqual(found[0].citations[0].number, 1);
  const [{ inputSchema }] = model.doGenerateCalls[0].tools;
  assert.deepEqual(inputSchema.required, ["question"]);
  assert.match(JSON.stringify(model.doGenerateCalls[1].prompt), /farm a fungus/);
  assert.throws(() => retrievalTool(collection, { tokens: 0 }), { code: "invalid-option" });
  t.diagnostic("figure: AI SDK tool");
});

test("a folder is served over the Model Context Protocol, and left as it is", async (t) => {
  const folder = await temporaryFolder();
  await mkdir(path.join(folder, "notes"));
  for (const [name, text] of Object.entries(PAGES)) await writeFile(path.join(folder, "notes", name), text);
  const bin = fileURLToPath(new URL("../../pkg/bin/leafcutter", import.meta.url));
  const args = [bin, "mcp", "notes", "--model", quantizedModel(), "--workers", "0"];
  const client = new Client({ name: "test", version: "1.0.0" });
  const transport = new StdioClientTransport({ command: process.execPath, args, cwd: folder, stderr: "ignore" });
  await client.connect(transport);
  t.after(() => client.close());
  const { tools } = await client.listTools();
  assert.deepEqual(
    tools.map(({ name }) => name),
    ["search", "context", "document"],
  );
  assert(tools.every(({ annotations }) => annotations.readOnlyHint));
  const call = async (name, given) => {
    const { content, isError } = await client.callTool({ name, arguments: given });
    return { text: content[0].text, isError };
  };
  const hits = JSON.parse((await call("search", { question: "which insects grow their food?", k: 2 })).text);
  assert.deepEqual([hits.length, hits[0].document], [2, "ants.md"]);
  const { text } = await call("context", { question: "which insects grow their food?", tokens: 200 });
  assert.match(text, /<source id="1"[^]*\n\[1\] ants\.md, \d+-\d+/);
  const listed = JSON.parse((await call("document", {})).text);
  assert.deepEqual(
    listed.map(({ id }) => id),
    ["ants.md", "bees.md", "school.md"],
  );
  assert.match((await call("document", { id: "bees.md", start: 6 })).text, /^Honey bees store food/);
  for (const [name, given] of [
    ["search", {}],
    ["document", { id: "nothing.md" }],
    ["document", { id: "bees.md", start: -1 }],
    ["context", { question: "a", tokens: "many" }],
  ]) {
    const { isError, text } = await call(name, given);
    assert(isError && text.length > 10, `${name} ${JSON.stringify(given)}: ${text}`);
  }
  t.diagnostic("figure: Model Context Protocol server");
});
