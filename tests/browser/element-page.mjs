// Pages with the elements on them, over the handbook as a site and as a collection, under the strictest policy.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

import { temporaryFolder } from "../js/support.mjs";
import { HANDBOOK, writeHandbook } from "../support/handbook.mjs";
import { QUANTIZED } from "../support/model.mjs";
import { buildSite } from "../support/site.mjs";
import { launch, modelsFolder, root, serve } from "./harness.mjs";

const MODEL = `/models/${QUANTIZED}`;

const page = (body, { script = "", attributes = 'lang="en"' } = {}) => `<!doctype html>
<html ${attributes}>
<head>
<meta charset="utf-8"><title>Handbook</title><meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/page.css">
<script type="module" src="/leafcutter/element/index.js"></script>
<script type="module" src="/leafcutter/tree-picture/index.js"></script>
${script && `<script type="module" src="${script}"></script>`}
</head>
<body><main><h1>Handbook</h1>${body}</main></body>
</html>
`;

const site = `index="/search/" model-url="${MODEL}" facets="kind, since:Since version"`;

const FILES = {
  "index.html": page(`<leafcutter-search ${site}></leafcutter-search>`),
  "dialog.html": page(
    `<leafcutter-search ${site} display="dialog" placeholder="Search the handbook"></leafcutter-search>`,
  ),
  "keywords.html": page('<leafcutter-search index="/search/"></leafcutter-search>'),
  "slow.html": page('<leafcutter-search index="/slow/"></leafcutter-search>'),
  "broken.html": page('<leafcutter-search index="/nowhere/"></leafcutter-search>'),
  "arabic.html": page(`<leafcutter-search ${site}></leafcutter-search>`, { attributes: 'lang="ar" dir="rtl"' }),
  "german.html": page(`<leafcutter-search ${site}></leafcutter-search>`, { attributes: 'lang="de-AT"' }),
  "collection.html": page(
    '<leafcutter-search id="search" facets="kind, since:Since version"></leafcutter-search>' +
      '<leafcutter-tree for="search"></leafcutter-tree>',
    { script: "/collection.js" },
  ),
  "collection.js": `import { Leafcutter } from "/leafcutter/index.js";
    const collection = await Leafcutter.open({ name: "handbook", model: "${MODEL}", storage: "memory" });
    await collection.add(${JSON.stringify(HANDBOOK)});
    document.querySelector("leafcutter-search").collection = collection;
    document.querySelector("leafcutter-tree").collection = collection;
    globalThis.collection = collection;`,
  "page.css": `:root { color-scheme: light dark; }
    body { margin: 0; font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; background: light-dark(#fdfdfb, #101412); color: light-dark(#17211b, #e8ede9); }
    main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
    h1 { margin: 0 0 1rem; font-size: 1.5rem; }`,
};

/** A server of these pages and a Chromium; `close` ends both. */
export async function startElementPages() {
  const folder = await temporaryFolder();
  const www = path.join(folder, "www");
  await writeHandbook(path.join(folder, "pages"));
  await buildSite(path.join(folder, "pages"), path.join(www, "search"), {});
  for (const [name, content] of Object.entries(FILES)) {
    await mkdir(www, { recursive: true });
    await writeFile(path.join(www, name), content);
  }
  const policy = JSON.parse(await readFile(path.join(root, "pkg/src/cli/policy.json"), "utf8")).join("; ");
  const server = await serve({
    mounts: { "/": `${www}/`, "/leafcutter/": path.join(root, "pkg/dist"), "/models/": modelsFolder },
    headers: { "content-security-policy": policy },
    // Never answered.
    answerFirst: ({ url }) => url.startsWith("/slow/"),
  });
  const browser = await launch();
  return {
    server,
    browser,
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

/** Waits until the page's collection is open. */
export async function openedCollection(page) {
  await page.waitForFunction(() => globalThis.collection, undefined, { timeout: 60_000 });
}

/** Waits until the tree of the page's collection is drawn. */
export async function shownTree(page) {
  await openedCollection(page);
  await page.locator("leafcutter-tree [role=treeitem]").nth(1).waitFor();
}

/** Types a question and waits until it was answered by meaning, or as `by` says. */
export async function ask(page, question, by = "meaning") {
  await page.locator("leafcutter-search input[role=combobox]").fill(question);
  await answered(page, by);
}

/** Waits until what was asked is answered. */
export async function answered(page, by = "meaning") {
  await page.waitForFunction(
    (by) => {
      const { view } = document.querySelector("leafcutter-search");
      return ["results", "nothing"].includes(view.status) && view.by === by;
    },
    by,
    { timeout: 60_000 },
  );
}
