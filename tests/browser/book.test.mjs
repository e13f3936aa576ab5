import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { awkwardText, questions } from "../support/book.mjs";
import { blankPage, root } from "./harness.mjs";

// The whole book takes minutes; `make verify ISSUE=spine` sets this, `make test` reads the first chapters only.
const whole = process.env.LEAFCUTTER_LONG === "1";
const CHAPTERS = whole ? Infinity : 18;

test(
  `${whole ? "all" : "the first chapters"} of Moby-Dick, from text to answers`,
  { timeout: 3_600_000 },
  async (t) => {
    const book = JSON.parse(readFileSync(`${root}/www/samples/moby-dick.json`, "utf8")).slice(0, CHAPTERS);
    const { page } = await blankPage(t);

    const built = await page.evaluate(
      async ({ documents, awkward }) => {
        const { Leafcutter } = await import("/pkg/dist/index.js");
        const lc = await Leafcutter.open({ name: "book", model: "/models/all-MiniLM-L6-v2.int8.safetensors" });
        globalThis.lc = lc;
        const start = performance.now();
        await lc.add([...documents, { id: "awkward", title: "Awkward", markdown: awkward }]);
        const seconds = (performance.now() - start) / 1000;
        return { stats: await lc.stats(), tree: await lc.tree(), seconds };
      },
      { documents: book, awkward: awkwardText },
    );
    t.diagnostic(`figure: levels ${built.tree.levels.join(" / ")} in ${Math.round(built.seconds)} s`);

    await t.test("the tree has levels, and its links agree both ways", (t) => {
      const { levels, nodes } = built.tree;
      assert.ok(levels.length - 1 >= (whole ? 3 : 2), `levels ${levels}`);
      nodes.forEach((node, index) => {
        assert.equal(node.id, index);
        assert.ok(node.level > 0 || node.children.length === 0);
        assert.ok(node.level === 0 || node.children.length > 0, `summary ${index} has no children`);
        for (const child of node.children) {
          assert.ok(nodes[child].parents.includes(index));
          assert.equal(nodes[child].level, node.level - 1);
        }
        for (const parent of node.parents) assert.ok(nodes[parent].children.includes(index));
      });
      const links = nodes.reduce((sum, node) => sum + node.children.length, 0);
      t.diagnostic(`figure: ${links} links agree both ways`);
    });

    await t.test("every range is its text, and every summary sentence stands at its source", async (t) => {
      const { wrong, sentences } = await page.evaluate(async () => {
        const { nodes } = await globalThis.lc.tree();
        const texts = new Map();
        for (const { id } of await globalThis.lc.documents()) texts.set(id, (await globalThis.lc.document(id)).text);
        const wrong = [];
        let sentences = 0;
        for (const node of nodes) {
          const parts =
            node.level === 0
              ? [{ text: node.text, source: { document: node.documents[0], range: node.range } }]
              : node.sentences;
          if (node.level > 0) sentences += parts.length;
          for (const { text, source } of parts) {
            if (texts.get(source.document).slice(source.range.start, source.range.end) !== text) wrong.push(text);
          }
        }
        for (const text of texts.values()) if (!text.isWellFormed()) wrong.push("not well-formed");
        return { wrong, sentences };
      });
      assert.deepEqual(wrong, []);
      t.diagnostic(`figure: ${built.stats.chunks} ranges and ${sentences} summary sentences stand at their sources`);
    });

    await t.test("lone surrogates become U+FFFD in the canonical text", async () => {
      const text = await page.evaluate(async () => (await globalThis.lc.document("awkward")).text);
      assert.match(text, /high surrogate \uFFFD here, and a lone low one \uFFFD there/);
      assert.match(text, /\u{1F468}\u200D\u{1F469}\u200D\u{1F467}/u);
    });

    await t.test("questions find their chapters among the first five hits", async () => {
      const byId = new Map(book.map((chapter) => [chapter.id, String(chapter.metadata.chapter)]));
      const present = new Set(byId.values());
      const asked = questions.filter(({ chapters }) => chapters.some((chapter) => present.has(chapter)));
      const missed = [];
      for (const { text, chapters } of asked) {
        const hits = await page.evaluate(async (text) => (await globalThis.lc.search(text, { k: 5 })).hits, text);
        const found = hits.map((hit) => byId.get(hit.document.id));
        if (!found.some((chapter) => chapters.includes(chapter))) missed.push(`${text} (found ${found})`);
        for (const hit of hits) if (hit.range) assert.equal(hit.text.length, hit.range.end - hit.range.start);
      }
      t.diagnostic(`figure: ${asked.length - missed.length} of ${asked.length} questions found their chapter`);
      for (const line of missed) t.diagnostic(`missed: ${line}`);
      assert.ok(missed.length <= asked.length * 0.2, missed.join("\n"));
    });

    await t.test("a context keeps its budget and cites its sources", async () => {
      const context = await page.evaluate(async () => globalThis.lc.context("Who is Queequeg?", { tokens: 400 }));
      assert.ok(context.tokens <= 400 && context.tokens > 200, `${context.tokens} tokens`);
      assert.ok(context.citations.length > 0);
      for (const { number } of context.citations) assert.ok(context.text.includes(`<source id="${number}"`));
    });
  },
);
