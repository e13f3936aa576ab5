// The search without a page: what is asked when, what there is to show, and how it is narrowed. The sources are fakes, but for a site's index.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { CollectionSource, SearchController, SiteSource, stretches } from "../../pkg/dist/element/headless.js";
import { writeHandbook } from "../support/handbook.mjs";
import { buildSite } from "../support/site.mjs";
import { temporaryFolder } from "./support.mjs";

const group = (id, metadata = {}) => ({ id, title: id, url: undefined, metadata, sections: [] });

/** A fake source that answers by keywords, or by meaning once it is `ready`, and writes down what it is asked. */
function fakeSource(groups, answer = async () => {}) {
  return {
    meaning: "waiting",
    onMeaning: undefined,
    asked: [],
    async prepare() {},
    async search(query, { k, pace, filter, signal }) {
      this.asked.push({ query, pace, k, filter });
      await answer(query, signal);
      const meets = ({ metadata }) =>
        !filter ||
        filter.and.every((one) =>
          Object.entries(one).every(([field, { in: values }]) => values.includes(metadata[field])),
        );
      return { groups: groups.filter(meets).slice(0, k), by: this.meaning === "ready" ? "meaning" : "keywords" };
    },
    async close() {},
  };
}

const settled = (controller) =>
  new Promise((resolve) => {
    const look = () => ["results", "nothing", "error"].includes(controller.view.status) && resolve(controller.view);
    controller.addEventListener("change", look);
  });

test("what is typed is asked once, in a pause, and meaning follows where the model is ready", async () => {
  const source = fakeSource([group("a")]);
  const controller = new SearchController({ source });
  const states = [];
  const stop = controller.subscribe(() => states.push(controller.getView().status));
  for (const text of ["h", "ha", "har"]) controller.type(text);
  await settled(controller);
  assert.deepEqual(
    source.asked.map(({ query, pace }) => [query, pace]),
    [["har", "typing"]],
  );
  source.meaning = "ready";
  source.onMeaning();
  assert.equal((await settled(controller)).by, "meaning");
  assert.deepEqual(source.asked.at(-1), { query: "har", pace: "paused", k: 9, filter: undefined });
  controller.type(" ");
  assert.equal(controller.view.status, "idle");
  await pause(500);
  assert.equal(source.asked.length, 2);
  stop();
  assert.deepEqual(states.slice(0, 3), ["loading", "loading", "loading"]);
});

test("where the model comes while keywords are asked, meaning follows", async () => {
  const source = fakeSource([group("a")]);
  const { search } = source;
  source.search = async function (...asked) {
    const { meaning } = this;
    this.meaning = "ready";
    this.onMeaning();
    return { ...(await search.apply(this, asked)), by: meaning === "ready" ? "meaning" : "keywords" };
  };
  const controller = new SearchController({ source });
  await controller.enter("harbor");
  assert.equal((await settled(controller)).by, "meaning");
  assert.equal(source.asked.length, 2);
});

test("a question that was overtaken shows nothing", async () => {
  const release = new Map();
  const source = fakeSource([group("a")], (query) => new Promise((resolve) => release.set(query, resolve)));
  const controller = new SearchController({ source });
  const first = controller.enter("first");
  const second = controller.enter("second");
  release.get("second")();
  await second;
  release.get("first")();
  await first;
  assert.deepEqual([controller.view.query, controller.view.status], ["second", "results"]);
});

test("facets are counted among what was found, narrow it, and stay when nothing is left", async () => {
  const all = [
    group("a", { kind: "guide", tags: ["x", "y"] }),
    group("b", { kind: "guide" }),
    group("c", { kind: "recipe" }),
  ];
  const source = fakeSource(all);
  const controller = new SearchController({
    source,
    facets: [
      { field: "kind", label: "Kind" },
      { field: "tags", label: "Tags" },
      { field: "none", label: "None" },
    ],
  });
  await controller.enter("q");
  const values = () =>
    controller.view.facets.map(({ field, values }) => [
      field,
      ...values.map(({ value, count, chosen }) => `${value} ${count}${chosen ? " chosen" : ""}`),
    ]);
  assert.deepEqual(values(), [
    ["kind", "guide 2", "recipe 1"],
    ["tags", "x 1", "y 1"],
  ]);
  await controller.choose("kind", "recipe", true);
  assert.deepEqual(
    controller.view.groups.map(({ id }) => id),
    ["c"],
  );
  assert.deepEqual(source.asked.find(({ filter }) => filter).filter, { and: [{ kind: { in: ["recipe"] } }] });
  assert.equal(controller.view.filtered, true);
  assert.deepEqual(values(), [
    ["kind", "guide 2", "recipe 1 chosen"],
    ["tags", "x 1", "y 1"],
  ]);
  await controller.choose("tags", "x", true);
  assert.equal(controller.view.status, "nothing");
  await controller.clearFilters();
  assert.equal(controller.view.groups.length, 3);
});

test("more is shown where there is more", async () => {
  const source = fakeSource(Array.from({ length: 5 }, (_, index) => group(`${index}`)));
  const controller = new SearchController({ source, k: 2 });
  await controller.enter("q");
  assert.deepEqual([controller.view.groups.length, controller.view.more], [2, true]);
  await controller.showMore();
  await controller.showMore();
  assert.deepEqual([controller.view.groups.length, controller.view.more], [5, false]);
});

