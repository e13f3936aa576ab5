// What changing a collection costs beside building it anew, and what the tree is worth after many changes.
//   node scripts/figures/living.mjs update | add        over 1,000 documents of real sentences: one updated, 10 % added
//   node scripts/figures/living.mjs chunking-eval | squality-dev
//                                                       30 % of the pieces of each text replaced, one after the other
//
// Costs are processor time of one thread, embeddings included, so that other work on the machine does not count. Quality is
// held against a collection that was built of the same pieces at once: a loss of at most 1 point passes.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { bundleSources } from "../../pkg/build.mjs";
import { Leafcutter } from "../../pkg/dist/index.js";
import { realDocuments } from "../../tests/support/documents.mjs";
import { quantizedModel, shared } from "../../tests/support/model.mjs";
import { printResult } from "./result.mjs";

const COUNT = Number(process.env.DOCUMENTS ?? 1000);
/** About how long a piece of a text is, in UTF-16 units. */
const PIECE = 1000;
/** Of ten pieces, these are replaced. */
const REPLACED = [1, 4, 8];
const BUDGET = 1000;

const [what] = process.argv.slice(2);
const open = (options) =>
  Leafcutter.open({ name: "living", model: quantizedModel(), worker: false, workers: 0, ...options });

if (what === "update") await costOfUpdate();
else if (what === "add") await costOfAdding();
else if (what === "chunking-eval" || what === "squality-dev") await qualityAfterChanges(what);
else {
  console.error("error: name what to measure: update, add, chunking-eval or squality-dev.");
  process.exit(1);
}

