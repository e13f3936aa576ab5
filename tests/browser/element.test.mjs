// <leafcutter-search> as readers use it: by keyboard alone, by screen reader, in their language, and with documents that mean no good.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { answered, ask, openedCollection, startElementPages } from "./element-page.mjs";
import { accessibilityTree, openPage } from "./harness.mjs";

const pages = await startElementPages();
after(() => pages.close());

async function open(t, name) {
  const opened = await openPage(pages.browser, pages.server.url + name);
  t.after(() => opened.page.context().close());
  await opened.page.emulateMedia({ reducedMotion: "reduce" });
  await opened.page.waitForFunction(() => document.querySelector("leafcutter-search").shadowRoot?.firstChild);
  return opened;
}

/** What is true of the element now, as its own parts say. */
const state = (page) =>
  page.evaluate(() => {
    const { shadowRoot } = document.querySelector("leafcutter-search");
    const input = shadowRoot.querySelector("input[role=combobox]");
    const active = shadowRoot.getElementById(input.getAttribute("aria-activedescendant") ?? "");
    return {
      focused: shadowRoot.activeElement === input,
      value: input.value,
      expanded: input.getAttribute("aria-expanded"),
      active: active?.querySelector(".title, .heading")?.textContent,
      selected: shadowRoot.querySelectorAll("[aria-selected=true]").length,
    };
  });

test("everything is done by keyboard alone", async (t) => {
  const { page, requests, problems } = await open(t, "index.html");
  await page.keyboard.press("/");
  assert.deepEqual(await state(page), { focused: true, value: "", expanded: "false", active: undefined, selected: 0 });
  await page.keyboard.type("cache/headers");
  assert.equal((await state(page)).value, "cache/headers");
  await answered(page);
  assert.equal((await state(page)).expanded, "true");

  await page.keyboard.press("ArrowDown");
  assert.equal((await state(page)).active, "Cache headers for hashed files");
  await page.keyboard.press("ArrowDown");
  const { active, focused, selected } = await state(page);
  assert.match(active, /pattern|old page/);
  assert.deepEqual({ focused, selected }, { focused: true, selected: 1 });
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  assert.ok((await state(page)).active, "from the first to the last");

  await page.keyboard.press("Escape");
  assert.equal((await state(page)).active, undefined);
  await page.keyboard.press("Escape");
  assert.deepEqual(await state(page), { focused: true, value: "", expanded: "false", active: undefined, selected: 0 });

  // Filters are reached by Tab, and chosen by the space bar.
  await page.keyboard.type("deploy");
  await answered(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await answered(page);
  const kinds = await page.evaluate(() =>
    document.querySelector("leafcutter-search").view.groups.map(({ metadata }) => metadata.kind),
  );
  assert.ok(kinds.length > 0 && new Set(kinds).size === 1, kinds.join(" "));

  // Enter asks and makes the first result active, so that Enter again opens it.
  await page.keyboard.press("/");
  assert.equal((await state(page)).value, "deploy");
  await page.keyboard.type("undo a deploy");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() =>
    document.querySelector("leafcutter-search").shadowRoot.querySelector("[aria-selected=true]"),
  );
  await page.keyboard.press("ArrowDown");
  await Promise.all([
    page.waitForURL(/handbook\/guide\/first-deploy.html#undo-a-deploy$/),
    page.keyboard.press("Enter"),
  ]);
  const origin = new URL(pages.server.url).origin;
  assert.ok(
    requests.every((url) => url.startsWith("data:") || url.startsWith(`blob:${origin}`) || url.startsWith(origin)),
  );
  // The page that the last key leads to is none of this server.
  assert.deepEqual(
    problems.filter((problem) => !problem.includes("404")),
    [],
  );
});

test("the dialog opens and closes by keyboard, and gives the focus back", async (t) => {
  const { page, problems } = await open(t, "dialog.html");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await ask(page, "cache");
  assert.equal((await state(page)).focused, true);
  await page.keyboard.press("Escape");
  const closed = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("leafcutter-search");
    return { open: shadowRoot.querySelector("dialog").open, focused: shadowRoot.activeElement.className };
  });
  assert.deepEqual(closed, { open: false, focused: "trigger" });
  await page.keyboard.press("/");
  assert.equal((await state(page)).value, "cache");
  assert.deepEqual(problems, []);
});

