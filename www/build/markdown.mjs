// Markdown to the HTML of an article, with anchors and highlighted programs.
import hljs from "highlight.js/lib/common";
import { Marked } from "marked";
import { markedHighlight } from "marked-highlight";
import { escape } from "./layout.mjs";

/**
 * @typedef {{ level: number, id: string, title: string }} Heading `title` is HTML
 */

/**
 * @param {string} markdown
 * @param {{ link?: (href: string) => string }} [options] `link` says where a link of the text leads on the site
 * @returns {{ html: string, headings: Heading[] }}
 */
export function renderMarkdown(markdown, { link = (href) => href } = {}) {
  const headings = [];
  const slugs = new Map();
  const marked = new Marked(markedHighlight({ langPrefix: "hljs language-", highlight: highlightCode }), {
    gfm: true,
    renderer: {
      heading({ tokens, depth }) {
        // An anchor may be written behind the heading: {#name}.
        const [, inner, name] = /^(.*?)(?:\s*\{#([^}]+)\})?$/s.exec(this.parser.parseInline(tokens));
        const id = unique(name ?? slug(inner), slugs);
        headings.push({ level: depth, id, title: inner.replace(/<\/?a\b[^>]*>/g, "") });
        // The sign of the link is drawn by the style, so that it is no part of the heading's text.
        const anchor = `<a class="anchor" href="#${id}" aria-label="Link to this section"></a>`;
        return `<h${depth} id="${id}">${inner}${depth === 1 ? "" : anchor}</h${depth}>\n`;
      },
      link({ href, title, tokens }) {
        const named = title ? ` title="${escape(title)}"` : "";
        return `<a href="${escape(link(href))}"${named}>${this.parser.parseInline(tokens)}</a>`;
      },
    },
  });
  const html = marked
    .parse(markdown)
    // A wide table or program scrolls by itself, by keyboard as well.
    .replaceAll("<pre>", '<pre tabindex="0">')
    .replace(/<table>.*?<\/table>/gs, (table) => `<div class="wide" tabindex="0">${table}</div>`)
    // The corner of a table is no heading of anything.
    .replace(/<th[^>]*><\/th>/g, "<td></td>");
  return { html, headings };
}

/** A program as HTML; of a language that is not known, as it is. */
export function highlightCode(code, language) {
  return hljs.getLanguage(language) ? hljs.highlight(code, { language }).value : escape(code);
}

/** The text of the first heading, without its markup. */
export function titleOf(markdown) {
  return /^#\s+(.+)$/m.exec(markdown)?.[1].replaceAll("`", "");
}

/** The first sentence of the first paragraph, as plain text. */
export function descriptionOf(markdown) {
  const paragraph = new Marked().lexer(markdown).find(({ type }) => type === "paragraph")?.text ?? "";
  const plain = paragraph
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[`*_]/g, "")
    .replace(/\s+/g, " ");
  return /^.{20,}?[.:](?=\s|$)/.exec(plain)?.[0].replace(/:$/, ".") ?? plain;
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

/** The second of the same name is numbered 1. */
function unique(name, taken) {
  const before = taken.get(name);
  taken.set(name, before === undefined ? 0 : before + 1);
  return before === undefined ? name : unique(`${name}-${before + 1}`, taken);
}
