/** What results can be narrowed by: a set of check boxes for each field. */

import type { MetadataScalar } from "../types.js";
import { fill, h } from "./dom.js";
import { icon } from "./icons.js";
import type { Words } from "./strings.js";
import type { Facet } from "./types.js";

/** What the reader does with filters. */
export interface FilterActions {
  choose(field: string, value: MetadataScalar, chosen: boolean): void;
  clear(): void;
}

export class FiltersView {
  /** Shows and hides `element`. */
  readonly toggle: HTMLButtonElement;
  readonly element = h("div", { id: "filters", class: "filters", part: "filters", hidden: true });
  readonly #actions: FilterActions;
  readonly #words: Words;
  readonly #count = h("span", { class: "count", hidden: true });
  #boxes = new Map<string, HTMLInputElement>();
  #open = false;
  #shown = "";

  constructor(words: Words, actions: FilterActions) {
    this.#words = words;
    this.#actions = actions;
    this.toggle = h(
      "button",
      {
        type: "button",
        class: "quiet",
        part: "filters-button",
        hidden: true,
        "aria-expanded": "false",
        "aria-controls": "filters",
        onclick: () => this.#setOpen(!this.#open),
      },
      icon("filter"),
      h("span", { class: "label" }, words.strings.filters),
      this.#count,
    );
  }

  /** Shows facets. While they have the same values their boxes stay, and with them the focus. */
  show(facets: readonly Facet[]): void {
    const values = JSON.stringify(
      facets.map(({ field, values }) => [field, values.map(({ value, count }) => [value, count])]),
    );
    if (values !== this.#shown) this.#build(facets);
    this.#shown = values;
    let chosen = 0;
    for (const { field, values } of facets) {
      for (const each of values) {
        this.#boxes.get(keyOf(field, each.value))!.checked = each.chosen;
        if (each.chosen) chosen++;
      }
    }
    this.#count.textContent = this.#words.number(chosen);
    this.#count.hidden = chosen === 0;
    this.toggle.hidden = facets.length === 0;
    this.element.hidden = facets.length === 0 || !this.#open;
    this.element.querySelector<HTMLElement>(".clear-filters")?.toggleAttribute("hidden", chosen === 0);
  }

  #setOpen(open: boolean): void {
    this.#open = open;
    this.toggle.setAttribute("aria-expanded", String(open));
    this.element.hidden = !open;
  }

  #build(facets: readonly Facet[]): void {
    const focused = (this.element.getRootNode() as ShadowRoot).activeElement;
    const key = focused instanceof HTMLInputElement ? focused.dataset.key : undefined;
    this.#boxes = new Map();
    fill(
      this.element,
      ...facets.map((facet) => this.#fieldset(facet)),
      facets.length > 0 &&
        h(
          "button",
          { type: "button", class: "clear-filters quiet", onclick: () => this.#actions.clear() },
          this.#words.strings.clearFilters,
        ),
    );
    if (key !== undefined) this.#boxes.get(key)?.focus();
  }

  #fieldset({ field, label, values }: Facet): HTMLElement {
    return h(
      "fieldset",
      {},
      h("legend", { dir: "auto" }, label),
      h("div", { class: "chips" }, ...values.map(({ value, count }) => this.#chip(field, value, count))),
    );
  }

  #chip(field: string, value: MetadataScalar, count: number): HTMLElement {
    const key = keyOf(field, value);
    const box = h("input", {
      type: "checkbox",
      "data-key": key,
      onchange: () => this.#actions.choose(field, value, box.checked),
    });
    this.#boxes.set(key, box);
    return h(
      "label",
      { class: "chip", part: "chip" },
      box,
      h("span", { dir: "auto" }, String(value)),
      " ",
      h("span", { class: "chip-count" }, this.#words.number(count)),
    );
  }
}

const keyOf = (field: string, value: MetadataScalar) => `${field}\n${typeof value}\n${value}`;
