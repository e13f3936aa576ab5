// What shows documents to a reader: pages of the site and of the command, the elements, an answer of a language model. Each is served from
// `mounts`, opened at `path`, and made to show a collection by `show`, which returns how many titles it showed; `least` is the least share of
// all documents that these must be. Another surface is another entry.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { deflateRawSync } from "node:zlib";

import { QUANTIZED } from "../support/model.mjs";
import { modelsFolder, root } from "./harness.mjs";

const site = { "/": `${root}/www/dist`, "/models/": modelsFolder };

/** @param {string} folder - Where pages and indexes of the surfaces are written; empty */
export function makeSurfaces(folder) {
  writeElementPages(folder);
  const elements = { "/": folder, "/leafcutter/": `${root}/pkg/dist`, "/models/": modelsFolder };
  return [
    {
      name: "the demo",
      least: 0.95,
      mounts: site,
      path: "demo.html",
      show: async (page, { bytes, questions }, name) => {
        await page.setInputFiles("#index-input", {
          name: `${name}.leafcutter`,
          mimeType: "",
          buffer: Buffer.from(bytes),
        });
        await page.waitForSelector("#workspace", { state: "visible" });
        return page.evaluate(walkDemo, questions);
      },
    },
    {
      name: "the demo's own reading of files",
      least: 0.4,
      mounts: site,
      path: "demo.html",
      show: async (page, { values }, name) => {
        const file = (value, index) => ({
          name: `${value.replaceAll("/", "\u2215").replaceAll("\0", "")}${[".md", ".html", ".txt"][index % 3]}`,
          mimeType: "",
          buffer: Buffer.from(
            index % 3 === 1
              ? `<title>${value}</title><h1>${value}</h1><h2>Part</h2>${value}`
              : `${value}\n\n# ${value}\n\n## Part\n\n${value}`,
          ),
        });
        // One by itself gives its name to the collection.
        await page.setInputFiles("#file-input", [file(name, 0)]);
        await page.waitForSelector("#workspace", { state: "visible" });
        await page.click("#add");
        await page.setInputFiles("#file-input", values.map(file));
        await page.waitForSelector("#workspace", { state: "visible", timeout: 120_000 });
        return page.evaluate(
          walkDemo,
          values.filter((_, index) => index % 4 === 0),
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
      path: "index.html",
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
    {
      name: "<leafcutter-search> and <leafcutter-tree> over a collection",
      least: 0.9,
      mounts: elements,
      path: "collection.html",
      show: async (page, { bytes, questions }) => {
        writeFileSync(path.join(folder, "bytes"), bytes);
        await page.reload();
        await page.waitForFunction(() => globalThis.collection);
        return page.evaluate(walkElements, questions);
      },
    },
    {
      name: "<leafcutter-search> over a site",
      least: 0.9,
      mounts: elements,
      path: "site.html",
      show: async (page, { shards, questions }) => {
        for (const { path: name, bytes } of shards) {
          const file = path.join(folder, "search", name);
          mkdirSync(path.dirname(file), { recursive: true });
          // As the command writes them.
          writeFileSync(file, deflateRawSync(bytes));
        }
        await page.reload();
        return page.evaluate(walkElements, questions);
      },
    },
    {
      name: "an answer by a language model",
      least: 0.5,
      mounts: elements,
      path: "answer.html",
      show: async (page, { bytes, values, questions }) => {
        writeFileSync(path.join(folder, "bytes"), bytes);
        await page.reload();
        await page.waitForFunction(() => globalThis.collection);
        return page.evaluate(walkAnswers, { values, questions });
      },
    },
  ];
}

/** Pages with nothing on them but the elements, or a place for answers. */
function writeElementPages(folder) {
  const page = (body, script) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Elements</title><link rel="icon" href="data:,">
<script type="module" src="/leafcutter/element/index.js"></script>
<script type="module" src="/leafcutter/tree-picture/index.js"></script>
${script ? `<script type="module" src="/${script}"></script>` : ""}</head><body>${body}</body></html>`;
  const pages = {
    "collection.html": page(
      '<leafcutter-search id="search" facets="kind"></leafcutter-search><leafcutter-tree for="search"></leafcutter-tree>',
      "collection.js",
    ),
    "site.html": page('<leafcutter-search index="/search/" facets="kind"></leafcutter-search>'),
    "answer.html": page("<main></main>", "collection.js"),
    "collection.js": `import { Leafcutter } from "/leafcutter/index.js";
const bytes = await fetch("/bytes").then((answer) => answer.ok && answer.arrayBuffer());
if (bytes) {
  const settings = { name: "shown", storage: "memory", model: "/models/${QUANTIZED}" };
  const collection = await Leafcutter.import(new Uint8Array(bytes), settings);
  for (const element of document.querySelectorAll("leafcutter-search, leafcutter-tree")) element.collection = collection;
  globalThis.collection = collection;
}`,
  };
  for (const [name, content] of Object.entries(pages)) writeFileSync(path.join(folder, name), content);
}

/** In a page with the elements: asks all questions, chooses filters, and looks at every part of the tree's picture. */
async function walkElements(questions) {
  const until = async (test) => {
    for (const began = Date.now(); !test(); await new Promise((resolve) => setTimeout(resolve, 5))) {
      if (Date.now() - began > 20_000) throw new Error(`waited in vain: ${test}`);
    }
  };
  const search = document.querySelector("leafcutter-search");
  await until(() => search.shadowRoot?.querySelector("input[role=combobox]"));
  const input = search.shadowRoot.querySelector("input[role=combobox]");
  const seen = new Set();
  const look = () => {
    for (const title of search.shadowRoot.querySelectorAll(".option.page .title")) seen.add(title.textContent);
  };
  for (const question of questions) {
    input.focus();
    input.value = question;
    input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    await until(() => search.view.query === question && ["results", "nothing"].includes(search.view.status));
    look();
    search.shadowRoot.querySelector(".filters input")?.click();
    await until(() => search.view.status !== "loading");
    search.shadowRoot.querySelector(".filters input")?.click();
    await until(() => search.view.status !== "loading");
    look();
  }
  const tree = document.querySelector("leafcutter-tree");
  if (!tree) return seen.size;
  const items = () => [...tree.shadowRoot.querySelectorAll("[role=treeitem]")];
  await until(() => items().length > 1);
  for (let index = 0; index < items().length; index++) {
    items()[index].focus();
    items()[index].dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, composed: true }));
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return seen.size;
}

/** In a page of somebody's own: has a fake generator say everything, and shows answers, claims and sources as the documentation has it. */
async function walkAnswers({ values, questions }) {
  const main = document.querySelector("main");
  const show = (name, text) => {
    const element = document.createElement(name);
    element.textContent = text;
    main.append(element);
  };
  const seen = new Set();
  for (const [index, question] of questions.entries()) {
    // Stands for a language model that was talked into anything.
    const fakeGenerator = async function* () {
      for (const value of values.slice(index * 8, index * 8 + 8)) yield `${value} [1]. `;
    };
    const answer = await collection.answer(question, { generator: fakeGenerator, insist: true });
    show("p", await answer.text());
    for await (const { text, verdict, source } of answer.claims()) {
      show("p", `${verdict}: ${text}`);
      show("blockquote", source?.text ?? "");
    }
    for (const { document: from, suspicious } of answer.citations) {
      seen.add(from.title);
      show("cite", `${from.title} ${from.url} ${JSON.stringify(from.metadata)} ${suspicious?.text ?? ""}`);
    }
  }
  return seen.size;
}

/** In the page: asks, and looks at each hit, its source and its node, at all levels of the tree and at the filters. */
async function walkDemo(questions) {
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
