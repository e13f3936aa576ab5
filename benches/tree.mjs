// How long does a tree take to grow, and a large collection to open and to answer, embeddings aside?
import { questions } from "../tests/support/book.mjs";
import { row } from "./support/rows.mjs";
import { quick, runs } from "./support/settings.mjs";
import { book } from "./support/texts.mjs";

/** Leaves of the small tree: as many as the reference implementation of RAPTOR was measured with. */
const SMALL = quick ? 40 : 280;
/** Copies of the book, for a collection of over 10,000 chunks. */
const COPIES = quick ? 1 : 3;
/** Each question is asked in as many forms, so that none is answered from what was asked before. */
const FORMS = [
  "",
  "Tell me: ",
  "In the story, ",
  "I wonder: ",
  "Please say: ",
  "In short: ",
  "At sea, ",
  "As told here, ",
];

export const benchmarks = { "tree-280": growSmall, "tree-book": growBook, "query-10000": ask };

async function growSmall(lab) {
  const side = await lab.enter("growth.mjs");
  const documents = await firstLeaves(side, book(), SMALL);
  return [await growing(side, "tree-280", documents, runs)];
}

async function growBook(lab) {
  const side = await lab.enter("growth.mjs");
  return [await growing(side, "tree-book", book(), Math.min(runs, 3))];
}

async function growing(side, name, documents, times) {
  // The first one embeds, and lets the engine compile.
  await side.ask("grow", documents);
  const grown = [];
  for (let time = 0; time < times; time++) grown.push(await side.ask("grow", documents));
  await side.close();
  return row({
    name,
    unit: "ms",
    leafcutter: quantile(
      grown.map(({ ms }) => ms),
      0.5,
    ),
    peer: null,
    runs: times,
    kernel: side.facts.kernel,
    note: `nodes: ${grown[0].levels.join(", ")}`,
  });
}

/** The beginning of the documents that has so many leaves. */
async function firstLeaves(side, documents, wanted) {
  const some = [];
  for (const document of documents) {
    const paragraphs = document.text.split("\n\n");
    for (let end = 1; end <= paragraphs.length; end++) {
      const cut = { ...document, text: paragraphs.slice(0, end).join("\n\n") };
      if (end < paragraphs.length && end % 8 !== 0) continue;
      const { levels } = await side.ask("grow", [...some, cut]);
      if (levels[0] >= wanted) return [...some, cut];
    }
    some.push(document);
  }
  return some;
}

async function ask(lab) {
  const side = await lab.enter("growth.mjs");
  const copies = Array.from({ length: COPIES }, (_, copy) =>
    book().map((document) => ({ ...document, id: `${copy}-${document.id}` })),
  );
  const { levels } = await side.ask("grow", copies.flat());
  const asked = FORMS.flatMap((form) => questions.map(({ text }) => form + text));
  const rows = [];
  for (const [name, what, options] of [
    ["query-10000", "search", { k: 8, mode: "auto" }],
    ["query-10000-context", "context", { tokens: 1000, mode: "auto" }],
  ]) {
    await side.ask("ask", asked.slice(0, 12), what, options);
    const times = await side.ask("ask", asked, what, options);
    rows.push(
      row({
        name,
        unit: "ms",
        leafcutter: quantile(times, 0.5),
        peer: null,
        runs: times.length,
        kernel: side.facts.kernel,
        more: { p99: quantile(times, 0.99) },
        note: `${levels[0]} chunks, 99th percentile ${quantile(times, 0.99).toFixed(1)} ms`,
      }),
    );
  }
  rows.push(await opening(side, asked));
  await side.close();
  return rows;
}

/** From the bytes of the whole collection to the first hits. */
async function opening(side, asked) {
  const opened = [];
  for (const question of asked.slice(0, runs)) opened.push(await side.ask("open", question, { k: 8, mode: "auto" }));
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
  const times = opened.map(({ ms }) => ms);
  return row({
    name: "open-10000",
    unit: "ms",
    leafcutter: quantile(times, 0.5),
    peer: null,
    runs: times.length,
    kernel: side.facts.kernel,
    note: `to the first hits: ${megabytes(opened[0].bytes)}, and ${megabytes(opened[0].derived)} of indexes`,
  });
}

function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.ceil(share * sorted.length) - 1];
}
