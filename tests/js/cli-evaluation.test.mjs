// The three forms of `leafcutter eval`, over a collection of few lines.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { importSources, temporaryFolder } from "./support.mjs";

const {
  readDataset,
  evaluateContexts,
  evaluateRanking,
  rankDocuments,
  detectFormat,
  sample,
  spanFigures,
  ProgressLine,
  Failure,
  Alignment,
} = await importSources(
  "cli/errors",
  "cli/progress",
  "cli/eval/alignment",
  "cli/eval/contexts",
  "cli/eval/datasets",
  "cli/eval/metrics",
  "cli/eval/ranking",
  "cli/eval/sample",
);

const tools = { signal: new AbortController().signal, progress: new ProgressLine({ write() {} }) };

const lines = (...records) => records.map((record) => `${JSON.stringify(record)}\n`).join("");

/** A dataset's folder with the files that are given by name. */
async function dataset(files) {
  const folder = await temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

test("ranking: only judged queries are asked, with the header line passed over", async () => {
  const folder = await dataset({
    "corpus.jsonl": lines({ _id: "1", title: "One", text: "first" }, { _id: 2, title: null, text: "second" }),
    "queries.jsonl": lines(
      { _id: "q1", text: "first?" },
      { _id: "q2", text: "of another split" },
      { _id: "q3", text: "nothing" },
    ),
    "qrels/test.tsv": "query-id\tcorpus-id\tscore\nq1\t1\t1\r\nq1\t2\t0\nq3\t1\t0\n",
  });
  const { form, documents, queries } = await readDataset(folder);
  assert.equal(form, "ranking");
  assert.deepEqual(documents, [
    { id: "1", title: "One", text: "first" },
    { id: "2", title: "", text: "second" },
  ]);
  const judgments = new Map([
    ["1", 1],
    ["2", 0],
  ]);
  assert.deepEqual(queries, [{ id: "q1", query: "first?", judgments }]);
});

test("a dataset's mistakes are named with file and line", async () => {
  const documents = lines({ _id: "d", text: "a😀c" });
  const question = { _id: "q", doc_id: "d", query: "?", spans: [[1, 3]] };
  const cases = [
    [
      { "documents.jsonl": documents, "questions.jsonl": lines({ ...question, spans: [[1, 4]] }) },
      /questions\.jsonl:1: spans/,
    ],
    [
      { "documents.jsonl": documents, "questions.jsonl": lines({ ...question, doc_id: "e" }) },
      /there is no document "e"/,
    ],
    [{ "documents.jsonl": documents + documents, "questions.jsonl": "" }, /documents\.jsonl:2: a second document "d"/],
    [{ "documents.jsonl": "{", "questions.jsonl": "" }, /documents\.jsonl:1: /],
    [{ "summaries.jsonl": "" }, /documents\.jsonl cannot be read/],
    [{ "corpus.jsonl": "" }, /is no dataset/],
  ];
  for (const [files, message] of cases) {
    const folder = await dataset(files);
    await assert.rejects(readDataset(folder), (error) => error instanceof Failure && message.test(error.message));
  }
  const { queries } = await readDataset(
    await dataset({ "documents.jsonl": documents, "questions.jsonl": lines(question) }),
  );
  assert.deepEqual(queries[0].spans, [{ start: 1, end: 3 }]);
});

/** A collection that finds what it is told to find. */
function engineFor(find, calls = []) {
  let documents = new Map();
  return {
    calls,
    async clear() {
      documents = new Map();
    },
    async add(sources) {
      calls.push(sources);
      for (const source of sources) documents.set(source.id, source);
    },
    async document(id) {
      return { id, text: documents.get(id).text };
    },
    async countTokens(text) {
      return text.split(/\s+/).filter(Boolean).length;
    },
    async context(query, options) {
      calls.push(options);
      return find(query, [...documents.values()][0], options);
    },
  };
}

/** A context of the ranges of a document. */
function contextOf({ id, text }, ranges, changes = {}) {
  const plain = ranges.map(({ start, end }) => text.slice(start, end)).join("\n");
  const tokens = plain.split(/\s+/).filter(Boolean).length;
  return { text: plain, tokens, citations: ranges.map((range) => ({ document: { id }, range })), ...changes };
}

const story = { id: "s", title: "", text: "🦫 builds. Water rises. Kits play." };
const spans = {
  form: "spans",
  documents: [{ id: "unasked", title: "", text: "nobody asks" }, story, { id: "t", title: "T", text: "short" }],
  queries: [
    { id: "q1", document: "t", query: "short", spans: [{ start: 0, end: 5 }] },
    { id: "q2", document: "s", query: "Kits", spans: [{ start: 9, end: 33 }] },
    { id: "q3", document: "s", query: "Water", spans: [{ start: 10, end: 22 }] },
  ],
};
const judge = ({ spans }, { ranges }) =>
  spanFigures(
    ranges.map(([start, end]) => ({ start, end })),
    spans,
  );

const find = (query, document) => {
  const start = document.text.indexOf(query);
  return contextOf(document, [{ start, end: document.text.indexOf(".", start) + 1 || document.text.length }]);
};

test("contexts: each document is a collection of its own, and runs are in the order of the questions", async () => {
  const engine = engineFor(find);
  const { figures, run, queryMilliseconds } = await evaluateContexts(
    engine,
    spans,
    { budget: 9, mode: "leaves", evidence: "windows" },
    judge,
    tools,
  );
  assert.deepEqual(
    run.map((line) => JSON.parse(line)),
    [
      { query_id: "q1", doc_id: "t", tokens: 1, ranges: [[0, 5]], context: "short" },
      { query_id: "q2", doc_id: "s", tokens: 2, ranges: [[23, 33]], context: "Kits play." },
      { query_id: "q3", doc_id: "s", tokens: 2, ranges: [[10, 22]], context: "Water rises." },
    ],
  );
  assert.equal(figures[2].IoU, 1);
  assert.equal(queryMilliseconds.length, 3);
  assert.ok(!engine.calls.flat().some(({ id }) => id === "unasked"));
  const asked = engine.calls.filter((call) => call.tokens !== undefined);
  for (const options of asked)
    assert.deepEqual(
      { ...options, signal: 0 },
      { tokens: 9, mode: "leaves", evidence: "windows", format: "plain", instructions: "ignore", signal: 0 },
    );
});

test("a void context ends the run", async () => {
  const range = (start, end) => ({ start, end });
  const cases = [
    [/is not the text of its ranges/, (document) => contextOf(document, [range(3, 9)], { text: "builds!" })],
    [/over the budget of 2/, (document) => contextOf(document, [range(3, 28)])],
    [/not sorted, disjoint/, (document) => contextOf(document, [range(24, 28), range(3, 9)])],
    [/not sorted, disjoint/, (document) => contextOf(document, [range(3, 9), range(8, 10)])],
    [/not sorted, disjoint/, (document) => contextOf(document, [range(30, 99)])],
    [/cites the document "x"/, (document) => contextOf({ ...document, id: "x" }, [range(3, 9)])],
  ];
  const one = { ...spans, queries: [spans.queries[1]] };
  for (const [message, answer] of cases) {
    const engine = engineFor((_, document) => answer(document));
    const running = evaluateContexts(engine, one, { budget: 2, mode: "auto" }, judge, tools);
    await assert.rejects(running, (error) => error instanceof Failure && message.test(error.message));
  }
});

test("ranges are given in the dataset's text, which the library reflows", async () => {
  const text = "\ufeffThe beaver\n  builds a \ud83d dam\u00ad.\r\n\r\n\tIts 🦫 kits\u0000 play.\n";
  const kept = "The beaver builds a \ufffd dam.\n\nIts 🦫 kits play.";
  const [dam, kits] = ["builds a \ufffd dam.", "Its 🦫 kits"].map((part) => {
    const start = kept.indexOf(part);
    return { start, end: start + part.length };
  });
  const engine = {
    ...engineFor((_, { id }) => contextOf({ id, text: kept }, [dam, kits])),
    document: async () => ({ text: kept }),
  };
  const set = {
    documents: [{ id: "d", title: "", text }],
    queries: [{ id: "q", document: "d", query: "", spans: [] }],
  };
  const { run } = await evaluateContexts(engine, set, { budget: 9, mode: "auto" }, judge, tools);
  const { context, ranges } = JSON.parse(run[0]);
  assert.equal(context, "builds a \ud83d dam\u00ad.\nIts 🦫 kits");
  const characters = [...text];
  assert.equal(ranges.map(([start, end]) => characters.slice(start, end).join("")).join("\n"), context);
});

test("a document whose text was changed cannot be measured", () => {
  assert.throws(() => new Alignment("the beaver", "the otter"), /departs from the dataset's at "beaver"/);
  assert.throws(() => new Alignment("more", "mor"), Failure);
  const alignment = new Alignment("a  b", " a b ");
  assert.deepEqual(alignment.toOriginal({ start: 0, end: 4 }), { start: 1, end: 4 });
  assert.equal(alignment.toOriginal({ start: 1, end: 3 }), undefined);
});

test("ranking: a document has the score of its best hit, and equal scores are ordered as trec_eval does", async () => {
  const hits = [
    ["a", 0.9],
    ["b", 0.8],
    ["a", 0.7],
    ["c", 0.8],
  ].map(([id, score]) => ({ document: { id }, score }));
  const ranking = await rankDocuments({ search: async () => ({ hits }) }, "?", { mode: "leaves" }, tools.signal);
  assert.deepEqual(
    ranking.map(({ id }) => id),
    ["a", "c", "b"],
  );
});

test("ranking: reranked hits count by their places", async () => {
  const hits = [
    ["a", -2],
    ["b", -3],
    ["c", 0.9],
    ["a", 0.8],
  ].map(([id, score]) => ({ document: { id }, score }));
  const search = async (_, { rerank }) => ({ hits: rerank === 2 ? hits : [] });
  const ranking = await rankDocuments({ search }, "?", { mode: "leaves", rerank: 2 }, tools.signal);
  assert.deepEqual(
    ranking.map(({ id, score }) => [id, score]),
    [
      ["a", 4],
      ["b", 3],
      ["c", 2],
    ],
  );
});

test("ranking: as many hits as a search gives are asked for where the first name fewer than 100 documents", async () => {
  const asked = [];
  const search = async (_, { k }) => {
    // As the core does.
    assert.ok(k <= 1000);
    asked.push(k);
    // Ten hits a document.
    const hits = Array.from({ length: k }, (_, index) => ({
      document: { id: `d${Math.floor(index / 10)}` },
      score: 1 - index / 5000,
    }));
    return { hits };
  };
  const ranking = await rankDocuments({ search }, "?", { mode: "leaves" }, tools.signal);
  assert.deepEqual(asked, [200, 1000]);
  assert.equal(ranking.length, 100);
  assert.equal(ranking[99].id, "d99");
});

test("ranking: the units that are added, and the lines of the run file", async () => {
  const set = {
    form: "ranking",
    documents: [
      { id: "a", title: "Dams", text: "# Dams\n\nThey hold water." },
      { id: "b", title: "", text: "Kits." },
    ],
    queries: [{ id: "q", query: "?", judgments: new Map([["b", 1]]) }],
  };
  const engine = {
    ...engineFor(),
    search: async () => ({ hits: ["a", "b"].map((id, index) => ({ document: { id }, score: 1 / (index + 1) })) }),
  };
  const settings = { mode: "leaves", format: "auto" };
  const { run, figures } = await evaluateRanking(engine, set, { ...settings, unit: "passage" }, tools);
  assert.deepEqual(run, ["q Q0 a 1 1 leafcutter", "q Q0 b 2 0.5 leafcutter"]);
  assert.equal(figures[0]["hit@5"], 1);
  await evaluateRanking(engine, set, { ...settings, unit: "chunk" }, tools);
  assert.deepEqual(engine.calls, [
    [
      { id: "a", text: "Dams # Dams\n\nThey hold water." },
      { id: "b", text: "Kits." },
    ],
    [
      { id: "a", title: "Dams", markdown: "# Dams\n\nThey hold water." },
      { id: "b", text: "Kits." },
    ],
  ]);
});

test("a text that begins with a heading of Markdown is Markdown", () => {
  assert.equal(detectFormat("\n## Two\n"), "markdown");
  assert.equal(detectFormat("#hashtag"), "text");
  assert.equal(detectFormat("Plain. # Not one"), "text");
});

test("a sample keeps the documents that its questions are about", () => {
  const documents = ["a", "b", "c", "d"].map((id) => ({ id, title: "", text: id }));
  const queries = ["d", "c"].map((id) => ({ id: `q-${id}`, query: id, judgments: new Map([[id, 1]]) }));
  const taken = sample({ form: "ranking", documents, queries }, { limit: 1, documents: 2 });
  assert.deepEqual(
    taken.queries.map(({ id }) => id),
    ["q-d"],
  );
  assert.deepEqual(
    taken.documents.map(({ id }) => id),
    ["a", "d"],
  );
});