/** Seconds of the processor that a task takes. */
async function seconds(task) {
  const before = process.cpuUsage();
  await task();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

async function build(documents) {
  const collection = await open();
  // The engine compiles what it needs.
  await collection.embed(documents.slice(0, 32).map(({ text }) => text));
  const full = await seconds(() => collection.add(documents));
  const { levels } = await collection.stats();
  console.log(`${documents.length} documents: nodes ${levels.join(" / ")}, ${full.toFixed(1)} s`);
  return { collection, full };
}

async function costOfUpdate() {
  const documents = realDocuments(COUNT + 10);
  const { collection, full } = await build(documents.slice(0, COUNT));
  // Each of ten in turn gets the text of a document that is not among the others.
  const costs = [];
  const stages = {};
  let since = 0;
  // What is told of a stage came before it was told.
  const onProgress = (progress) => {
    const { user, system } = process.cpuUsage();
    stages[progress.stage] = (stages[progress.stage] ?? 0) + (user + system - since) / 1000 / 10;
    since = user + system;
  };
  for (let round = 0; round < 10; round++) {
    const { id, title } = documents[Math.floor(((round + 0.5) * COUNT) / 10)];
    const { text } = documents[COUNT + round];
    since = Object.values(process.cpuUsage()).reduce((sum, part) => sum + part);
    costs.push(await seconds(() => collection.add([{ id, title, text }], { onProgress })));
  }
  const took = Object.entries(stages).map(([stage, ms]) => `${stage} ${ms.toFixed(0)}`);
  console.log(`an update by stage, ms: ${took.join(", ")}`);
  await collection.close();
  costs.sort((a, b) => a - b);
  const shares = costs.map((cost) => (100 * cost) / full);
  printResult(`${shares[5].toFixed(2)} % (median of 10, at most ${shares[9].toFixed(2)} %)`, shares[9] <= 3);
}

async function costOfAdding() {
  const added = COUNT / 10;
  const all = realDocuments(COUNT + added);
  // Of all packages, as the others are.
  const isNew = (_, index) => index % 11 === 5;
  const { collection, full } = await build(all.filter((document, index) => !isNew(document, index)));
  const cost = await seconds(() => collection.add(all.filter(isNew)));
  const { levels, drift } = await collection.stats();
  console.log(`after: nodes ${levels.join(" / ")}, drift ${drift.map((share) => share.toFixed(2)).join(", ")}`);
  await collection.close();
  const share = (100 * cost) / full;
  printResult(`${share.toFixed(1)} % (${cost.toFixed(1)} of ${full.toFixed(1)} s)`, share <= 15);
}

async function qualityAfterChanges(set) {
  const folder = mkdtempSync(path.join(tmpdir(), "leafcutter-living-"));
  const outfile = path.join(folder, "sources.mjs");
  const sources = ["alignment", "codepoints", "datasets", "metrics", "rouge"].map((name) => `cli/eval/${name}`);
  const bindings = fileURLToPath(new URL("../../pkg/wasm/simd/leafcutter.js", import.meta.url));
  await bundleSources([...sources, "cli/embedding-cache", "cli/paths"], outfile, bindings);
  const parts = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });

  const { documents, queries } = await parts.readDataset(shared(`eval/${set}`));
  const cache = new parts.FileEmbeddingCache(path.join(parts.cacheFolder(), "embeddings"));
  const modes = ["auto", "collapsed", "traverse"];
  const name = set === "squality-dev" ? "ROUGE-2" : "recall";
  const sums = { changed: modes.map(() => 0), fresh: modes.map(() => 0) };
  const most = Number(process.env.TEXTS ?? documents.length);
  let asked = 0;
  for (const [index, document] of documents.slice(0, most).entries()) {
    const pieces = cut(document.text).map((piece, number) => ({ id: `${number}`, title: document.title, ...piece }));
    // What stands in for a piece before it is replaced is a piece of another text.
    const others = cut(documents[(index + 1) % documents.length].text);
    const isReplaced = (_, number) => REPLACED.includes(number % 10);
    const before = pieces.map((piece, number) =>
      isReplaced(piece, number) ? { ...piece, text: others[number % others.length].text } : piece,
    );
    const add = (collection, some) => collection.add(some.map(({ id, title, text }) => ({ id, title, text })));
    const changed = await open({ embeddingCache: cache });
    await add(changed, before);
    for (const piece of pieces.filter(isReplaced)) await add(changed, [piece]);
    const fresh = await open({ embeddingCache: cache });
    await add(fresh, pieces);

    const own = queries.filter((query) => query.document === document.id);
    for (const [state, collection] of Object.entries({ changed, fresh })) {
      for (const [at, mode] of modes.entries()) {
        for (const query of own)
          sums[state][at] += await figure(parts, collection, document, pieces, query, mode, name);
      }
    }
    asked += own.length;
    const { levels, drift } = await changed.stats();
    console.log(
      `${document.id}: nodes ${levels.join(" / ")}, drift ${drift.map((share) => share.toFixed(2)).join(", ")}`,
    );
    await Promise.all([changed.close(), fresh.close()]);
  }
  cache.close();
  const percent = (sum) => (100 * sum) / asked;
  const texts = modes.map((mode, at) => {
    return `${mode} ${percent(sums.changed[at]).toFixed(2)} (fresh ${percent(sums.fresh[at]).toFixed(2)})`;
  });
  const pass = modes.every((_, at) => percent(sums.fresh[at]) - percent(sums.changed[at]) <= 1);
  printResult(`${name} at ${BUDGET} tokens: ${texts.join(", ")}`, pass);
}

/** A text in pieces that end where a paragraph or at least a word does. */
function cut(text) {
  const pieces = [];
  for (let start = 0; start < text.length;) {
    let end = Math.min(text.length, start + PIECE);
    if (end < text.length) {
      const paragraph = text.lastIndexOf("\n\n", end);
      const sentence = text.lastIndexOf(". ", end) + 1;
      const word = text.lastIndexOf(" ", end);
      end = [paragraph, sentence, word].find((place) => place > start + PIECE / 2) ?? end;
    }
    pieces.push({ start, text: text.slice(start, end) });
    start = end;
  }
  return pieces.filter((piece) => piece.text.trim() !== "");
}

/** The figure of one question: how much of its evidence, or of its human answers, is in the context. */
async function figure(parts, collection, document, pieces, query, mode, name) {
  const { citations, text } = await collection.context(query.query, { mode, tokens: BUDGET, format: "plain" });
  if (name === "ROUGE-2") return parts.rougeFigures(text, query.references)[name];
  const codePoints = new parts.CodePoints(document.text);
  const ranges = [];
  for (const citation of citations) {
    const piece = pieces[Number(citation.document.id)];
    const { text: kept } = await collection.document(citation.document.id);
    const range = new parts.Alignment(kept, piece.text).toOriginal(citation.range);
    if (range) ranges.push(codePoints.range({ start: piece.start + range.start, end: piece.start + range.end }));
  }
  return parts.spanFigures(ranges, query.spans)[name];
}