test("an error is shown with its code, and the next question may do better", async () => {
  let fails = true;
  const source = fakeSource([group("a")], async () => {
    if (fails) throw Object.assign(new Error("no such file"), { code: "index-fetch" });
  });
  const controller = new SearchController({ source });
  await controller.enter("q");
  assert.deepEqual([controller.view.status, controller.view.error.code], ["error", "index-fetch"]);
  fails = false;
  await controller.enter();
  assert.deepEqual([controller.view.status, controller.view.error], ["results", undefined]);
});

test("a collection's hits become documents with a brief from the summary above most of them", async () => {
  const document = (id, url) => ({ id, title: id.toUpperCase(), ...(url && { url }), metadata: {} });
  const hit = (nodeId, doc, text, parents) => ({
    nodeId,
    text,
    parents,
    children: [],
    score: 1,
    level: 0,
    leaves: 1,
    document: doc,
    headingPath: [doc.title, "Part"],
    anchor: "part",
    highlights: [{ start: text.indexOf("ants"), end: text.indexOf("ants") + 4 }],
    sources: [],
  });
  const [a, b] = [document("a", "/a.html"), document("b", "javascript:0")];
  const long = `${"Nothing is said here of them. ".repeat(20)}At last the ants come. ${"And then no more. ".repeat(30)}`;
  // A fake collection of three hits below one summary.
  const collection = {
    search: async () => ({
      hits: [hit(1, a, "Part Leafcutter ants farm.", [9, 7]), hit(2, b, long, [7]), hit(3, a, "Part The ants.", [8])],
    }),
    node: async (id) => ({
      id,
      level: 1,
      leaves: 4,
      text: "",
      documents: ["a", "c", "d"],
      sentences: [{ text: "No word of it." }, { text: "Ants farm a fungus.", source: { document: "c" } }],
    }),
    documents: async () => [a, b, document("c")],
  };
  const controller = new SearchController({ source: new CollectionSource(collection) });
  await controller.enter("ants");
  const { groups, brief } = controller.view;
  assert.deepEqual(
    groups.map(({ id, url, sections }) => [id, url, sections.length]),
    [
      ["a", "/a.html", 2],
      ["b", undefined, 1],
    ],
  );
  const [first] = groups[0].sections;
  assert.deepEqual([first.text, first.url, first.headingPath], ["Leafcutter ants farm.", "/a.html#part", ["Part"]]);
  assert.deepEqual(
    stretches(first.text, first.highlights).filter(({ marked }) => marked),
    [{ text: "ants", marked: true }],
  );
  const [cut] = groups[1].sections;
  assert.deepEqual(cut.cut, { before: true, after: true });
  assert.ok(cut.text.length <= 240 && cut.text.slice(cut.highlights[0].start, cut.highlights[0].end) === "ants");
  assert.equal(brief.nodeId, 7);
  assert.deepEqual(brief.sentences, [{ text: "Ants farm a fungus.", highlights: [{ start: 0, end: 4 }] }]);
  assert.deepEqual(brief.documents, [{ id: "c", title: "C", url: undefined }]);
});

test("a brief says nothing of a document that has expired", async () => {
  const document = (id, expiresAt) => ({ id, title: id, metadata: {}, ...(expiresAt && { expiresAt }) });
  const hit = (nodeId) => ({
    nodeId,
    text: "ants",
    parents: [7],
    children: [],
    score: 1,
    level: 0,
    leaves: 1,
    document: document("a"),
    headingPath: [],
    highlights: [{ start: 0, end: 4 }],
    sources: [],
  });
  const briefOf = async (sentences) => {
    // A fake collection of which one document has expired.
    const collection = {
      search: async () => ({ hits: [hit(1), hit(2)] }),
      node: async () => ({
        id: 7,
        level: 1,
        leaves: 2,
        text: "Ants, in other words.",
        documents: ["a", "old"],
        sentences,
      }),
      documents: async () => [document("a"), document("old", 1)],
    };
    const controller = new SearchController({ source: new CollectionSource(collection) });
    await controller.enter("ants");
    return controller.view.brief?.sentences.map(({ text }) => text);
  };
  const sentence = (text, document) => ({ text, source: { document } });
  assert.deepEqual(await briefOf([sentence("Ants of old.", "old"), sentence("Ants.", "a")]), ["Ants."]);
  assert.equal(await briefOf(undefined), undefined);
});

test("a real index of a site is asked by keywords and narrowed by its metadata, in Node", async (t) => {
  const folder = await temporaryFolder();
  await writeHandbook(path.join(folder, "pages"));
  await buildSite(path.join(folder, "pages"), path.join(folder, "search"), {});
  const source = new SiteSource(pathToFileURL(path.join(folder, "search/")));
  const controller = new SearchController({ source, facets: [{ field: "kind", label: "Kind" }] });
  controller.type("roll");
  await settled(controller);
  assert.equal(controller.view.meaning, "off");
  const [best] = controller.view.groups;
  assert.equal(best.title, "Your first deploy");
  assert.deepEqual(best.sections[0].headingPath, ["Undo a deploy"]);
  assert.ok(!best.sections[0].text.startsWith("Undo"));
  await controller.enter("deploy");
  await controller.choose("kind", "Recipe", true);
  assert.ok(controller.view.groups.every(({ metadata }) => metadata.kind === "Recipe"));
  t.diagnostic(`figure: ${controller.view.groups.length} pages of one kind, of a real index in Node`);
  await source.close();
});
