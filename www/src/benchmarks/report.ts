/** What was measured, as a table and as text. */

import { h } from "../dom.ts";
import type { Report } from "./run.ts";
import { benchmarkText as text } from "./strings.ts";

export function reportTable({ facts, measures }: Report): HTMLElement {
  return h(
    "div",
    { class: "doc" },
    h(
      "div",
      { class: "wide", tabindex: "0" },
      h(
        "table",
        {},
        h("caption", {}, text.results),
        h("thead", {}, h("tr", {}, ...Object.values(text.columns).map((name) => h("th", { scope: "col" }, name)))),
        h(
          "tbody",
          {},
          ...measures.map(({ name, median, least, most }) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, name),
              h("td", { class: "number" }, text.milliseconds(median)),
              h("td", { class: "number" }, `${text.milliseconds(least)} – ${text.milliseconds(most)}`),
            ),
          ),
        ),
      ),
    ),
    h("h2", {}, text.machine),
    h("dl", { class: "facts" }, ...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
  );
}

export function asText({ facts, measures }: Report): string {
  const lines = [
    ...measures.map(
      ({ name, median, least, most }) =>
        `${name}: ${text.milliseconds(median)} (${text.milliseconds(least)} – ${text.milliseconds(most)})`,
    ),
    "",
    ...facts.map(([name, value]) => `${name}: ${value}`),
  ];
  return `${lines.join("\n")}\n`;
}
