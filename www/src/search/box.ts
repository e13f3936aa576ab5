/** A field to ask the site's pages in, and what was found. The one place where the site's search is put into a page. */

import type { SiteAnswer, SiteState } from "leafcutter/site";
import { fill, h } from "../dom.ts";
import { siteText } from "../site-strings.ts";
import { loadMeaning, loadMeaningAgain, onSiteState, siteIndex } from "./index.ts";
import { resultList } from "./results.ts";

const text = siteText.search;
/** A pause in typing after which what is there is searched, in milliseconds. */
const PAUSE = 80;

export interface SearchOptions {
  /** Questions to begin with. */
  suggestions?: string[];
  /** Pages that are shown at the most. */
  pages?: number;
}

let boxes = 0;

/** Puts the field into `host`. */
export class SearchBox {
  readonly #field: HTMLInputElement;
  readonly #status = h("p", { class: "aside search-status", role: "status" });
  readonly #meaning = h("p", { class: "aside search-meaning" });
  readonly #results = h("div", { class: "search-results" });
  readonly #pages: number;
  #asking: AbortController | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;

  constructor(host: Element, { suggestions = [], pages = 5 }: SearchOptions = {}) {
    this.#pages = pages;
    const id = `search-field-${++boxes}`;
    this.#field = h("input", {
      id,
      type: "search",
      autocomplete: "off",
      spellcheck: "false",
      enterkeyhint: "search",
      placeholder: text.placeholder,
      oninput: () => this.#typed(),
      onfocus: () => loadMeaningAgain(),
    });
    const form = h(
      "form",
      { class: "ask", onsubmit: (event: Event) => this.#submitted(event) },
      h("label", { for: id, class: "visually-hidden" }, text.label),
      this.#field,
      h("button", { type: "submit", class: "primary" }, text.submit),
    );
    const box = h(
      "search",
      { class: "search-box" },
      form,
      suggestions.length > 0 && this.#suggest(suggestions),
      h("div", { class: "search-line" }, this.#status, this.#meaning),
      this.#results,
    );
    box.addEventListener("keydown", (event) => this.#key(event));
    fill(host, box);
    this.#showState("keywords");
    onSiteState((state) => this.#showState(state));
  }

  focus(): void {
    this.#field.focus();
    this.#field.select();
  }

  /** Asks `question` as if the reader had written it. */
  ask(question: string): Promise<void> {
    this.#field.value = question;
    return this.#ask(false);
  }

  #suggest(questions: string[]): HTMLElement {
    const buttons = questions.map((question) =>
      h("button", { type: "button", class: "chip", onclick: () => void this.ask(question) }, question),
    );
    return h("p", { class: "suggestions" }, h("span", { class: "aside" }, text.suggestions), ...buttons);
  }

  #typed(): void {
    clearTimeout(this.#pause);
    this.#pause = setTimeout(() => void this.#ask(true), PAUSE);
  }

  #submitted(event: Event): void {
    event.preventDefault();
    clearTimeout(this.#pause);
    void this.#ask(false);
  }

  async #ask(asYouType: boolean): Promise<void> {
    this.#asking?.abort();
    const { signal } = (this.#asking = new AbortController());
    const question = this.#field.value.trim();
    if (question === "") {
      fill(this.#results);
      this.#status.textContent = "";
      return;
    }
    try {
      const site = await siteIndex();
      const began = performance.now();
      const show = (answer: SiteAnswer) => {
        if (!signal.aborted) this.#show(answer, performance.now() - began);
      };
      show(await site.search(question, { k: this.#pages, asYouType, signal, onUpgrade: show }));
    } catch {
      if (!signal.aborted) this.#status.textContent = text.failed;
    }
  }

  #show(answer: SiteAnswer, milliseconds: number): void {
    const by = answer.pages.length > 0 ? `, ${text.by[answer.by]}` : "";
    this.#status.textContent = text.found(answer.pages.length, milliseconds) + by;
    fill(this.#results, resultList(answer));
  }

  #showState(state: SiteState): void {
    const offered = state === "keywords" || state === "failed";
    const button = h("button", { type: "button", class: "text", onclick: () => this.#wantMeaning() }, text.loadModel);
    fill(this.#meaning, text.states[state], " ", offered && button);
  }

  #wantMeaning(): void {
    this.#field.focus();
    // The question that is there is answered again once the model is.
    void loadMeaning().then(() => this.#ask(false));
  }

  /** Up and down go through what was found, Esc back to the field, and there clears it. */
  #key(event: KeyboardEvent): void {
    const links = [...this.#results.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    const inField = document.activeElement === this.#field;
    if (event.key === "ArrowDown" && (inField || at >= 0)) links[at + 1]?.focus();
    else if (event.key === "ArrowUp" && at >= 0) (links[at - 1] ?? this.#field).focus();
    else if (event.key === "Escape" && at >= 0) this.#field.focus();
    else if (event.key === "Escape" && inField && this.#field.value !== "") void this.ask("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
}
