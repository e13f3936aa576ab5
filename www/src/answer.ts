/** The answer in brief: the documents' own sentences, each with the number of its source. */

import type { Citation, ExtractiveAnswer } from "leafcutter";
import { fill, h } from "./dom.ts";
import { text } from "./strings.ts";

type Open = (citation: Citation) => void;

/** Fills `container` with `answer`; a citation calls `open` with the place that it stands for. */
export function showAnswer(container: Element, answer: ExtractiveAnswer, open: Open): void {
  if (answer.citations.length === 0) {
    fill(container);
    return;
  }
  fill(
    container,
    h(
      "section",
      { class: "answer", "aria-labelledby": "answer-title" },
      h("h3", { id: "answer-title" }, text.inBrief),
      h(
        "p",
        { class: "passage" },
        ...answer.citations.flatMap((citation) => [citation.text, citeButton(citation, () => open(citation)), " "]),
      ),
      h("h4", { class: "visually-hidden" }, text.sources),
      h("ol", { class: "plain sources" }, ...answer.citations.map((citation) => source(citation, open))),
    ),
  );
}

function citeButton(citation: Citation, onclick: () => void): HTMLElement {
  const label = text.cite(citation.number, citation.document.title);
  return h("button", { type: "button", class: "cite", "aria-label": label, onclick }, String(citation.number));
}

function source(citation: Citation, open: Open): HTMLElement {
  const onclick = () => open(citation);
  return h(
    "li",
    {},
    h("span", { class: "cite-number", "aria-hidden": "true" }, String(citation.number)),
    h("button", { type: "button", class: "text", onclick }, sourceName(citation)),
  );
}

function sourceName({ document, headingPath }: Citation): string {
  return [document.title, ...headingPath.filter((heading) => heading !== document.title)].join(" › ");
}
