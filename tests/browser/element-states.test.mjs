// Every state of <leafcutter-search> and <leafcutter-tree>, in light, dark, on a phone and with forced colors: axe-core finds nothing,
// and each is drawn as a picture into target/pictures.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, test } from "node:test";

import { answered, ask, openedCollection, shownTree, startElementPages } from "./element-page.mjs";
import { root } from "./harness.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PICTURES = path.join(root, "target/pictures");

const typed = (page, text) => page.locator("leafcutter-search input[role=combobox]").fill(text);

/** Of each page the states that a reader brings it to, one after the other. */
const VISITS = {
  "index.html": {
    idle: async () => {},
    results: (page) => ask(page, "undo a bad deploy"),
    active: async (page) => {
      await ask(page, "cache");
      await page.keyboard.press("ArrowDown");
    },
    filters: async (page) => {
      await ask(page, "deploy");
      await page.getByRole("button", { name: "Filters" }).click();
      await page.getByLabel("Guide").check();
      await answered(page);
    },
  },
  "keywords.html": {
    keywords: (page) => ask(page, "rollback", "keywords"),
    nothing: async (page) => {
      await typed(page, "zebras");
      await page.getByText("Nothing found for").first().waitFor();
    },
  },
  "slow.html": {
    waiting: async (page) => {
      await typed(page, "deploy");
      await page.locator("leafcutter-search .waiting").waitFor();
    },
  },
  "broken.html": {
    error: async (page) => {
      await typed(page, "deploy");
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  },
  "dialog.html": {
    closed: async () => {},
    opened: (page) => page.getByRole("button", { name: "Search the handbook" }).click(),
    dialog: async (page) => {
      await ask(page, "cache");
      await page.keyboard.press("ArrowDown");
    },
  },
  "arabic.html": { arabic: (page) => ask(page, "redirect") },
  "collection.html": {
    tree: (page) => shownTree(page),
    collection: async (page) => {
      await openedCollection(page);
      await ask(page, "how do I roll back?");
    },
    "tree-lit": (page) => page.locator("leafcutter-tree .lit").first().waitFor(),
    "tree-near": (page) => page.locator("leafcutter-tree .depth-1").first().click(),
  },
};

const LOOKS = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: { width: 390, height: 640 }, hasTouch: true, isMobile: true },
  ...(process.env.LEAFCUTTER_LONG === "1" && { forced: { colorScheme: "dark", forcedColors: "active" } }),
};

mkdirSync(PICTURES, { recursive: true });
const pages = await startElementPages();
after(() => pages.close());

let checked = 0;
for (const [look, options] of Object.entries(LOOKS)) {
  test(`axe-core finds nothing in any state: ${look}`, async (t) => {
    const context = await pages.browser.newContext({
      viewport: { width: 700, height: 560 },
      reducedMotion: "reduce",
      ...options,
    });
    const found = [];
    for (const [at, states] of Object.entries(VISITS)) {
      const page = await context.newPage();
      await page.goto(pages.server.url + at);
      await page.waitForFunction(() => document.querySelector("leafcutter-search").shadowRoot?.firstChild);
      for (const [name, reach] of Object.entries(states)) {
        await reach(page);
        const part = name.startsWith("tree") ? page.locator("leafcutter-tree") : page;
        await part.screenshot({ path: path.join(PICTURES, `${name}-${look}.png`) });
        // A page's own script may not evaluate a text; the browser's tools may.
        await page.evaluate(AXE);
        const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
        assert.ok(passes.length > 10);
        for (const { id, nodes } of violations) {
          found.push(
            ...nodes.map(({ target, failureSummary }) => `${name}: ${id}: ${target.flat()}: ${failureSummary}`),
          );
        }
        checked++;
      }
      await page.close();
    }
    await context.close();
    assert.deepEqual(found, []);
    if (look === Object.keys(LOOKS).at(-1))
      t.diagnostic(`figure: axe-core finds nothing in ${checked} states and looks`);
  });
}
