// The pages of the built site: what is made of a text, that links lead somewhere, and that the policy has nothing to refuse.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { renderGuide } from "../../www/build/guide.mjs";
import { descriptionOf, renderMarkdown } from "../../www/build/markdown.mjs";
import { renderRecipes } from "../../www/build/recipes.mjs";

const SITE = fileURLToPath(new URL("../../www/dist/", import.meta.url));
const temporary = () => mkdtempSync(join(tmpdir(), "leafcutter-site-"));

test("documentation becomes pages that link to each other, and a sample", () => {
  const [from, to] = [temporary(), temporary()];
  writeFileSync(join(from, "guide.md"), "# A `guide` & more\n\n## What is it?\n\nSee [figures](verify.md#sizes).\n");
  writeFileSync(join(from, "verify.md"), "# Figures\n\n| a | b |\n| - | - |\n| 1 | 2 |\n");
  writeFileSync(join(from, "screenshot.png"), "");
  renderGuide({ from, to, layout: ({ path, title, body }) => `${path} ${title}\n${body}` });
  const guide = readFileSync(join(to, "docs/guide.html"), "utf8");
  assert.match(guide, /^docs\/guide\.html A guide & more\n/);
  assert.match(guide, /<h2 id="what-is-it">/);
  assert.match(guide, /href="\.\/verify\.html#sizes"/);
  assert.match(guide, /<a class="next" rel="next" href="\.\.\/docs\/verify\.html">/);
  const documents = JSON.parse(readFileSync(join(to, "docs/documents.json"), "utf8"));
  assert.deepEqual(
    documents.map(({ id, title }) => [id, title]),
    [
      ["guide", "A guide & more"],
      ["verify", "Figures"],
    ],
  );
});

test("headings of one name have anchors of their own, and programs are colored by classes", () => {
  const { html, headings } = renderMarkdown(
    "## Use\n\n## Use\n\n```js\nconst a = 1;\n```\n\n```unheard-of\n<b>\n```\n",
  );
  assert.deepEqual(
    headings.map(({ id }) => id),
    ["use", "use-1"],
  );
  assert.match(html, /<span class="hljs-keyword">const<\/span>/);
  assert.match(html, /&lt;b>|&lt;b&gt;/);
});

test("a page is described by its first sentence", () => {
  assert.equal(
    descriptionOf("# Title\n\nIt [reads](a.md) `files`\nand folders. More follows.\n"),
    "It reads files and folders.",
  );
});

test("recipes are the examples that are there", () => {
  const [from, to] = [temporary(), temporary()];
  writeFileSync(join(from, "plain.mjs"), "// Prints a word.\n//\n// More.\nconsole.log(`word`);\n");
  writeFileSync(join(from, "data.bin"), "no program");
  renderRecipes({ from, to, layout: ({ body }) => body });
  const page = readFileSync(join(to, "recipes.html"), "utf8");
  assert.match(page, /<p>Prints a word\.<\/p>/);
  assert.match(page, /examples\/plain\.mjs/);
  assert.doesNotMatch(page, /data\.bin/);
});

const pages = readdirSync(SITE, { recursive: true })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.endsWith(".html"));
const htmlOf = new Map(pages.map((path) => [path, readFileSync(join(SITE, path), "utf8")]));

test("every link of every page leads to a file of the site, and to a heading that is there", (t) => {
  const broken = [];
  let links = 0;
  for (const [path, html] of htmlOf) {
    for (const [, address] of html.matchAll(/\s(?:href|src)="([^"]*)"/g)) {
      const url = new URL(address.replaceAll("&amp;", "&"), `https://site.example/below/${path}`);
      if (url.origin !== "https://site.example") continue;
      links++;
      const file = url.pathname.replace(/^\/below\//, "");
      const fragment = decodeURIComponent(url.hash.slice(1));
      const lands =
        !url.pathname.startsWith("/below/") || !existsSync(join(SITE, file)) ? undefined : (htmlOf.get(file) ?? "");
      if (lands === undefined || (fragment !== "" && !lands.includes(`id="${fragment}"`)))
        broken.push(`${path}: ${address}`);
    }
  }
  assert.deepEqual(broken, []);
  t.diagnostic(`figure: ${links} links of ${pages.length} pages, all of them lead somewhere`);
});

test("no page has a script, a style or a handler written into it", () => {
  for (const [path, html] of htmlOf) {
    const inline = /<script(?![^>]*\ssrc=)|<style|\sstyle="|\son[a-z]+="/.exec(html.replace(/<pre[^]*?<\/pre>/g, ""));
    assert.equal(inline, null, `${path}: ${inline?.[0]}`);
    assert.match(
      html,
      /<meta http-equiv="Content-Security-Policy" content="[^"]*script-src 'self' 'wasm-unsafe-eval';/,
      path,
    );
  }
});
