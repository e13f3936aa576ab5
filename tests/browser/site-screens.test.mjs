// Every screen of the site in light, dark and at a phone's width: what axe-core finds on it, and a picture to look at.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { modelsFolder } from "../support/model.mjs";
import { launch, root, serve } from "./harness.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SITE = `${root}/www/dist`;
const OUT = `${root}/tests/browser/out/screens`;
/** Committed are a few, and only on demand, so that a test run leaves the checkout as it was. */
const PICTURES = `${root}/docs/pictures`;
const COMMITTED = [
  "index-light",
  "index-phone",
  "demo-answers-light",
  "docs-static-site-dark",
  "find-light",
];

/** In the dark only colors are others than in the light. */
const COLORS = ["color-contrast", "link-in-text-block"];
const LOOKS = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: "light" },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark", rules: COLORS },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true },
};
/** Taller pages are shown in their upper part. */
const TALLEST = 3000;

const NOTE = "The lighthouse keeper kept bees on the gallery, sixty feet above the sea. The ferry lands at low tide.";

/** Screens that are more than a page that has loaded. */
const STATES = {
  index: async (page) => {
    await page.waitForSelector(".found-page");
  },
  find: async (page) => {
    await page.keyboard.press("Control+k");
    await page.fill(".find-dialog input", "keep a collection");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".find-dialog .found-page");
  },
  "demo-answers": async (page) => {
    await page.setInputFiles("#file-input", { name: "harbor.txt", mimeType: "text/plain", buffer: Buffer.from(NOTE) });
    await page.waitForSelector("#workspace", { state: "visible" });
    await page.fill("#question", "Who kept bees?");
    await page.press("#question", "Enter");
    await page.waitForSelector(".hit");
  },
  "demo-source": async (page) => {
    await STATES["demo-answers"](page);
    await page.locator(".hit-title").first().click();
    await page.waitForSelector("#reader-passage");
  },
  "demo-tree": async (page) => {
    await STATES["demo-answers"](page);
    await page.getByRole("tab", { name: "Tree" }).click();
  },
};
const FILES = { index: "index.html", find: "docs/javascript.html" };

const pages = [".", "docs", "api"].flatMap((folder) =>
  readdirSync(`${SITE}/${folder}`)
    .filter((file) => file.endsWith(".html"))
    .map((file) => (folder === "." ? file : `${folder}/${file}`)),
);
const screens = new Map(pages.map((file) => [file.replace(/\.html$/, "").replaceAll("/", "-"), { file }]));
for (const [name, reach] of Object.entries(STATES)) screens.set(name, { file: FILES[name] ?? "demo.html", reach });

let server, browser;
before(async () => {
  server = await serve({ mounts: { "/": SITE, "/models/": modelsFolder } });
  browser = await launch();
  mkdirSync(OUT, { recursive: true });
});
after(async () => {
  await browser?.close();
  await server?.close();
});

describe("axe-core finds nothing on any screen", { concurrency: 2 }, () => {
  for (const [look, { rules, ...options }] of Object.entries(LOOKS)) {
    test(look, async (t) => {
      const context = await browser.newContext({ ...options, reducedMotion: "reduce", serviceWorkers: "block" });
      t.after(() => context.close());
      const found = [];
      for (const [name, { file, reach }] of screens) {
        const page = await context.newPage();
        await page.goto(server.url + file);
        await reach?.(page);
        found.push(...(await problemsOf(page, rules)).map((problem) => `${name}: ${problem}`));
        await takePicture(page, `${name}-${look}`);
        await page.close();
      }
      assert.deepEqual(found, []);
      t.diagnostic(`figure: axe-core: nothing on ${screens.size} screens, ${look}`);
    });
  }
});

test("axe-core finds what is wrong", async (t) => {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(`${server.url}benchmarks.html`);
  await page.evaluate(() => document.getElementById("main").append(document.createElement("input")));
  assert.match((await problemsOf(page)).join(), /^label: /);
});

/** What axe-core finds, by all rules or some; and what is wider than the screen and does not scroll by itself. */
async function problemsOf(page, rules) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (rules) => globalThis.axe.run(document, { resultTypes: ["violations"], ...(rules && { runOnly: rules }) }),
    rules,
  );
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return wider > 0 ? [...found, `${wider} pixels wider than the screen`] : found;
}

async function takePicture(page, name) {
  const { width } = page.viewportSize();
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height: Math.min(Math.max(height, 844), TALLEST) });
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: `${OUT}/${name}.png` });
  if (process.env.LEAFCUTTER_SCREENSHOT && COMMITTED.includes(name)) {
    mkdirSync(PICTURES, { recursive: true });
    await page.setViewportSize({ width, height: 840 });
    await page.screenshot({ path: `${PICTURES}/${name}.jpg`, quality: 80 });
  }
}
