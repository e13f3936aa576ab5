// Texts that would run as scripts, in every place of the pages that shows what documents and models say: none does, under the
// policy that the pages are published with, and by the pages' own code where nobody enforces one.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";

import { QUANTIZED } from "../support/model.mjs";
import { collectionOf, PAYLOADS } from "../support/payloads.mjs";
import { watch } from "../support/probe.mjs";
import { launch, modelsFolder, root, serve } from "./harness.mjs";

/** All of them take two minutes. */
const EVERY = process.env.LEAFCUTTER_LONG ? 1 : 5;
const VALUES = PAYLOADS.map(({ payload }) => payload).filter((_, index) => index % EVERY === 0);
/** Texts of no harm, by which the kinds of elements that a page makes are known. */
const HARMLESS = Array.from({ length: 60 }, (_, index) => `https://example.test/page-${index}`);

const POLICY = JSON.parse(readFileSync(`${root}/pkg/src/cli/policy.json`, "utf8")).join("; ");

const folder = mkdtempSync(path.join(tmpdir(), "leafcutter-untrusted-"));

/**
 * What shows documents: where it is served from; `show`, which has it show a collection, and returns how many titles it showed; and
 * the least share of all documents that these must be. Another surface is another row.
 */
const SURFACES = [
  {
    name: "the page",
    least: 0.95,
    mounts: { "/": `${root}/www/dist`, "/models/": modelsFolder },
    show: async (page, { bytes, questions }, name) => {
      await page.setInputFiles("#index-input", {
        name: `${name}.leafcutter`,
        mimeType: "",
        buffer: Buffer.from(bytes),
      });
      await page.waitForSelector("#workspace", { state: "visible" });
      return page.evaluate(walkPage, questions);
    },
  },
  {
    name: "the page's own reading of files",
    least: 0.4,
    mounts: { "/": `${root}/www/dist`, "/models/": modelsFolder },
    show: async (page, { values }, name) => {
      const file = (value, index) => ({
        name: `${value.replaceAll("/", "\u2215").replaceAll("\0", "")}${[".md", ".html", ".txt"][index % 3]}`,
        mimeType: "",
        buffer: Buffer.from(
          index % 3 === 1 ? `<title>${value}</title><h1>${value}</h1>${value}` : `${value}\n\n# ${value}\n\n${value}`,
        ),
      });
      // One by itself gives its name to the collection.
      await page.setInputFiles("#file-input", [file(name, 0)]);
      await page.waitForSelector("#workspace", { state: "visible" });
      await page.click("#add");
      await page.setInputFiles("#file-input", values.map(file));
      await page.waitForSelector("#workspace", { state: "visible", timeout: 120_000 });
      return page.evaluate(
        walkPage,
        values.filter((_, index) => index % 6 === 0),
      );
    },
  },
  {
    name: "the page of leafcutter serve",
    least: 0.8,
    mounts: {
      "/": `${root}/pkg/dist/cli/page`,
      "/leafcutter/": `${root}/pkg/dist`,
      "/models/": modelsFolder,
      "/index/": folder,
    },
    show: async (page, { bytes, questions, documents, chunks }) => {
      writeFileSync(path.join(folder, "bytes"), bytes);
      const model = { name: QUANTIZED };
      const manifest = { index: { file: "bytes" }, model, settings: {}, counts: { documents, chunks } };
      writeFileSync(path.join(folder, "manifest.json"), JSON.stringify(manifest));
      await page.reload();
      await page.waitForFunction(() => !document.querySelector("button").disabled);
      return page.evaluate(walkServed, questions);
    },
  },
];

