// Every screen of the site in light, dark and at a phone's width: what axe-core finds on it, and a picture to look at.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mkdirSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { modelsFolder } from "../support/model.mjs";
import { launch, root, serve } from "./harness.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SITE = `${root}/www/dist`;
const OUT = `${root}/tests/browser/out/screens`;
/** Committed are a few, and only on demand, so that a test run leaves the checkout as it was. */
const PICTURES = `${root}/docs/pictures`;
const COMMITTED = ["index-light", "index-phone", "demo-answers-light", "docs-static-site-dark", "find-light"];

/** What axe-core looks at: all of it once, what is other in the dark, and what is other at another width. */
const COLORS = ["color-contrast", "link-in-text-block"];
const ALL = {};
const COLORS_ALONE = { runOnly: COLORS };
const WITHOUT_COLORS = { rules: Object.fromEntries(COLORS.map((rule) => [rule, { enabled: false }])) };
const LOOKS = {
  light: { viewport: { width: 1280, height: 900 }, colorScheme: "light", axe: ALL },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: "dark", axe: COLORS_ALONE },
  phone: { viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true, axe: WITHOUT_COLORS },
};
/** Pages of text are alike: in the dark and on a phone only these are looked at, unless LEAFCUTTER_LONG=1 says all. */
const ALIKE = /^(docs|api)-/;
const FOR_ALL = ["docs-static-site", "docs-verify", "api-site"];
const LONG = process.env.LEAFCUTTER_LONG === "1";
/** Taller pages are shown in their upper part. */
const TALLEST = 2000;

const NOTE = "The lighthouse keeper kept bees on the gallery, sixty feet above the sea. The ferry lands at low tide.";

/** Screens that are more than a page that has loaded. */
const STATES = {
  index: async (page) => {
    await page.waitForSelector("#live-search .group");
  },
  find: async (page) => {
    await page.keyboard.press("Control+k");
    await page.fill("#find input[role=combobox]", "keep a collection");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#find .group");
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
  "demo-confirm": async (page) => {
    await STATES["demo-answers"](page);
    await page.getByRole("button", { name: "Start over" }).click();
    await page.waitForSelector("#confirm[open]");
  },
  "demo-error": async (page) => {
    await page.setInputFiles("#index-input", { name: "broken.leafcutter", mimeType: "", buffer: Buffer.from("none") });
    await page.waitForSelector("#error", { state: "visible" });
  },
  "demo-paste": async (page) => {
    await page.getByRole("button", { name: "Paste text" }).click();
    await page.fill("#paste-text", NOTE);
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

for (const [look, { axe, ...options }] of Object.entries(LOOKS)) {
  test(`axe-core finds nothing on any screen: ${look}`, async (t) => {
    const context = await browser.newContext({ ...options, reducedMotion: "reduce", serviceWorkers: "block" });
    t.after(() => context.close());
    const found = [];
    const all = LONG || axe === ALL;
    const shown = [...screens].filter(([name]) => all || !ALIKE.test(name) || FOR_ALL.includes(name));
    for (const [name, { file, reach }] of shown) {
      const page = await context.newPage();
      await page.goto(server.url + file);
      await reach?.(page);
      found.push(...(await problemsOf(page, axe)).map((problem) => `${name}: ${problem}`));
      await takePicture(page, `${name}-${look}`);
      await page.close();
    }
    assert.deepEqual(found, []);
    t.diagnostic(`figure: axe-core: nothing on ${shown.length} screens, ${look}`);
    if (process.env.LEAFCUTTER_SCREENSHOT)
      await takeOverview(
        look,
        shown.map(([name]) => name),
      );
  });
}

test("axe-core finds what is wrong", async (t) => {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto(`${server.url}benchmarks.html`);
  await page.evaluate(() => document.getElementById("main").append(document.createElement("input")));
  assert.match((await problemsOf(page)).join(), /^label: /);
});

/** What axe-core finds; and what is wider than the screen and does not scroll by itself. */
async function problemsOf(page, options = ALL) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(
    (options) => globalThis.axe.run(document, { resultTypes: ["violations"], ...options }),
    options,
  );
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  return wider > 0 ? [...found, `${wider} pixels wider than the screen`] : found;
}

/** All screens of a look side by side, each with its name. */
async function takeOverview(look, names) {
  const figures = names.map((name) => {
    const picture = readFileSync(`${OUT}/${name}-${look}.png`).toString("base64");
    return `<figure><img src="data:image/png;base64,${picture}" alt=""><figcaption>${name}</figcaption></figure>`;
  });
  const { width, height } = { phone: { width: 130, height: 280 } }[look] ?? { width: 240, height: 170 };
  const style = `body { display: flex; flex-wrap: wrap; gap: 12px; margin: 12px; font: 12px sans-serif; }
    figure { margin: 0; } img { display: block; width: ${width}px; height: ${height}px; object-fit: cover; object-position: top; }`;
  const page = await browser.newPage({ viewport: { width: 1536, height: 800 } });
  await page.setContent(`<style>${style}</style>${figures.join("")}`);
  await page.screenshot({ path: `${PICTURES}/all-${look}.jpg`, quality: 60, fullPage: true });
  await page.close();
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
    await page.screenshot({ path: `${PICTURES}/${name}.jpg`, quality: 70 });
  }
}
