// A page of text beside its neighbors and a table of its contents: of the guide, the reference, the recipes.
import { escape, rootOf } from "./layout.mjs";

/**
 * @typedef {{ title: string, pages: { path: string, title: string }[] }} Group
 */

/**
 * @param {object} article
 * @param {string} article.path from the root of the site
 * @param {string} article.html
 * @param {import("./markdown.mjs").Heading[]} article.headings
 * @param {string} article.label what the pages beside it are called
 * @param {Group[]} article.groups the pages beside it, in reading order
 * @param {string} [article.kind] a further class of the text
 * @param {number} [article.deepest] level of the deepest headings in the table of contents
 * @returns {string} the body of the page
 */
export function article({ path, html, headings, label, groups, kind = "", deepest = 3 }) {
  const root = rootOf(path);
  const pages = groups.flatMap((group) => group.pages);
  const at = pages.findIndex((page) => page.path === path);
  return `<div class="article">
<nav class="contents" aria-label="${escape(label)}">
<details data-open-when-wide><summary>${escape(label)}</summary>
${groups.map((group) => neighbors(group, path, root)).join("\n")}
</details>
</nav>
<main id="main" class="${`doc ${kind}`.trim()}" tabindex="-1">
${html}
<nav class="turn" aria-label="Previous and next page">${at < 0 ? "" : turn(pages[at - 1], "Previous", "prev", root) + turn(pages[at + 1], "Next", "next", root)}</nav>
</main>
${onThisPage(headings, deepest)}
</div>`;
}

function neighbors({ title, pages }, path, root) {
  const items = pages.map((page) => {
    const current = page.path === path ? ' aria-current="page"' : "";
    return `<li><a href="${root}${page.path}"${current}>${escape(page.title)}</a></li>`;
  });
  return `<p class="group">${escape(title)}</p>\n<ul>\n${items.join("\n")}\n</ul>`;
}

function turn(page, label, rel, root) {
  return page
    ? `<a class="${rel}" rel="${rel}" href="${root}${page.path}"><span>${label}</span> ${escape(page.title)}</a>\n`
    : "";
}

function onThisPage(headings, deepest) {
  const shown = headings.filter(({ level }) => level > 1 && level <= deepest);
  if (shown.length < 2) return "";
  const items = shown.map(({ level, id, title }) => `<li class="level-${level}"><a href="#${id}">${title}</a></li>`);
  return `<nav class="on-this-page" aria-label="On this page">
<details data-open-when-wide><summary>On this page</summary>
<ul>
${items.join("\n")}
</ul>
</details>
</nav>`;
}
