// What kind questions are taken for, and whether what is found then is at least what the best single mode finds.

import assert from "node:assert/strict";
import test from "node:test";

import { Leafcutter } from "../../pkg/dist/index.js";
import { quantizedModel } from "../support/model.mjs";
import { kindDocuments, kindQuestions, tuningQuestions } from "../support/question-kinds.mjs";

/** The whole documents take minutes to embed; of their beginnings it can be told which kind a question is of. */
const LONG = process.env.LEAFCUTTER_LONG === "1";
const BEGINNING = 2000;
const MODES = ["leaves", "collapsed", "traverse"];
const KINDS = ["fact", "overview", "comparison", "table"];
/** As many hits as a search gives where it is not said. */
const HITS = 8;

const documents = kindDocuments();
const skip = documents === undefined && "the samples are missing; run make setup";

/** The share of the documents that answer among those that were found. */
function recall(sources, { hits }) {
  const found = new Set(hits.flatMap(({ sources }) => sources.map(({ document }) => document)));
  return sources.filter((source) => found.has(source)).length / sources.length;
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("questions of four kinds", { skip }, async (t) => {
  const collection = await Leafcutter.open({ name: "kinds", model: quantizedModel() });
  t.after(() => collection.close());
  const begin = (document) => (document.text ? { ...document, text: document.text.slice(0, BEGINNING) } : document);
  await collection.add(LONG ? documents : documents.map(begin));
  const questions = kindQuestions();

  await t.test("are told apart", async () => {
    const wrong = [];
    for (const { kind, question } of questions) {
      const { trace } = await collection.search(question);
      if (trace.route.chosen !== kind) wrong.push(`${kind}, not ${trace.route.chosen}: ${question}`);
    }
    const share = 1 - wrong.length / questions.length;
    t.diagnostic(`figure: ${(100 * share).toFixed(1)} % of ${questions.length} questions routed right`);
    assert(share >= 0.9, wrong.join("\n"));
  });

  await t.test("none is also one that the router was made with", () => {
    const tuned = new Set(tuningQuestions().map(({ question }) => question));
    assert(questions.every(({ question }) => !tuned.has(question)));
    const counts = KINDS.map((kind) => questions.filter((question) => question.kind === kind).length);
    assert.deepEqual(counts, [40, 40, 20, 20]);
  });

  await t.test(
    "auto finds at least what the best mode finds",
    { skip: !LONG && "LEAFCUTTER_LONG=1 runs it" },
    async () => {
      for (const kind of KINDS) {
        const own = questions.filter((question) => question.kind === kind);
        const of = async (mode) => {
          const recalls = [];
          for (const { question, sources } of own) {
            recalls.push(recall(sources, await collection.search(question, { k: HITS, mode })));
          }
          return 100 * mean(recalls);
        };
        const auto = await of("auto");
        const single = [];
        for (const mode of MODES) single.push([mode, await of(mode)]);
        const others = single.map(([mode, value]) => `${mode} ${value.toFixed(1)}`).join(", ");
        t.diagnostic(`figure: ${kind}: recall ${auto.toFixed(1)}, ${others}`);
        assert(auto >= Math.max(...single.map(([, value]) => value)) - 1e-9, kind);
      }
    },
  );

  await t.test("a caller can say which kind it is", async () => {
    const question = "Who is Captain Ahab?";
    for (const route of KINDS) {
      const { trace } = await collection.search(question, { route });
      assert.deepEqual([trace.route.chosen, trace.route.reason], [route, "asked for"]);
      assert.equal((await collection.context(question, { route })).trace.route.chosen, route);
    }
    await assert.rejects(collection.search(question, { route: "fact", mode: "leaves" }), { code: "invalid-option" });
    await assert.rejects(collection.search(question, { route: "rumor" }), { code: "invalid-option" });
  });

  await t.test("a comparison is asked of both sides, in a search and in a context", async () => {
    const question = "Compare Captain Ahab with Father Mapple.";
    const { trace, hits } = await collection.search(question);
    assert.deepEqual(trace.route.parts, ["Captain Ahab", "Father Mapple"]);
    assert(hits.length > 1 && hits.every(({ score }, index) => index === 0 || score <= hits[index - 1].score));
    const { citations } = await collection.context(question, { tokens: 600 });
    const text = citations.map((citation) => citation.text).join(" ");
    assert(/Ahab/.test(text) && /Mapple/.test(text));
  });

  await t.test("other modes have no kind", async () => {
    assert.equal((await collection.search("Who is Ahab?", { mode: "leaves" })).trace.route, undefined);
  });
});
