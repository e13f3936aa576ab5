import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { blankPage, root } from "./harness.mjs";

/** A blank page with `open(name, options)` in it, and a record of its requests. */
async function collectionPage(t) {
  const { page, requests, site } = await blankPage(t);
  await page.evaluate(async () => {
    const { Leafcutter } = await import("/pkg/dist/index.js");
    globalThis.Leafcutter = Leafcutter;
    globalThis.open = (name, options) =>
      Leafcutter.open({ name, model: "/models/all-MiniLM-L6-v2.int8.safetensors", ...options });
  });
  return { page, requests, site };
}

// `make verify ISSUE=spine` sets the variable; `make test` does with a tenth.
const LONG_WORD = process.env.LEAFCUTTER_LONG === "1" ? 5_000_000 : 500_000;

const chapters = (count) => JSON.parse(readFileSync(`${root}/www/samples/moby-dick.json`, "utf8")).slice(3, 3 + count);

test(
  "two builds of the same input give the same bytes, and an import gives them back",
  { timeout: 600_000 },
  async (t) => {
    const { page } = await collectionPage(t);
    const result = await page.evaluate(async (documents) => {
      const exported = [];
      for (const name of ["one", "two"]) {
        const lc = await globalThis.open(name);
        await lc.add(documents);
        exported.push(await lc.export());
        await lc.close();
      }
      const copy = await globalThis.Leafcutter.import(exported[0], {
        name: "copy",
        model: "/models/all-MiniLM-L6-v2.int8.safetensors",
      });
      const again = await copy.export();
      const { hits } = await copy.search("Who is Bulkington?", { k: 3 });
      const same = (a, b) => a.length === b.length && a.every((byte, index) => byte === b[index]);
      return { size: exported[0].length, same: same(...exported), copied: same(exported[0], again), hits: hits.length };
    }, chapters(2));
    assert.ok(result.size > 10_000);
    assert.ok(result.same, "the two builds differ");
    assert.ok(result.copied, "the import differs");
    assert.equal(result.hits, 3);
    t.diagnostic(`figure: the same ${result.size} bytes`);
  },
);

test("cancelling an ingest rejects at once and leaves the old state readable", { timeout: 600_000 }, async (t) => {
  const { page } = await collectionPage(t);
  const result = await page.evaluate(async (documents) => {
    const lc = await globalThis.open("cancelled");
    await lc.add([{ id: "before", text: "The old state says that ants carry leaves." }]);
    const controller = new AbortController();
    const seen = [];
    const adding = lc.add(documents, { signal: controller.signal, onProgress: (progress) => seen.push(progress) });
    while (!seen.some(({ stage, done }) => stage === "embed" && done > 0))
      await new Promise((go) => setTimeout(go, 20));
    const aborted = performance.now();
    controller.abort();
    const error = await adding.catch((error) => ({ name: error.name, code: error.code }));
    const rejected = performance.now() - aborted;
    const { hits } = await lc.search("what do ants carry?");
    const readable = performance.now() - aborted;
    const { documents: count } = await lc.stats();
    await lc.add([{ id: "after", text: "The new state says that bees carry pollen." }]);
    const accepted = performance.now() - aborted;
    return { error, times: { rejected, readable, accepted }, count, first: hits[0].document.id };
  }, chapters(12));
  const { rejected, readable, accepted } = result.times;
  const milliseconds = (time) => `${Math.ceil(time)} ms`;
  t.diagnostic(
    `figure: rejected after ${milliseconds(rejected)}, old state read after ${milliseconds(readable)}, ` +
      `next change done after ${milliseconds(accepted)}`,
  );
  assert.deepEqual(result.error, { name: "AbortError", code: "cancelled" });
  assert.ok(rejected < 200 && readable < 200, "a call took too long");
  assert.equal(result.count, 1);
  assert.equal(result.first, "before");
});