/** In the page: asks, and looks at each hit, its source and its node, at all levels of the tree and at the filters. */
async function walkPage(questions) {
  const until = async (test) => {
    for (const began = Date.now(); !test(); await new Promise((resolve) => setTimeout(resolve, 5))) {
      if (Date.now() - began > 20_000) throw new Error(`waited in vain: ${test}`);
    }
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const answered = () => until(() => !document.querySelector("#results").hasAttribute("aria-busy"));
  const reader = document.querySelector("#reader");
  const seen = new Set();
  const read = async (button) => {
    button.click();
    await until(() => reader.open);
    seen.add(reader.querySelector("#reader-title").textContent);
    reader.close();
    reader.replaceChildren();
  };
  // By words alone, so that each question finds the documents that it names.
  const settings = document.querySelector("#settings");
  settings.elements.weigh.checked = false;
  settings.elements.alpha.value = "0";
  settings.elements.k.value = "10";
  settings.dispatchEvent(new Event("change", { bubbles: true }));
  const walked = new Set();
  for (const question of questions) {
    document.querySelector("#question").value = question;
    document.querySelector("#ask").requestSubmit();
    await answered();
    all("details").forEach((each) => (each.open = true));
    for (const button of all(".cite")) await read(button);
    for (const hit of all(".hit").filter((each) => !walked.has(each.dataset.node))) {
      walked.add(hit.dataset.node);
      await read(hit.querySelector(".hit-title"));
      hit.querySelector(".hit-foot button.text").click();
      for (const button of all(".here button")) await read(button);
    }
  }
  document.querySelector("#tab-answers").click();
  const choices = all("#filters input[type=checkbox]");
  for (const choice of choices.filter((_, index) => index % 50 === 0)) {
    choice.click();
    await answered();
    choice.click();
  }
  await answered();
  document.querySelector("#tab-tree").click();
  for (let level = 0; level < all(".levels button").length; level++) {
    all(".levels button")[level].click();
    for (let more; (more = document.querySelector("#panel-tree > button"));) more.click();
  }
  return seen.size;
}

/** In the page of `leafcutter serve`: asks all questions. */
async function walkServed(questions) {
  const seen = new Set();
  for (const question of questions) {
    document.querySelector("input").value = question;
    document.querySelector("#hits").replaceChildren();
    document.querySelector("form").requestSubmit();
    while (!document.querySelector("#hits").hasChildNodes()) await new Promise((resolve) => setTimeout(resolve, 5));
    document.querySelectorAll(".place").forEach((place) => seen.add(place.textContent));
  }
  return seen.size;
}

describe("untrusted texts", () => {
  let browser;
  let harmless;
  let hostile;

  before(async () => {
    harmless = { ...(await collectionOf(HARMLESS)), values: HARMLESS };
    hostile = { ...(await collectionOf(VALUES)), values: VALUES };
    browser = await launch();
  });
  after(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Has a surface show a collection, and says what came of it. */
  async function observe(t, { mounts, show }, enforced, collection, name) {
    const server = await serve({
      mounts,
      headers: enforced ? { "content-security-policy": POLICY } : {},
      answerFirst: (request, response) => !enforced && withoutPolicy(request, response, mounts["/"]),
    });
    const context = await browser.newContext();
    t.after(async () => {
      await context.close();
      await server.close();
    });
    const outside = [];
    const dialogs = [];
    context.on("request", (request) => {
      if (!request.url().startsWith(server.url) && !/^(?:blob|data):/.test(request.url())) outside.push(request.url());
    });
    const page = await context.newPage();
    context.on("page", (opened) => outside.push(`a window of ${opened.url()}`));
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await page.addInitScript(watch);
    await page.goto(server.url);
    const shown = await show(page, collection, name);
    const seen = await page.evaluate(() => ({
      executed: globalThis.executed,
      violations: globalThis.violations,
      problems: [...globalThis.problems],
      kinds: [...globalThis.kinds],
      address: location.href,
    }));
    assert.equal(seen.address, server.url);
    return { ...seen, outside, dialogs, shown };
  }

  for (const surface of SURFACES) {
    for (const enforced of [true, false]) {
      test(`${surface.name} shows them as text, ${enforced ? "under its policy" : "without a policy"}`, async (t) => {
        const known = await observe(t, surface, enforced, harmless, "harmless");
        const { kinds, shown, ...rest } = await observe(t, surface, enforced, hostile, "<img src=x onerror=pwned()>");
        assert.ok(shown >= surface.least * VALUES.length, `only ${shown} of ${VALUES.length} were shown`);
        const foreign = kinds.filter((kind) => !known.kinds.includes(kind));
        const { address, ...nothing } = rest;
        assert.deepEqual(
          { ...nothing, foreign },
          { executed: [], violations: [], problems: [], outside: [], dialogs: [], foreign: [] },
          address,
        );
        t.diagnostic(
          `figure: ${surface.name}, ${enforced ? "policy" : "no policy"}: ${VALUES.length} payloads, 0 executed`,
        );
      });
    }
  }
});

/** Answers for a page's HTML with one that states no policy. */
function withoutPolicy(request, response, folder) {
  if (request.url !== "/") return false;
  const html = readFileSync(path.join(folder, "index.html"), "utf8");
  response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
  response.end(html.replace(/<meta[^>]*Content-Security-Policy[^>]*>/, ""));
  return true;
}
