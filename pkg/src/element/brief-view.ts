/** What a summary says of the hits, and where it has it from. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { marked } from "./results-view.js";
import type { Words } from "./strings.js";
import type { Brief } from "./types.js";

export function briefView({ sentences, documents, leaves }: Brief, words: Words): HTMLElement {
  const { brief, from, summary } = words.strings;
  return h(
    "section",
    { class: "brief", part: "brief", "aria-labelledby": "brief-title" },
    h(
      "div",
      { class: "head" },
      icon("summary"),
      h("h2", { id: "brief-title", class: "title" }, brief),
      h("span", { class: "badge summary", part: "badge summary" }, words.count(summary, leaves)),
    ),
    h(
      "p",
      { dir: "auto", part: "brief-text" },
      ...sentences.flatMap(({ text, highlights }) => [...marked(text, highlights), " "]),
    ),
    documents.length > 0 &&
      h(
        "p",
        { class: "from" },
        `${from} `,
        ...documents.flatMap(({ title, url }, index) => [
          index > 0 && ", ",
          url === undefined
            ? h("span", { dir: "auto" }, title)
            : h("a", { href: url, rel: "noopener", dir: "auto" }, title),
        ]),
      ),
  );
}
