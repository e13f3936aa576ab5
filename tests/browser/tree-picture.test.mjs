// <leafcutter-tree>: walked by keyboard, read by a screen reader, lit by a search, saved as a file.
import assert from "node:assert/strict";
import { after, test } from "node:test";

import { ask, shownTree, startElementPages } from "./element-page.mjs";
import { accessibilityTree, openPage } from "./harness.mjs";

const pages = await startElementPages();
after(() => pages.close());

async function open(t) {
  const opened = await openPage(pages.browser, `${pages.server.url}collection.html`);
  t.after(() => opened.page.context().close());
  await shownTree(opened.page);
  return opened;
}

const focused = (page) =>
  page.evaluate(() => document.querySelector("leafcutter-tree").shadowRoot.activeElement?.getAttribute("aria-label"));
const path = (page) =>
  page.evaluate(() =>
    [...document.querySelector("leafcutter-tree").shadowRoot.querySelectorAll("nav li")].map(
      (each) => each.textContent,
    ),
  );

test("it is walked by keyboard: along a level, in and out, nearer and back, and by first letters", async (t) => {
  const { page, problems } = await open(t);
  await page.locator("leafcutter-tree").getByRole("button", { name: "Save as SVG" }).focus();
  await page.keyboard.press("Tab");
  assert.equal(await focused(page), "All topics, 32 passages");
  await page.keyboard.press("ArrowRight");
  const first = await focused(page);
  assert.match(first, /, \d+ passages$/);
  await page.keyboard.press("ArrowDown");
  const second = await focused(page);
  assert.notEqual(second, first);
  await page.keyboard.press("Home");
  assert.equal(await focused(page), first);
  await page.keyboard.press("ArrowRight");
  assert.match(await focused(page), /, Passage$/);
  await page.keyboard.press("ArrowLeft");
  assert.equal(await focused(page), first);
  await page.keyboard.press(second[0]);
  assert.equal(await focused(page), second);
  await page.keyboard.press("Enter");
  assert.deepEqual(await path(page), ["All topics", second.replace(/, \d+ passages$/, "")]);
  await page.keyboard.press("Escape");
  assert.deepEqual(await path(page), ["All topics"]);
  assert.deepEqual(problems, []);
});

test("a screen reader meets a tree whose items say what they are, how many there are, and what they hold", async (t) => {
  const { page } = await open(t);
  await page.locator("leafcutter-tree [role=treeitem].depth-1").first().focus();
  const nodes = await accessibilityTree(page);
  assert.ok(nodes.some(({ role, name }) => role === "tree" && name === "All topics"));
  const items = nodes.filter(({ role }) => role === "treeitem");
  const topics = items.filter(({ level }) => level === 2);
  const { levels } = await page.evaluate(() => collection.stats());
  assert.equal(topics.length, levels[1]);
  assert.ok(topics.every(({ name, expanded }) => /, \d passages$/.test(name) && expanded === true));
  const current = items.find(({ focused }) => focused);
  const summary = await page.evaluate(async () => {
    const { nodes } = await collection.tree();
    return nodes.filter(({ level }) => level === 1).map(({ text }) => text);
  });
  assert.ok(
    summary.some((text) => current.description.includes(text.slice(0, 40))),
    current.description,
  );
  t.diagnostic(`figure: ${items.length} of ${levels.reduce((a, b) => a + b) + 1} topics and passages drawn and named`);
});

test("what the search beside it finds is lit, and what leads there", async (t) => {
  const { page } = await open(t);
  await ask(page, "how do I roll back?");
  await page.locator("leafcutter-tree .lit").first().waitFor();
  const { lit, best } = await page.evaluate(() => {
    const tree = document.querySelector("leafcutter-tree");
    const { groups } = document.querySelector("leafcutter-search").view;
    return { lit: [...tree.lit], best: groups[0].sections[0].hit.nodeId };
  });
  assert.ok(lit.includes(best) && lit.length <= 8);
  assert.ok((await page.locator("leafcutter-tree .leads").count()) > 0);
  assert.ok(
    (await page.locator("leafcutter-tree .lit").first().getAttribute("aria-label")).endsWith("answers the question"),
  );
});

test("it is saved as an SVG file that needs no style sheet", async (t) => {
  const { page, problems } = await open(t);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.locator("leafcutter-tree").getByRole("button", { name: "Save as SVG" }).click(),
  ]);
  assert.equal(download.suggestedFilename(), "tree.svg");
  const text = await page.evaluate(() => document.querySelector("leafcutter-tree").toSvg());
  assert.doesNotMatch(text, /class=|style=|role=|tabindex|var\(|light-dark/);
  const file = await page.context().newPage();
  await file.goto(`data:image/svg+xml;base64,${Buffer.from(text).toString("base64")}`);
  const drawn = await file.evaluate(() => ({
    root: document.documentElement.localName,
    title: document.querySelector("title").textContent,
    fills: [...document.querySelectorAll("rect")].map((rect) => rect.getAttribute("fill")),
    texts: document.querySelectorAll("text").length,
  }));
  assert.equal(drawn.root, "svg");
  assert.equal(drawn.title, "All topics");
  assert.ok(
    drawn.fills.length > 30 && drawn.fills.every((fill) => /^(rgb|color|100%)/.test(fill)),
    drawn.fills.join(" "),
  );
  assert.ok(drawn.texts > 10);
  assert.deepEqual(problems, []);
  t.diagnostic(`figure: ${text.length} characters of SVG`);
});

test("a picked node can be taken by the page, and an empty collection says that it is empty", async (t) => {
  const { page } = await open(t);
  await page.evaluate(() =>
    document.querySelector("leafcutter-tree").addEventListener("leafcutter-node", (event) => {
      globalThis.picked = event.detail;
      event.preventDefault();
    }),
  );
  await page.locator("leafcutter-tree .depth-1").first().click();
  assert.equal(await page.evaluate(() => globalThis.picked.level), 1);
  assert.deepEqual(await path(page), ["All topics"]);
  await page.evaluate(async () => {
    await collection.clear();
    await document.querySelector("leafcutter-tree").refresh();
  });
  await page.getByText("There are no documents yet.").waitFor();
});
