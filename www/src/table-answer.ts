/** What was computed from a table, beside the answer in words: the value, what was run, and whether the two agree. */

import type { DocumentTableAnswer } from "leafcutter/documents";
import { h } from "./dom.ts";
import { text } from "./strings.ts";

/** Adds it to `container`; `open` shows the table. */
export function showTableAnswer(container: Element, computed: DocumentTableAnswer, open: () => void): void {
  const { answer, agreement } = computed;
  const { title, ran, rows, agreements, open: openLabel } = text.computed;
  container.append(
    h(
      "section",
      { class: "answer", "aria-labelledby": "computed-title" },
      h("h2", { id: "computed-title" }, title),
      h("p", { class: "passage" }, answer.text),
      h("p", { class: "aside" }, `${ran}: `, h("code", {}, answer.expression), `, ${rows(answer.rows.length)}.`),
      h("p", { class: "aside" }, agreements[agreement], " "),
      h("button", { type: "button", class: "text", onclick: open }, openLabel),
    ),
  );
}
