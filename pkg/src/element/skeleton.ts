/** The parts of the search element that are always there. */

import { h } from "./dom.js";
import { icon } from "./icons.js";
import type { Words } from "./strings.js";

/** Lines that stand for results while the first are awaited. */
const LINES = 3;

export type Skeleton = ReturnType<typeof makeSkeleton>;

/**
 * @param placeholder - In place of the language's own.
 * @param shortcut - The key that leads into the field; empty for none.
 * @param closes - Whether Esc closes what the search is in.
 */
export function makeSkeleton({ strings }: Words, placeholder: string | null, shortcut: string, closes: boolean) {
  const input = h("input", {
    type: "text",
    inputmode: "search",
    enterkeyhint: "search",
    part: "input",
    role: "combobox",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
    placeholder: placeholder ?? strings.placeholder,
    "aria-label": strings.search,
    "aria-autocomplete": "list",
    "aria-controls": "results",
    "aria-expanded": "false",
    ...(shortcut !== "" && { "aria-keyshortcuts": shortcut }),
  });
  const clear = h(
    "button",
    { type: "button", class: "quiet square", part: "clear", "aria-label": strings.clear, hidden: true },
    icon("close"),
  );
  const key = shortcut !== "" && h("kbd", { class: "shortcut", "aria-hidden": "true" }, shortcut);
  const form = h(
    "form",
    { role: "search", class: "field", part: "field", "aria-label": strings.search },
    icon("search"),
    input,
    clear,
    key,
  );
  const waiting = h(
    "div",
    { class: "waiting", "aria-hidden": "true" },
    ...Array.from({ length: LINES }, () => h("span", {}, h("span"), h("span"))),
  );
  const message = h("div", { class: "message", part: "message", hidden: true });
  const brief = h("div", { hidden: true });
  const more = h("button", { type: "button", class: "more", part: "more", hidden: true }, strings.more);
  const state = h("span", { class: "state", part: "state" });
  const hints = h(
    "span",
    { class: "hints", "aria-hidden": "true" },
    h("span", {}, h("kbd", {}, "↑"), h("kbd", {}, "↓"), strings.toMove),
    h("span", {}, h("kbd", {}, "↵"), strings.toOpen),
    h("span", {}, h("kbd", {}, "esc"), closes ? strings.toClose : strings.toClear),
  );
  const foot = h("div", { class: "foot", part: "foot", hidden: true }, state, hints);
  return { input, clear, form, waiting, message, brief, more, state, foot };
}
