/** The list of what was found: a group for each document, in it an option for the document and one for each section. */

import { readablePath } from "./addresses.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import { rangesOf, stretches } from "./marks.js";
import type { Words } from "./strings.js";
import type { ResultGroup, ResultSection } from "./types.js";
import type { TextRange } from "../types.js";

/** What the reader picked: a section, or its document as a whole. */
export interface Selection {
  group: ResultGroup;
  section: ResultSection | undefined;
  /** Where it leads; `undefined` where the document has no address. */
  url: string | undefined;
}

/** Texts as text nodes and `<mark>`. */
export function marked(text: string, ranges: readonly TextRange[]): (Node | string)[] {
  return stretches(text, ranges).map((stretch) =>
    stretch.marked ? h("mark", { part: "mark" }, stretch.text) : stretch.text,
  );
}

/** A listbox that a field commands: the focus stays in the field, which names the active option. */
export class ResultsView {
  /** The listbox. */
  readonly element = h("div", { id: "results", role: "listbox", class: "results", part: "results", hidden: true });
  readonly #field: HTMLInputElement;
  readonly #select: (selection: Selection, event: MouseEvent) => void;
  #options: HTMLElement[] = [];
  #active = -1;

  /**
   * @param field - Has `role="combobox"`; hears which option is active.
   * @param select - Called when an option is clicked or entered, before a link is followed.
   */
  constructor(field: HTMLInputElement, select: (selection: Selection, event: MouseEvent) => void) {
    this.#field = field;
    this.#select = select;
    // Else a press would take the focus out of the field, and with it the keyboard of a phone.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** Shows groups, and keeps active what was, if it is still there. */
  show(groups: readonly ResultGroup[], words: Words): void {
    const before = this.#options[this.#active]?.dataset.key;
    this.#options = [];
    const matching = wordsOf(groups);
    fill(this.element, ...groups.map((group) => this.#group(group, words, matching)));
    this.element.hidden = groups.length === 0;
    this.element.setAttribute("aria-label", words.strings.results);
    this.#field.setAttribute("aria-expanded", String(groups.length > 0));
    this.#activate(before === undefined ? -1 : this.#options.findIndex(({ dataset }) => dataset.key === before));
  }

  /** Makes the option `step` further on active, at the ends the first or last; whether there is one. */
  move(step: 1 | -1): boolean {
    const { length } = this.#options;
    if (length === 0) return false;
    const from = this.#active === -1 && step === -1 ? 0 : this.#active;
    this.#activate((from + step + length) % length);
    this.#options[this.#active]!.scrollIntoView({ block: "nearest" });
    return true;
  }

  /** Picks the active option as a click with the same keys held would; whether there is one. */
  enter({ ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
    const held = { ctrlKey, metaKey, shiftKey };
    const option = this.#options[this.#active];
    option?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, composed: true, ...held }));
    return option !== undefined;
  }

  /** Makes none active; whether one was. */
  leave(): boolean {
    const was = this.#active !== -1;
    this.#activate(-1);
    return was;
  }

  #activate(index: number): void {
    this.#options[this.#active]?.setAttribute("aria-selected", "false");
    this.#active = index;
    const option = this.#options[index];
    option?.setAttribute("aria-selected", "true");
    if (option) this.#field.setAttribute("aria-activedescendant", option.id);
    else this.#field.removeAttribute("aria-activedescendant");
  }

  #group(group: ResultGroup, words: Words, matching: ReadonlySet<string>): HTMLElement {
    // What stands under no heading is the document's own text.
    const own = group.sections.find(({ headingPath, level }) => headingPath.length === 0 && !level);
    const others = group.sections.filter((section) => section !== own);
    return h(
      "div",
      { role: "group", class: "group", part: "group", "aria-label": group.title },
      this.#page(group, own, words, matching),
      ...others.map((section) => this.#section(group, section, words, matching)),
    );
  }

  #page(group: ResultGroup, own: ResultSection | undefined, words: Words, matching: ReadonlySet<string>): HTMLElement {
    const path = readablePath(group.url);
    return this.#option(
      { group, section: own, url: group.url },
      "page",
      icon("document"),
      h(
        "span",
        { class: "head" },
        h("span", { class: "title", part: "title", dir: "auto" }, ...mark(group.title, matching)),
        path !== undefined && h("span", { class: "path", part: "path", dir: "auto" }, path),
        own && badge(own, words),
      ),
      own && excerptOf(own),
    );
  }

  #section(group: ResultGroup, section: ResultSection, words: Words, matching: ReadonlySet<string>): HTMLElement {
    const heading = section.headingPath.join(" › ");
    return this.#option(
      { group, section, url: section.url ?? group.url },
      "section",
      icon(section.level ? "summary" : "section"),
      h(
        "span",
        { class: "head" },
        heading !== "" && h("span", { class: "heading", part: "heading", dir: "auto" }, ...mark(heading, matching)),
        badge(section, words),
      ),
      excerptOf(section),
    );
  }

  /** A link, or where there is nowhere to lead to a place to click. Its name is all that stands in it. */
  #option(selection: Selection, kind: "page" | "section", ...content: (Node | undefined)[]): HTMLElement {
    const option = h(
      "a",
      {
        id: `option-${this.#options.length}`,
        role: "option",
        class: `option ${kind}`,
        part: `option ${kind}`,
        tabindex: -1,
        "aria-selected": "false",
        "data-key": [selection.group.id, kind, selection.url, selection.section?.text].join("\n"),
        href: selection.url,
        rel: selection.url === undefined ? undefined : "noopener",
        onclick: (event: MouseEvent) => this.#select(selection, event),
      },
      ...content,
      icon("enter"),
    );
    this.#options.push(option);
    return option;
  }
}

function excerptOf({ text, highlights, cut }: ResultSection): HTMLElement {
  const before = cut.before ? "… " : "";
  const after = cut.after ? " …" : "";
  return h("span", { class: "text", part: "text", dir: "auto" }, before, ...marked(text, highlights), after);
}

function badge({ level, leaves }: ResultSection, words: Words): HTMLElement | undefined {
  if (level === undefined) return undefined;
  const text = level === 0 ? words.strings.passage : words.count(words.strings.summary, leaves);
  const kind = level === 0 ? "passage" : "summary";
  return h("span", { class: `badge ${kind}`, part: `badge ${kind}` }, text);
}

/** The words that matched, as they were written. */
function wordsOf(groups: readonly ResultGroup[]): Set<string> {
  return new Set(
    groups.flatMap(({ sections }) =>
      sections.flatMap(({ text, highlights }) =>
        highlights.map(({ start, end }) => text.slice(start, end).toLowerCase()),
      ),
    ),
  );
}

const mark = (text: string, words: ReadonlySet<string>) => marked(text, rangesOf(text, words));
