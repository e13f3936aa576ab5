// The guide: Leafcutter's documentation, docs/*.md, as pages of the site and as a collection to search.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { article } from "./article.mjs";
import { descriptionOf, renderMarkdown, titleOf } from "./markdown.mjs";

/** In reading order. The group without names has all pages that stand in no other. */
const GROUPS = [
  { title: "Start", names: ["getting-started", "javascript", "static-site", "command-line"] },
  { title: "Go further", names: undefined },
  {
    title: "Understand",
    names: [
      "how-it-works",
      "screens",
      "index-file",
      "privacy",
      "encryption",
      "untrusted-documents",
      "sensitive",
      "limits",
    ],
  },
  { title: "Run", names: ["hosting"] },
  { title: "Figures", names: ["comparison", "quality", "verify"] },
];

/**
 * Writes a page for each Markdown file of `from` and all of them as documents, both into `to`/docs.
 *
 * @param {{ from: string, to: string, layout: (page: import("./layout.mjs").Page) => string }} options
 */
export function renderGuide({ from, to, layout }) {
  const folder = join(to, "docs");
  mkdirSync(folder, { recursive: true });
  const files = readdirSync(from).filter((file) => file.endsWith(".md"));
  const pages = new Map(
    files.sort().map((file) => {
      const markdown = readFileSync(join(from, file), "utf8");
      const name = file.replace(/\.md$/, "");
      return [name, { name, path: `docs/${name}.html`, markdown, title: titleOf(markdown) ?? name }];
    }),
  );
  const groups = groupPages(pages);
  for (const { name, path, title, markdown } of pages.values()) {
    const { html, headings } = renderMarkdown(markdown, { link: toPage });
    const body = article({ path, html, headings, label: "Guide", groups });
    const section = name === "comparison" ? "comparison" : "guide";
    const page = layout({ path, title, description: descriptionOf(markdown), section, body });
    writeFileSync(join(to, path), page);
  }
  if (existsSync(join(from, "pictures"))) cpSync(join(from, "pictures"), join(folder, "pictures"), { recursive: true });
  const documents = [...pages.values()].map(({ name, title, path, markdown }) => ({
    id: name,
    title,
    url: path,
    markdown,
  }));
  writeFileSync(join(folder, "documents.json"), JSON.stringify(documents));
}

function groupPages(pages) {
  const listed = GROUPS.flatMap(({ names }) => names ?? []);
  const others = [...pages.keys()].filter((name) => !listed.includes(name));
  return GROUPS.map(({ title, names = others }) => ({
    title,
    pages: names.filter((name) => pages.has(name)).map((name) => pages.get(name)),
  })).filter((group) => group.pages.length > 0);
}

/** Links between the files lead between the pages; those to `../recipes.html` and the like are written as the site has them. */
function toPage(href) {
  return href.replace(/^([\w-]+)\.md(?=#|$)/, "./$1.html");
}
