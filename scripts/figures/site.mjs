// Builds sites, asks them over HTTP, and holds sizes and what is transferred against their bars.
//   node scripts/figures/site.mjs first|size|compact|meaning|large
//
// What is counted are the bytes of bodies as a server sends them: code compressed with brotli, the index as it is, since its
// files are compressed already.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join, resolve } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

import { openSite } from "../../pkg/dist/site/index.js";
import { Leafcutter } from "../../pkg/dist/index.js";
import { quantizedModel, shared } from "../../tests/support/model.mjs";
import { questions as bookQuestions } from "../../tests/support/book.mjs";
import { writePages } from "../site/pages.mjs";
import { printResult } from "./result.mjs";

const OUT = "target/site";
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

const set = (name) => {
  const path = shared(`eval/${name}`);
  if (path === undefined)
    throw new Error(`there is no set ${name}: put it into ../shared/eval, or set LEAFCUTTER_SHARED`);
  return path;
};
const lines = (path) =>
  readFileSync(path, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Builds a site into a folder of target/site, and answers with the command's report. */
function build(source, name, ...options) {
  const out = join(OUT, name);
  const command = ["pkg/bin/leafcutter", "build", source, "--site", "--out", out, "--json", ...options];
  const run = spawnSync(process.execPath, command, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  if (run.status !== 0) throw new Error(`leafcutter build ended with ${run.status}`);
  return JSON.parse(run.stdout.trim().split("\n").at(-1));
}

/** Serves a folder and counts what goes out. */
async function serve(folder) {
  const counter = { bytes: 0, requests: 0, byKind: {} };
  const server = createServer((request, response) => {
    const path = join(folder, decodeURIComponent(new URL(request.url, "http://x").pathname));
    if (!existsSync(path)) return response.writeHead(404).end();
    const body = readFileSync(path);
    counter.bytes += body.length;
    counter.requests++;
    response.writeHead(200, { "content-type": "application/octet-stream", "content-length": body.length }).end(body);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}/`, counter, close: () => server.close() };
}

/** What the first answer loads of code. */
function codeBytes() {
  return ["index.js", "site.wasm"].map((name) => brotliCompressSync(readFileSync(`pkg/dist/site/${name}`)).length);
}

/** Asks each question of a site opened afresh, so that each pays for all it loads. */
async function askEach(folder, questions, ask) {
  const { url, counter, close } = await serve(folder);
  const results = [];
  for (const question of questions) {
    counter.bytes = counter.requests = 0;
    const site = await openSite(url, { model: "never" });
    const answer = await ask(site, question);
    results.push({ question, answer, bytes: counter.bytes, requests: counter.requests });
    await site.close();
  }
  close();
  return results;
}

/** Asks by meaning with embeddings in hand, as `Site` does with those of its model. */
async function withVectors(questions, task) {
  const collection = await Leafcutter.open({ name: "questions", model: quantizedModel(), workers: 0 });
  const vectors = await collection.embed(questions, { role: "query" });
  await collection.close();
  return task(new Map(questions.map((question, index) => [question, vectors[index]])));
}

const byMeaning = (vectors, options) => (site, question) =>
  site.searchByVector(question, vectors.get(question), options);

function bookQueries() {
  const qrels = new Map();
  for (const line of readFileSync(join(set("rust-book-quiz"), "qrels/test.tsv"), "utf8")
    .trim()
    .split("\n")
    .slice(1)) {
    const [query, document, score] = line.split("\t");
    if (!qrels.has(query)) qrels.set(query, new Map());
    qrels.get(query).set(document, Number(score));
  }
  return lines(join(set("rust-book-quiz"), "queries.jsonl"))
    .filter(({ _id }) => qrels.has(_id))
    .map(({ _id, text }) => ({ text, relevant: qrels.get(_id) }));
}

function ndcg(pages, relevant) {
  const gain = (score, rank) => score / Math.log2(rank + 2);
  const ideal = [...relevant.values()].sort((a, b) => b - a).slice(0, 10);
  const got = pages.slice(0, 10).map(({ id }, rank) => gain(relevant.get(id.replace(/\.md$/, "")) ?? 0, rank));
  const sum = (values) => values.reduce((sum, value) => sum + value, 0);
  return sum(got) / sum(ideal.map(gain));
}

const book = () => join(set("rust-book-quiz"), "site");

function gzippedText() {
  const files = readdirSync(book()).sort();
  return gzipSync(Buffer.concat(files.map((file) => readFileSync(join(book(), file)))), { level: 9 }).length;
}

const FIGURES = {
  /** Keywords on the site of 118 pages: what the first answer transfers, to whole questions and to the titles of their sections. */
  async first() {
    const { out } = build(book(), "book");
    const code = codeBytes();
    console.log(`  code ${code.map(kilobytes).join(" + ")}`);
    const queries = lines(join(set("rust-book-quiz"), "queries.jsonl"));
    const figures = [];
    let pass = true;
    for (const field of ["section", "text"]) {
      const asked = [...new Set(queries.map((query) => query[field]))];
      const results = await askEach(out, asked, (site, text) => site.search(text, { k: 8 }));
      const totals = results.map(({ bytes }) => bytes + code[0] + code[1]);
      const words = mean(asked.map((text) => text.split(/\s+/).length));
      const within = totals.filter((bytes) => bytes <= 100_000).length;
      figures.push(
        `${asked.length} questions of ${words.toFixed(0)} words: mean ${kilobytes(mean(totals))}, ` +
          `most ${kilobytes(Math.max(...totals))}, ${within} within 100 kB`,
      );
      pass &&= within === totals.length;
    }
    return [figures.join("; "), pass];
  },

  /** The whole index beside the gzipped text. */
  async size() {
    const text = gzippedText();
    const sizes = ["int8", "compact"].map(
      (vectors) => build(book(), `book-${vectors}`, "--vectors", vectors).bytes / text,
    );
    return [
      `${sizes[0].toFixed(2)} and ${sizes[1].toFixed(2)} times the ${kilobytes(text)} of gzipped text`,
      sizes[0] <= 6 && sizes[1] <= 3,
    ];
  },

  /** What compact embeddings lose. */
  async compact() {
    const queries = bookQueries();
    const scores = await withVectors(
      queries.map(({ text }) => text),
      async (vectors) => {
        const scores = [];
        for (const form of ["int8", "compact"]) {
          const { out } = build(book(), `book-${form}`, "--vectors", form);
          for (const hybrid of [undefined, { alpha: 1 }]) {
            const ask = byMeaning(vectors, { k: 10, ...(hybrid && { hybrid }) });
            const results = await askEach(
              out,
              queries.map(({ text }) => text),
              ask,
            );
            scores.push(100 * mean(results.map(({ answer }, index) => ndcg(answer.pages, queries[index].relevant))));
          }
        }
        return scores;
      },
    );
    const [int8, int8Alone, compact, compactAlone] = scores.map((score) => score.toFixed(2));
    return [
      `nDCG@10 ${int8} with int8, ${compact} compact (by vectors alone ${int8Alone}, ${compactAlone})`,
      scores[0] - scores[2] <= 1,
    ];
  },

  /** What the first answer by meaning transfers on top of that by keywords. */
  async meaning() {
    const { out } = build(book(), "book");
    const queries = bookQueries().map(({ text }) => text);
    const more = await withVectors(queries, async (vectors) => {
      const { url, counter, close } = await serve(out);
      const more = [];
      for (const text of queries) {
        const site = await openSite(url, { model: "never" });
        await site.search(text, { k: 8 });
        counter.bytes = 0;
        await site.searchByVector(text, vectors.get(text), { k: 8 });
        more.push(counter.bytes);
        await site.close();
      }
      close();
      return more;
    });
    const most = Math.max(...more);
    return [`mean ${kilobytes(mean(more))}, most ${kilobytes(most)}`, most <= 250_000];
  },

  /** A site of 10,000 pages. */
  async large() {
    const folder = join(OUT, "pages");
    if (!existsSync(folder)) {
      mkdirSync(folder, { recursive: true });
      writePages(folder);
    }
    const report = build(folder, "large");
    const asked = lines(join(set("chunking-eval"), "questions.jsonl")).filter((line) =>
      line.doc_id.includes("state_of"),
    );
    const queries = [...bookQuestions.map(({ text }) => text), ...asked.map(({ query }) => query)];
    const exact = await fullScan(folder, queries);
    const { results, fused } = await withVectors(queries, async (vectors) => ({
      results: await askEach(report.out, queries, byMeaning(vectors, { k: 10, hybrid: { alpha: 1 } })),
      fused: await askEach(report.out, queries, byMeaning(vectors, { k: 10 })),
    }));
    const recalls = results.map(({ answer, question }) => {
      const ids = new Set(answer.pages.map(({ id }) => id));
      return exact.get(question).filter((id) => ids.has(id)).length / 10;
    });
    const bytes = [...results, ...fused].map((result) => result.bytes);
    const requests = mean(fused.map((result) => result.requests));
    console.log(
      `  ${report.counts.documents} pages, ${report.counts.chunks} chunks, ${report.files} files, ${(report.bytes / 1e6).toFixed(1)} MB`,
    );
    return [
      `recall@10 ${mean(recalls).toFixed(3)}; a query transfers mean ${kilobytes(mean(bytes))}, most ` +
        `${kilobytes(Math.max(...bytes))} in ${requests.toFixed(0)} requests; built in ${(report.milliseconds / 1000).toFixed(0)} s ` +
        `(${report.embedded} embeddings computed) with ${(report.peakMemory / 1e6).toFixed(0)} MB`,
      mean(recalls) >= 0.9 && Math.max(...bytes) <= 300_000 && report.peakMemory <= 1e9,
    ];
  },
};

/** The ten nearest pages to each question, by the nearest of their chunks. */
async function fullScan(folder, queries) {
  const index = join(OUT, "large-index");
  const run = spawnSync(process.execPath, ["pkg/bin/leafcutter", "build", folder, "--out", index, "--levels", "0"]);
  if (run.status !== 0) throw new Error(`leafcutter build ended with ${run.status}`);
  const bytes = readFileSync(join(index, "index.leafcutter"));
  const options = { name: "pages", model: quantizedModel(), workers: 0, tree: { maxLevels: 0 } };
  const collection = await Leafcutter.import(bytes, options);
  const exact = new Map();
  for (const query of queries) {
    const { hits } = await collection.search(query, { k: 40, mode: "leaves", hybrid: { alpha: 1 } });
    exact.set(query, [...new Set(hits.map(({ document }) => document.id))].slice(0, 10));
  }
  await collection.close();
  return exact;
}

const figure = FIGURES[process.argv[2]];
if (figure === undefined) {
  console.error(`error: name a figure: node scripts/figures/site.mjs ${Object.keys(FIGURES).join("|")}`);
  process.exit(1);
}
printResult(...(await figure()));
process.exit(0);
