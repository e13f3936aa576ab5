// The pages that are written as HTML: the landing page, the demo and the benchmarks.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { highlightCode, renderMarkdown } from "./markdown.mjs";

const PAGES = [
  {
    file: "index.html",
    title: "Leafcutter",
    description: "private search and answers that run inside the page, with no server.",
    section: "",
    scripts: ["landing"],
    ownField: true,
  },
  {
    file: "demo.html",
    title: "Ask your documents",
    description: "Search and cited answers over your own documents, computed inside this page.",
    section: "demo",
    scripts: ["app"],
    ownField: true,
  },
  {
    file: "benchmarks.html",
    title: "Benchmarks in your browser",
    description: "How fast Leafcutter embeds, searches and loads on your own machine, measured in this page.",
    section: "benchmarks",
    scripts: ["benchmarks"],
  },
];

/**
 * Writes the pages into `to`.
 *
 * @param {{ from: string, to: string, readme: string, layout: (page: import("./layout.mjs").Page) => string }} options
 *   `readme` is where figures and limits are taken from, so that they stand in one place
 */
export function renderPages({ from, to, readme, layout }) {
  const sections = sectionsOf(readFileSync(readme, "utf8"));
  for (const { file, ...page } of PAGES) {
    const body = readFileSync(join(from, file), "utf8")
      .replace(/<!-- README: (.+?) -->/g, (_, name) => readmeSection(sections, name))
      .replace(/<code class="(\w+)">([^]*?)<\/code>/g, (_, language, code) => highlighted(language, code));
    writeFileSync(join(to, file), layout({ ...page, path: file, body }));
  }
}

/** The Markdown under each heading of the second level. */
function sectionsOf(markdown) {
  const [, ...sections] = markdown.split(/^## /m);
  return new Map(
    sections.map((section) => {
      const end = section.indexOf("\n");
      return [section.slice(0, end), section.slice(end + 1)];
    }),
  );
}

function readmeSection(sections, name) {
  const markdown = sections.get(name);
  if (markdown === undefined) throw new Error(`README.md has no section "${name}", which a page shows`);
  return renderMarkdown(markdown, { link: (href) => href.replace(/^(docs\/[\w-]+)\.md/, "./$1.html") }).html;
}

function highlighted(language, code) {
  const plain = code.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
  return `<code class="hljs language-${language}">${highlightCode(plain.trim(), language)}</code>`;
}
