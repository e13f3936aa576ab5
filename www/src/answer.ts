/** The answer in brief: the documents' own sentences, each with the number of its source. */

import type { Citation, ExtractiveAnswer } from "leafcutter";
import { fill, h } from "./dom.ts";
import { text } from "./strings.ts";

type Open = (citation: Citation) => void;

/** Fills `container` with `answer`; a citation calls `open`. */
export function showAnswer(container: Element, { citations }: ExtractiveAnswer, open: Open): void {
  if (citations.length === 0) {
    fill(container);
    return;
  }
  fill(
    container,
    h(
      "section",
      { class: "answer", "aria-labelledby": "answer-title" },
      h("h2", { id: "answer-title" }, text.inBrief),
      h("p", { class: "passage" }, ...citations.flatMap((citation) => [citation.text, cite(citation, open), " "])),
      h("h3", { class: "visually-hidden" }, text.sources),
      h("ol", { class: "plain sources" }, ...citations.map((citation) => source(citation, open))),
    ),
  );
}

function cite(citation: Citation, open: Open): HTMLElement {
  return h(
    "button",
    {
      type: "button",
      class: "cite",
      "aria-label": text.cite(citation.number, citation.document.title),
      onclick: () => open(citation),
    },
    String(citation.number),
  );
}

function source(citation: Citation, open: Open): HTMLElement {
  return h(
    "li",
    {},
    h("span", { class: "cite-number", "aria-hidden": "true" }, String(citation.number)),
    h("button", { type: "button", class: "text", onclick: () => open(citation) }, sourceName(citation)),
  );
}

function sourceName({ document, headingPath, anchor }: Citation): string {
  const headings = headingPath.filter((heading) => heading !== document.title);
  return [document.title, ...headings, ...pageOf(anchor)].join(" › ");
}

/** The page of a PDF that a passage stands on; of others, nothing. */
export function pageOf(anchor: string | undefined): string[] {
  const page = /^page=(\d+)$/.exec(anchor ?? "")?.[1];
  return page === undefined ? [] : [text.page(page)];
}
