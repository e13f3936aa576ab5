// Every state of <leafcutter-search> and <leafcutter-tree>, in light, dark, on a phone and with forced colors: axe-core finds nothing, and each is
// drawn as a picture into target/pictures.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, test } from "node:test";

import { answered, ask, openedCollection, startElementPages } from "./element-page.mjs";
import { root } from "./harness.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const PICTURES = path.join(root, "target/pictures");

/** The page of each state, and what a reader does on it. */
const STATES = {
  idle: { at: "index.html", reach: async () => {} },
  results: { at: "index.html", reach: (page) => ask(page, "undo a bad deploy") },
  active: {
    at: "index.html",
    reach: async (page) => {
      await ask(page, "cache");
      await page.keyboard.press("ArrowDown");
    },
  },
  filters: {
    at: "index.html",
    reach: async (page) => {
      await ask(page, "deploy");
      await page.getByRole("button", { name: "Filters" }).click();
      await page.getByLabel("Guide").check();
      await answered(page);
    },
  },
  keywords: { at: "keywords.html", reach: (page) => ask(page, "rollback", "keywords") },
  nothing: { at: "keywords.html", reach: (page) => ask(page, "zebras", "keywords") },
  waiting: {
    at: "slow.html",
    reach: async (page) => {
      await page.locator("leafcutter-search input").fill("deploy");
      await page.waitForTimeout(600);
    },
  },
  error: {
    at: "broken.html",
    reach: async (page) => {
      await page.locator("leafcutter-search input").fill("deploy");
      await page.getByRole("button", { name: "Try again" }).waitFor();
    },
  },
  closed: { at: "dialog.html", reach: async () => {} },
  opened: { at: "dialog.html", reach: (page) => page.getByRole("button", { name: "Search the handbook" }).click() },
  dialog: {
    at: "dialog.html",
    reach: async (page) => {
      await page.getByRole("button", { name: "Search the handbook" }).click();
      await ask(page, "cache");
      await page.keyboard.press("ArrowDown");
    },
  },
  arabic: { at: "arabic.html", reach: (page) => ask(page, "redirect") },
  collection: {
    at: "collection.html",
    reach: async (page) => {
      await openedCollection(page);
      await ask(page, "how do I roll back?");
    },
  },
};

const LOOKS = {
  light: { colorScheme: "light" },
  dark: { colorScheme: "dark" },
  phone: { colorScheme: "light", viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true },
  forced: { colorScheme: "dark", forcedColors: "active" },
};
/** The states that are also looked at with forced colors. */
const FORCED = ["results", "active", "filters", "collection"];

mkdirSync(PICTURES, { recursive: true });
const pages = await startElementPages();
after(() => pages.close());

let checked = 0;
for (const [look, options] of Object.entries(LOOKS)) {
  test(`axe-core finds nothing in any state: ${look}`, async (t) => {
    for (const [name, { at, reach }] of Object.entries(STATES)) {
      if (look === "forced" && !FORCED.includes(name)) continue;
      const context = await pages.browser.newContext({
        viewport: { width: 860, height: 720 },
        reducedMotion: "reduce",
        ...options,
      });
      const page = await context.newPage();
      await page.goto(pages.server.url + at);
      await page.waitForFunction(() => document.querySelector("leafcutter-search").shadowRoot?.firstChild);
      await reach(page);
      await page.screenshot({ path: path.join(PICTURES, `${name}-${look}.png`) });
      await page.evaluate(AXE);
      const { violations, passes } = await page.evaluate(() => globalThis.axe.run());
      const found = violations.map(
        ({ id, nodes }) =>
          `${name}: ${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`)}`,
      );
      assert.deepEqual(found, []);
      assert.ok(passes.length > 10);
      checked++;
      await context.close();
    }
    if (look === "forced") t.diagnostic(`figure: ${checked} states and looks, axe-core finds nothing`);
  });
}
