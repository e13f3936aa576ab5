// What a large kept collection takes of memory while it is open, its rows held in memory and read from its files.
//   node scripts/figures/grow.mjs [CHUNKS]
//
// The collection is of sentences of Moby-Dick in random order with made-up embeddings, without summaries, since memory does not
// depend on what they say. It is built by one process and opened by others, so that each begins with nothing; the memory of a
// module is what it has ever taken, since it gives none back.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { Leafcutter } from "../../pkg/dist/index.js";
import { hashOf } from "../../tests/support/hash.mjs";
import { quantizedModel } from "../../tests/support/model.mjs";
import { uniform } from "../../tests/support/random.mjs";
import { printResult } from "./result.mjs";

/** Sentences of a document, about twenty chunks. */
const SENTENCES = 110;
const DIMENSIONS = 384;
const QUESTIONS = 60;
/** Of the memory that it takes to hold all. */
const MOST = 0.5;

const self = fileURLToPath(import.meta.url);
const [what = "100000", ...rest] = process.argv.slice(2);
const random = uniform(7);

/** For each text a random vector of length 1, the same for the same text. */
function vectors(texts) {
  const all = new Float32Array(texts.length * DIMENSIONS);
  texts.forEach((text, index) => {
    let state = 0x811c9dc5;
    for (let at = 0; at < text.length; at++) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
    const values = all.subarray(index * DIMENSIONS, (index + 1) * DIMENSIONS);
    let square = 0;
    for (let at = 0; at < DIMENSIONS; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      values[at] = state / 2 ** 31 - 1;
      square += values[at] * values[at];
    }
    const length = Math.sqrt(square);
    for (let at = 0; at < DIMENSIONS; at++) values[at] /= length;
  });
  return all;
}

const embeddingCache = {
  get: (texts, model) =>
    texts.map((text) => {
      const leaf = model.endsWith("with sentences");
      return vectors([text, ...(leaf ? text.match(/[^.]+\./g) : [])]);
    }),
  set() {},
};

/** Plain sentences, so that everybody agrees on where they end. */
function sentences() {
  const book = JSON.parse(readFileSync("www/samples/moby-dick.json", "utf8"));
  const all = book.flatMap(({ markdown, text }) => (markdown ?? text).match(/[A-Z][a-z, \n]{30,160}\./g) ?? []);
  return [...new Set(all.map((sentence) => sentence.replace(/\s+/g, " ")))];
}

const open = (directory, options) =>
  Leafcutter.open({
    name: "grow",
    model: quantizedModel(),
    worker: false,
    workers: 0,
    storage: { directory },
    tree: { maxLevels: 0 },
    embeddingCache,
    ...options,
  });

/** The memories of modules, in bytes. */
const memories = [];
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  memories.push((made.instance ?? made).exports.memory);
  return made;
};
const taken = () => memories.reduce((sum, memory) => sum + memory.buffer.byteLength, 0);

async function build(directory, chunks) {
  const all = sentences();
  const collection = await open(directory);
  const document = (id) => {
    const text = Array.from({ length: SENTENCES }, () => all[Math.floor(random() * all.length)]).join(" ");
    return { id: String(id), text };
  };
  const documents = Array.from({ length: Math.ceil(chunks / 20) }, (_, id) => document(id));
  const start = performance.now();
  await collection.add(documents);
  const { chunks: made, sentences: _, storage } = await collection.stats();
  const seconds = (performance.now() - start) / 1000;
  await collection.close();
  return { chunks: made, bytes: storage.bytes, memory: taken(), seconds };
}

async function ask(directory, maxHeldBytes) {
  const empty = await open(join(directory, "empty"));
  await empty.close();
  const before = taken();
  memories.length = 0;
  const start = performance.now();
  const collection = await open(directory, { maxHeldBytes });
  const opening = performance.now() - start;
  const opened = taken();
  const all = sentences();
  const [searches, contexts, answers] = [[], [], []];
  for (let question = 0; question < QUESTIONS; question++) {
    const text = all[Math.floor(random() * all.length)];
    await collection.embed([text], { role: "query" });
    let begin = performance.now();
    const { hits } = await collection.search(text, { k: 10 });
    searches.push(performance.now() - begin);
    begin = performance.now();
    const context = await collection.context(text, { tokens: 1000 });
    contexts.push(performance.now() - begin);
    answers.push(JSON.stringify([hits, context]));
  }
  const asked = taken();
  await collection.close();
  return {
    before,
    opening,
    opened,
    asked,
    search: median(searches),
    context: median(contexts),
    answers: hashOf(new TextEncoder().encode(answers.join())),
  };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

function run(...command) {
  const child = spawnSync(process.execPath, [self, ...command], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.status !== 0) throw new Error(`${command[0]} ended with ${child.status}`);
  return JSON.parse(child.stdout.trim().split("\n").at(-1));
}

if (what === "build") console.log(JSON.stringify(await build(rest[0], Number(rest[1]))));
else if (what === "ask") console.log(JSON.stringify(await ask(rest[0], Number(rest[1]))));
else {
  const folder = join("target/grow", what);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  rmSync(folder, { recursive: true });
  const built = run("build", folder, what);
  const megabytes = (bytes) => Math.round(bytes / 1e6);
  console.log(
    `${built.chunks} chunks in ${megabytes(built.bytes)} MB of files, built in ${built.seconds.toFixed(0)} s with ${megabytes(built.memory)} MB`,
  );
  const held = run("ask", folder, String(2 ** 40));
  const kept = run("ask", folder, String(2 ** 20));
  const tell = (name, { opening, opened, asked, search, context }) =>
    console.log(
      `${name}: opened in ${opening.toFixed(0)} ms with ${megabytes(opened)} MB, ${megabytes(asked)} MB after questions; ` +
        `p50 of a search ${search.toFixed(1)} ms, of a context ${context.toFixed(1)} ms`,
    );
  tell("rows in memory", held);
  tell("rows in files", kept);
  const same = held.answers === kept.answers;
  const share = kept.asked / held.asked;
  rmSync(folder, { recursive: true });
  printResult(
    `${built.chunks} chunks: ${megabytes(kept.asked)} MB of memory instead of ${megabytes(held.asked)}; ` +
      `a search ${kept.search.toFixed(1)} ms instead of ${held.search.toFixed(1)}; ${same ? "the same" : "OTHER"} answers`,
    same && share <= MOST,
  );
}