test("load, ingest and questions request nothing from another origin", { timeout: 300_000 }, async (t) => {
  const { page, requests, site } = await collectionPage(t);
  await page.evaluate(async () => {
    const lc = await globalThis.open("requests");
    await lc.add([
      { id: "a", markdown: "# Links\n\n![image](https://example.com/a.png) and [a link](https://example.com/)" },
      {
        id: "b",
        html: '<p>Text</p><img src="https://example.com/b.png"><script src="https://example.com/c.js"></script>',
      },
    ]);
    await lc.search("links");
    await lc.context("links", { tokens: 100 });
    await lc.answer("links");
    await lc.close();
  });
  assert.ok(requests.length > 5, "the requests were recorded");
  assert.deepEqual(
    requests.filter((url) => !url.startsWith(new URL(site.url).origin) && !url.startsWith("blob:")),
    [],
  );
  t.diagnostic(`figure: ${requests.length} requests, 0 to another origin`);
});

test(
  "awkward input ends in a result or a typed error, and changes nothing on error",
  { timeout: 900_000 },
  async (t) => {
    const { page } = await collectionPage(t);
    const report = await page.evaluate(async (long) => {
      const inputs = {
        empty: "",
        whitespace: " \n\t ",
        "one word": "leaf",
        "two chunks": "Ants farm. ".repeat(25),
        "three chunks": "Ants farm fungus. ".repeat(45),
        "500 identical chunks":
          "The same sentence stands here again and again, and there is nothing else in it. ".repeat(3000),
        emoji: "\u{1F41C}\u{1F343} ".repeat(200),
        "right to left": "\u05D4\u05E0\u05DE\u05DC\u05D4 \u05E0\u05D5\u05E9\u05D0\u05EA \u05E2\u05DC\u05D4. ".repeat(
          60,
        ),
        Chinese: "\u8682\u8681\u642C\u8FD0\u6811\u53F6\u3002".repeat(200),
        "long words": `${"x".repeat(250)} ${"ab".repeat(400)} end.`,
        [`a word of ${long} characters`]: "x".repeat(long),
      };
      const lc = await globalThis.open("awkward");
      const report = [];
      for (const [name, text] of Object.entries(inputs)) {
        await lc.clear();
        await lc.add([{ id: "kept", text: "This was here before." }]);
        let outcome = "ok";
        try {
          await lc.add([{ id: "awkward", text }]);
        } catch (error) {
          outcome = error.code ?? `untyped: ${error}`;
        }
        const { nodes } = await lc.tree();
        const over = nodes.filter((node) => node.tokens > 100).length;
        const { documents, chunks } = await lc.stats();
        const { hits } = await lc.search("what was here before?", { k: 3 });
        const { tokens } = await lc.context("what was here before?", { tokens: 150 });
        report.push({ name, outcome, documents, chunks, over, hits: hits.length, tokens });
      }
      const errors = {};
      const provoke = {
        search: () => lc.search("x", { k: 0 }),
        document: () => lc.document("nobody"),
        node: () => lc.node(1e6),
      };
      provoke.import = () =>
        globalThis.Leafcutter.import(new Uint8Array([1, 2, 3]), {
          name: "bad",
          model: "/models/all-MiniLM-L6-v2.int8.safetensors",
        });
      for (const [name, call] of Object.entries(provoke))
        errors[name] = await call().then(
          () => "no error",
          (error) => error.code,
        );
      return { report, errors };
    }, LONG_WORD);
    for (const line of report.report) t.diagnostic(JSON.stringify(line));
    for (const { name, outcome, over, tokens, documents } of report.report) {
      assert.doesNotMatch(outcome, /^untyped/, name);
      assert.equal(over, 0, `${name}: a chunk or summary is over its budget`);
      assert.ok(tokens <= 150, `${name}: a context of ${tokens} tokens`);
      assert.equal(documents, outcome === "ok" ? 2 : 1, name);
    }
    const results = report.report.filter(({ outcome }) => outcome === "ok").length;
    const errors = report.report.length - results;
    t.diagnostic(`figure: ${results} results, ${errors} typed errors; the longest word has ${LONG_WORD} characters`);
    assert.deepEqual(report.errors, {
      search: "invalid-option",
      document: "unknown-document",
      node: "unknown-node",
      import: "index-format",
    });
  },
);
