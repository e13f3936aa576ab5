// A real language model in Chromium: wllama with a small GGUF writes the summaries of a tree and an answer, and is cancelled.

import assert from "node:assert/strict";
import test from "node:test";

import { LANGUAGE_MODEL, languageModelsFolder, skipWithoutLanguageModel } from "../support/language-model.mjs";
import { QUANTIZED } from "../support/model.mjs";
import { story } from "../support/story.mjs";
import { launch, modelsFolder, openPage, root, serve } from "./harness.mjs";

const LONG = Boolean(process.env.LEAFCUTTER_LONG);

const SETTINGS = {
  document: story(),
  model: `/models/${QUANTIZED}`,
  languageModel: `/language-models/${LANGUAGE_MODEL}`,
  maxTokens: LONG ? 60 : 20,
  chunking: { tokens: LONG ? 24 : 40 },
  tree: { summaryTokens: LONG ? 50 : 28 },
};

test(
  "wllama writes a tree and a checked answer, and cancelling leaves the collection whole",
  { skip: skipWithoutLanguageModel },
  async (t) => {
    const mounts = { "/": root, "/models/": modelsFolder, "/language-models/": `${languageModelsFolder}/` };
    const site = await serve({ mounts });
    t.after(() => site.close());
    const browser = await launch();
    t.after(() => browser.close());
    const { page, requests } = await openPage(browser, new URL("tests/browser/blank.html", site.url).href);
    const result = await page.evaluate(run, SETTINGS);
    const { tree, summaries, text, claims, cancelled, after, seconds } = result;

    assert.deepEqual([tree.levels[0] >= 6, tree.levels.length >= 2], [true, true], `levels ${tree.levels}`);
    for (const { text, level, parents, children } of tree.nodes) {
      assert(text.trim().length > 0 && (level === 0 || children.length > 0));
      for (const parent of parents) assert(tree.nodes[parent].children.length > 0);
    }
    // Written by the model: not all of it stands in the story.
    assert(
      summaries.some(({ sentences }) => sentences.some(({ source }) => source === undefined)),
      "no summary is abstractive",
    );

    assert(text.trim().length > 0 && claims.length > 0);
    for (const { verdict, support, range, source } of claims) {
      assert(["supported", "unsupported", "refusal"].includes(verdict) && support >= 0 && support <= 1);
      assert.equal(verdict === "supported", source !== undefined);
      assert(range.end <= text.length);
    }

    assert.deepEqual(cancelled, { code: "cancelled", documents: 1 });
    assert.deepEqual(after.levels, tree.levels);
    assert.deepEqual([after.hit, after.answered], ["story", true]);
    assert.deepEqual(
      requests.filter((url) => !url.startsWith(site.url) && !url.startsWith("blob:")),
      [],
    );
    const counts = claims.filter(({ verdict }) => verdict === "supported").length;
    assert(counts > 0, JSON.stringify(claims));
    t.diagnostic(
      `figure: wllama, one thread: levels ${tree.levels.join(" / ")} in ${seconds.tree} s, an answer of ` +
        `${claims.length} claims, ${counts} supported, in ${seconds.answer} s; cancelled, the collection is whole`,
    );
    for (const { text } of summaries) t.diagnostic(`summary: ${text}`);
    for (const { verdict, support, text } of claims) t.diagnostic(`claim, ${verdict} (${support.toFixed(2)}): ${text}`);
  },
);

/** In the page. */
async function run({ document, model, languageModel, maxTokens, chunking, tree }) {
  const { Wllama } = await import("/node_modules/@wllama/wllama/esm/index.js");
  const { Leafcutter } = await import("/pkg/dist/index.js");
  const { summarizeWith, wllama } = await import("/pkg/dist/generators/index.js");
  const quiet = { debug() {}, log() {}, warn() {}, error() {} };
  const instance = new Wllama({ default: "/node_modules/@wllama/wllama/esm/wasm/wllama.wasm" }, { logger: quiet });
  await instance.loadModel([await (await fetch(languageModel)).blob()], {
    n_ctx: 1024,
    n_threads: 1,
    n_gpu_layers: 0,
    seed: 1,
  });
  const generator = wllama(instance, { maxTokens, stop: "\n\n" });
  const summarizer = summarizeWith(generator);
  const started = performance.now();
  const lc = await Leafcutter.open({ name: "story", model, storage: "memory", summarizer, chunking, tree });
  await lc.add([document]);
  const built = await lc.tree();
  const summaries = built.nodes.filter(({ level }) => level > 0);
  const treeEnd = performance.now();

  const answer = await lc.answer("Where do the bees live?", { generator, tokens: 100 });
  const claims = [];
  for await (const claim of answer.claims()) claims.push(claim);
  const answerEnd = performance.now();

  // In the middle of a summary.
  const controller = new AbortController();
  const onProgress = ({ stage }) => stage === "summarize" && setTimeout(() => controller.abort(), 300);
  const more = { ...document, id: "again", text: document.text.replaceAll("Jon", "Per") };
  const adding = lc.add([more], { signal: controller.signal, onProgress });
  const code = await adding.then(() => "committed").catch((error) => error.code);
  const { documents, levels } = await lc.stats();
  const { hits } = await lc.search("bees at the lighthouse");
  const { citations } = await lc.answer("Who kept bees?");
  await lc.close();
  const result = {
    tree: built,
    summaries,
    text: await answer.text(),
    claims,
    cancelled: { code, documents },
    after: { levels, hit: hits[0].document.id, answered: citations.length > 0 },
    seconds: { tree: Math.round((treeEnd - started) / 1000), answer: Math.round((answerEnd - treeEnd) / 1000) },
  };
  await instance.exit();
  return result;
}