test("a screen reader is told what there is: names, states, and what changed", async (t) => {
  const { page } = await open(t, "collection.html");
  await openedCollection(page);
  await ask(page, "how do I roll back?");
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(() =>
    /results/.test(document.querySelector("leafcutter-search").shadowRoot.querySelector("[role=status]").textContent),
  );
  const tree = await accessibilityTree(page);
  const find = (role, name = /./) => tree.find((node) => node.role === role && name.test(node.name));
  assert.ok(find("search", /^Search$/));
  const field = find("combobox", /^Search$/);
  assert.equal(field.expanded, true);
  assert.equal(field.activedescendant, 1);
  assert.equal(field.controls, "results");
  assert.ok(find("listbox", /^Results$/));
  assert.ok(find("group", /^Your first deploy$/));
  const option = find("option", /Undo a deploy/);
  assert.match(option.name, /^Undo a deploy Passage Every deploy has a number\. Roll back/);
  assert.ok(find("option", /^Your first deploy .* Passage A deploy sends/));
  assert.ok(tree.some((node) => node.role === "option" && node.selected === true));
  assert.ok(find("heading", /^In brief$/));
  assert.ok(find("link", /^Your first deploy$/));
  assert.ok(find("button", /^Filters$/));
  assert.ok(find("button", /^Clear$/));
  assert.ok(tree.some(({ role, live }) => role === "status" && live === "polite"));
  const said = find("StaticText", /^\d results$/);
  assert.ok(said);
  const options = tree.filter(({ role }) => role === "option").length;
  t.diagnostic(`figure: ${options} options named by title, kind and text; "${said.name}" is said`);
});

test("keywords answer while the model loads, and say so; without a model they are all there is", async (t) => {
  const { page, requests, problems } = await open(t, "keywords.html");
  await ask(page, "rollb", "keywords");
  assert.equal(await page.evaluate(() => document.querySelector("leafcutter-search").view.groups[0].title), "Commands");
  assert.ok(!requests.some((url) => /models|relaxed|simd\.wasm|site-whole/.test(url)));
  assert.deepEqual(problems, []);

  const { page: second } = await open(t, "index.html");
  await second.route("**/models/**", () => {});
  await ask(second, "rollback", "keywords");
  await second.getByText("Keywords only so far: meaning is loading").waitFor();
  await second.unroute("**/models/**");
  const { page: third } = await open(t, "index.html");
  await third.route("**/models/**", (route) => route.abort());
  await ask(third, "rollback", "keywords");
  await third.getByText("Keywords only: the model did not load").waitFor();
});

test("an index that is not there is an error that can be tried again", async (t) => {
  const { page } = await open(t, "broken.html");
  await page.getByRole("combobox").fill("deploy");
  await page.getByText("The search did not work").waitFor();
  assert.equal(await page.evaluate(() => document.querySelector("leafcutter-search").view.error.code), "index-fetch");
  await page.evaluate(() => document.querySelector("leafcutter-search").setAttribute("index", "/search/"));
  await ask(page, "deploy", "keywords");
});

test("it speaks the page's language and reads in its direction, and takes words of one's own", async (t) => {
  const { page: german } = await open(t, "german.html");
  assert.equal(await german.getByRole("combobox", { name: "Suche" }).getAttribute("placeholder"), "Suchen");
  await ask(german, "deploy");
  await german.getByText("Nach Bedeutung und Wörtern gefunden").waitFor();
  const { page } = await open(t, "arabic.html");
  await ask(page, "redirect");
  const right = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("leafcutter-search");
    const left = (selector) => shadowRoot.querySelector(selector).getBoundingClientRect().left;
    return left(".option .icon") > left(".option .title") && left(".field > .icon") > left("input");
  });
  assert.ok(right);
  await page.evaluate(
    () => (document.querySelector("leafcutter-search").strings = { placeholder: "Ask the handbook" }),
  );
  await page.getByPlaceholder("Ask the handbook").waitFor();
});

test("documents become text and nothing else, and lead nowhere but to pages", async (t) => {
  const { page, problems } = await open(t, "index.html");
  await page.evaluate(() => {
    const title = '<img src=x onerror="globalThis.harmed = true">';
    globalThis.harmed = false;
    const element = document.querySelector("leafcutter-search");
    const hit = {
      text: title,
      score: 1,
      level: 0,
      nodeId: 1,
      headingPath: [],
      parents: [],
      children: [],
      leaves: 1,
      highlights: [
        { start: -5, end: 4 },
        { start: 40, end: 9000 },
      ],
      sources: [],
    };
    const documents = ["javascript:harm()", "data:text/html,harm", " java\nscript:harm()", "/fine.html"].map(
      (url, index) => ({ id: `${index}`, title, url, metadata: { kind: title } }),
    );
    // A fake collection: what it finds is what the test says.
    element.collection = {
      search: async () => ({ hits: documents.map((document) => ({ ...hit, document })) }),
      node: async () => {},
      documents: async () => documents,
    };
  });
  await ask(page, "harm");
  const seen = await page.evaluate(() => {
    const { shadowRoot } = document.querySelector("leafcutter-search");
    const options = [...shadowRoot.querySelectorAll("[role=option]")];
    return {
      links: options.map((option) => option.getAttribute("href")),
      images: shadowRoot.querySelectorAll("img").length,
      harmed: globalThis.harmed,
    };
  });
  assert.deepEqual(seen, { links: [null, null, null, "/fine.html"], images: 0, harmed: false });
  // A result without an address is still to be picked.
  const picked = page.evaluate(
    () =>
      new Promise((resolve) =>
        document.addEventListener("leafcutter-select", ({ detail }) => resolve(detail.group.id)),
      ),
  );
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.equal(await picked, "0");
  assert.deepEqual(problems, []);
});
