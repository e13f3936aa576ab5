// Leafcutter's documentation, docs/*.md, as pages of the site and as a collection to search.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { marked } from "marked";

/**
 * Writes a page for each Markdown file of `from` and all of them as documents, both into `to`/docs.
 *
 * @param {{ from: string, to: string, csp: string }} options
 * @returns {string} the pages as list items of links
 */
export function renderDocs({ from, to, csp }) {
  const folder = join(to, "docs");
  mkdirSync(folder);
  const files = existsSync(from)
    ? readdirSync(from)
        .filter((file) => file.endsWith(".md"))
        .sort()
    : [];
  const pages = files.map((file) => {
    const markdown = readFileSync(join(from, file), "utf8");
    const name = file.replace(/\.md$/, "");
    return { name, markdown, title: /^#\s+(.+)$/m.exec(markdown)?.[1].replaceAll("`", "") ?? name };
  });
  for (const { name, title, markdown } of pages) {
    writeFileSync(join(folder, `${name}.html`), page(title, render(markdown), csp));
  }
  if (existsSync(join(from, "pictures"))) cpSync(join(from, "pictures"), join(folder, "pictures"), { recursive: true });
  const documents = pages.map(({ name, title, markdown }) => ({ id: name, title, url: `docs/${name}.html`, markdown }));
  writeFileSync(join(folder, "documents.json"), JSON.stringify(documents));
  return pages.map(({ name, title }) => `<li><a href="./docs/${name}.html">${escape(title)}</a></li>`).join("\n");
}

function render(markdown) {
  return (
    marked
      .parse(markdown, { gfm: true })
      .replace(/<h([1-6])>(.*?)<\/h\1>/g, (_, level, inner) => `<h${level} id="${slug(inner)}">${inner}</h${level}>`)
      // Links between the files lead between the pages.
      .replace(/href="([\w-]+)\.md(#[^"]*)?"/g, 'href="./$1.html$2"')
      // A wide table or program scrolls by itself, by keyboard as well.
      .replaceAll("<pre>", '<pre tabindex="0">')
      .replace(/<table>.*?<\/table>/gs, (table) => `<div class="wide" tabindex="0">${table}</div>`)
  );
}

/** A heading's fragment as GitHub makes it. */
function slug(html) {
  const plain = html.replace(/<[^>]*>/g, "").replace(/&[#\w]+;/g, "");
  return plain
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");
}

function escape(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function page(title, body, csp) {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escape(title)} · Leafcutter</title>
<link rel="icon" href="../mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="../style.css">
<script src="../theme.js"></script>
</head>
<body>
<header class="masthead">
<a class="brand" href="../"><img src="../mark.svg" alt="" width="30" height="30">Leafcutter</a>
<nav aria-label="Site"><a href="../#docs">Docs</a></nav>
</header>
<main class="doc">
${body}
</main>
</body>
</html>
`;
}
