// Real files through the real core: how much of what is known to stand in them is in the documents' texts, in order, and whether
// marks and citations lead to the right page or anchor.
import assert from "node:assert/strict";
import { test } from "node:test";

import { Leafcutter } from "../../pkg/dist/index.js";
import { testFiles, wordsOf } from "../support/files.mjs";
import { quantizedModel } from "../support/model.mjs";

/** Words of a stretch that is looked for. */
const STRETCH = 5;
const LEAST_RECALL = 0.98;
/** Files whose sentences are asked for, and how many of each. */
const ASKED = ["two-columns.pdf", "paper.pdf", "report.pdf", "whale.epub", "speeches.html", "speeches.md"];
const QUESTIONS = 12;

const open = (options) => Leafcutter.open({ name: "files", model: quantizedModel(), storage: "memory", ...options });

test("the texts of real files", async (t) => {
  const files = testFiles();
  // One chunk a document: what is looked at is its text.
  const collection = await open({ chunking: { strategy: "whole" }, tree: { maxLevels: 0 } });
  t.after(() => collection.close());
  await collection.add(files.map(({ source }) => source));
  const kinds = new Map();
  for (const file of files) {
    const document = await collection.document(file.file);
    const own = measure(file, document);
    const kind = kinds.get(file.kind) ?? { files: 0, found: 0, total: 0, rows: 0, foundRows: 0, pieces: 0, led: 0 };
    kind.files += 1;
    for (const [name, count] of Object.entries(own)) kind[name] += count;
    kinds.set(file.kind, kind);
  }
  const of = (part, all) => (all === 0 ? 1 : part / all);
  for (const [kind, { files, found, total, rows, foundRows, pieces, led }] of kinds) {
    const [recall, rowRecall, right] = [of(found, total), of(foundRows, rows), of(led, pieces)];
    const shares = [
      ...(total > 0 ? [`${percent(recall)} of ${total} stretches`] : []),
      ...(rows > 0 ? [`${percent(rowRecall)} of ${rows} rows`] : []),
      ...(pieces > 0 ? [`${percent(right)} of ${pieces} passages led to`] : []),
    ];
    t.diagnostic(`figure: ${kind} (${files}): ${shares.join(", ")}`);
    assert.ok(recall >= LEAST_RECALL, `${kind}: text recall ${recall}`);
    assert.ok(rowRecall >= LEAST_RECALL, `${kind}: rows ${rowRecall}`);
    assert.ok(right >= LEAST_RECALL, `${kind}: anchors ${right}`);
  }
  assert.ok(files.length >= 30, `${files.length} files`);
});

test("citations lead to the right page or anchor", async (t) => {
  const collection = await open({ tree: { maxLevels: 0 } });
  t.after(() => collection.close());
  const files = testFiles(ASKED);
  await collection.add(files.map(({ source }) => source));
  let asked = 0;
  const begin = (text) => wordsOf(text).slice(0, 6).join(" ");
  const beginnings = files.flatMap(({ pieces }) => pieces.map(({ text }) => begin(text)));
  const isUnique = (text) => beginnings.filter((other) => other === begin(text)).length === 1;
  for (const { file, pieces } of files) {
    // Whole paragraphs, so that the sentence is not one that a page parts.
    const whole = pieces.filter(
      ({ text }) => isUnique(text) && /^\p{Lu}.*[.!?]["”]?$/u.test(text) && text.split(" ").length > 20,
    );
    const step = Math.max(1, Math.floor(whole.length / QUESTIONS));
    for (let index = 0; index < whole.length; index += step) {
      const { text, anchor } = whole[index];
      const question = text.split(" ").slice(0, 16).join(" ");
      const { citations } = await collection.answer(question, { sentences: 5 });
      const start = begin(text);
      const cited = citations.find(
        (each) => each.document.id === file && wordsOf(each.text).join(" ").startsWith(start),
      );
      // Short first sentences say little of what was asked.
      if (!cited) continue;
      assert.equal(cited.anchor, anchor, `${file}: ${question}`);
      asked += 1;
    }
  }
  assert.ok(asked >= 40, `${asked} questions`);
  t.diagnostic(`figure: ${asked} citations, all to the right page or anchor`);
});

/** What is known of a file against its document. */
function measure({ texts, pieces, rows }, document) {
  const words = wordsOf(document.text);
  const stretches = new Map();
  for (let at = 0; at + STRETCH <= words.length; at++) {
    const stretch = words.slice(at, at + STRETCH).join(" ");
    stretches.set(stretch, (stretches.get(stretch) ?? 0) + 1);
  }
  let [found, total] = [0, 0];
  for (const text of texts) {
    const known = wordsOf(text);
    for (let at = 0; at + STRETCH <= known.length; at++) {
      const stretch = known.slice(at, at + STRETCH).join(" ");
      const left = stretches.get(stretch) ?? 0;
      total += 1;
      found += left > 0 ? 1 : 0;
      // Each stretch of the document stands for one of the text.
      stretches.set(stretch, left - 1);
    }
  }
  const lines = new Set(document.text.split("\n").map((line) => wordsOf(line).join(" ")));
  const foundRows = rows.filter(({ cells }) => lines.has(wordsOf(cells.flat().join(" ")).join(" "))).length;
  const led = pieces.filter(({ text, anchor }) => anchorOf(document, text) === anchor).length;
  return { found, total, foundRows, rows: rows.length, led, pieces: pieces.length };
}

/** The mark or heading that is nearest before where `text` begins. */
function anchorOf({ text, headings, marks = [] }, piece) {
  // Some begin alike; of others the end of a line parts a word somewhere.
  const starts = [160, 40].map((length) =>
    text.replace(/\s/g, " ").indexOf(piece.replace(/\s+/g, " ").slice(0, length)),
  );
  const start = starts.find((at) => at >= 0) ?? -1;
  const before = [...headings.filter(({ anchor }) => anchor), ...marks].filter(({ range }) => range.start <= start);
  return start < 0 ? undefined : before.sort((a, b) => b.range.start - a.range.start)[0]?.anchor;
}

function percent(share) {
  return `${(100 * share).toFixed(2)} %`;
}
