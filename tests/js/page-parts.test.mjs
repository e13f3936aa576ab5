// The parts of the page that need no browser: marks, facets, the shared state, and how times are said.
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const source = fileURLToPath(new URL("../../www/src/", import.meta.url));
let parts;

before(async () => {
  const { outputFiles } = await build({
    stdin: {
      contents: ["marks", "facets", "links", "state", "strings"]
        .map((name) => `export * from "./${name}.ts";`)
        .join("\n"),
      resolveDir: source,
    },
    bundle: true,
    format: "esm",
    write: false,
  });
  parts = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);
});

describe("stretches", () => {
  /** Marks unit by unit. */
  function oracle(text, ranges) {
    return [...Array(text.length).keys()].map((at) => ranges.some(({ start, end }) => at >= start && at < end));
  }

  const cases = [
    { name: "no ranges", ranges: [] },
    { name: "ranges in any order", ranges: [range(8, 10), range(0, 3)] },
    { name: "ranges that overlap", ranges: [range(2, 7), range(5, 9), range(3, 4)] },
    { name: "ranges that touch", ranges: [range(2, 5), range(5, 9)] },
    { name: "ranges beyond the text", ranges: [range(-4, 2), range(18, 90), range(40, 50)] },
    { name: "empty and turned ranges", ranges: [range(4, 4), range(9, 6)] },
  ];
  for (const { name, ranges } of cases) {
    test(`${name}: keeps the text and marks what is in a range`, () => {
      const text = "Call me Ishmael 🐋. S";
      const cut = parts.stretches(text, ranges);
      assert.equal(cut.map((each) => each.text).join(""), text);
      assert.deepEqual(
        cut.flatMap((each) => Array(each.text.length).fill(each.marked)),
        oracle(text, ranges),
      );
    });
  }

  function range(start, end) {
    return { start, end };
  }
});

describe("facets", () => {
  const documents = (...metadata) => metadata.map((each, id) => ({ id: String(id), title: "", metadata: each }));

  test("numbers become a range, few words a choice with counts", () => {
    const facets = parts.facetsOf(
      documents({ year: 1790, party: "none" }, { year: 1850, party: "Whig" }, { party: "Whig" }),
    );
    assert.deepEqual(facets, [
      {
        kind: "choice",
        field: "party",
        values: [
          { value: "none", documents: 1 },
          { value: "Whig", documents: 2 },
        ],
      },
      { kind: "range", field: "year", from: 1790, to: 1850 },
    ]);
  });

  test("what tells no document from another is left out", () => {
    assert.deepEqual(parts.facetsOf(documents({ kind: "Text", year: 2024 }, { kind: "Text", year: 2024 })), []);
    const names = Array.from({ length: 25 }, (_, index) => ({ name: `name ${index}`, mixed: index % 2 ? index : "x" }));
    assert.deepEqual(parts.facetsOf(documents(...names)), []);
    assert.deepEqual(parts.facetsOf(documents({ not: "a" }, { not: "b" })), []);
  });

  test("a field of nothing but empty lists is left out", () => {
    assert.deepEqual(parts.facetsOf(documents({ tags: [] }, { tags: [] })), []);
  });

  test("each element of a list counts", () => {
    const [tags] = parts.facetsOf(documents({ tags: ["war", "peace", "war"] }, { tags: ["peace"] }, { tags: [] }));
    assert.deepEqual(tags.values, [
      { value: "peace", documents: 2 },
      { value: "war", documents: 1 },
    ]);
  });

  test("what was chosen becomes a filter", () => {
    const chosen = new Map([
      ["year", { from: 1900, to: 1950 }],
      ["pages", {}],
      ["party", { values: ["Whig"] }],
      ["kind", { values: [] }],
    ]);
    assert.deepEqual(parts.toFilter(chosen), { year: { gte: 1900, lte: 1950 }, party: { in: ["Whig"] } });
    assert.equal(parts.toFilter(new Map([["year", {}]])), null);
  });
});

test("a part that fails keeps no other from hearing of a change", () => {
  const failures = [];
  const heard = [];
  const store = new parts.Store((error) => failures.push(error.message));
  store.on(["view"], () => {
    throw new Error("no");
  });
  store.on(["view"], ({ view }) => heard.push(view));
  store.set({ view: "tree" });
  assert.deepEqual({ failures, heard }, { failures: ["no"], heard: ["tree"] });
});

test("only absolute addresses of the web and of mail become links", () => {
  for (const [address, link] of [
    ["https://example.test/a?b#c", "https://example.test/a?b#c"],
    ["HTTP://example.test", "http://example.test/"],
    ["mailto:ada@example.test", "mailto:ada@example.test"],
    ["javascript:alert(1)", null],
    [" java\nscript:alert(1)", null],
    ["data:text/html,<b>", null],
    ["blob:https://example.test/1", null],
    ["//example.test/a", null],
    ["docs/a.html", null],
    ["", null],
  ]) {
    assert.equal(parts.safeAddress(address), link, address);
  }
});

test("durations are said as people say them", () => {
  const said = [3, 31, 58, 200, 5400, 9000].map(parts.duration);
  assert.deepEqual(said, [
    "a few seconds",
    "about 40 seconds",
    "about 1 minute",
    "about 3 minutes",
    "about 2 hours",
    "about 3 hours",
  ]);
});
