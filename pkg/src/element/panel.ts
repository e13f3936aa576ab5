/** The search as the reader sees it: field, filters, brief, results and what the state is. It draws what a controller has. */

import { Announcer } from "./announcer.js";
import { briefView } from "./brief-view.js";
import type { SearchController } from "./controller.js";
import { fill, h } from "./dom.js";
import { FiltersView } from "./filters-view.js";
import { icon } from "./icons.js";
import { ResultsView, type Selection } from "./results-view.js";
import { makeSkeleton, type Skeleton } from "./skeleton.js";
import type { Words } from "./strings.js";
import type { SearchView } from "./types.js";

export interface PanelOptions {
  words: Words;
  placeholder: string | null;
  shortcut: string;
  /** Called before a result is opened. */
  onSelect(selection: Selection, event: MouseEvent): void;
  /** What Esc does: closes what the panel is in. If not given, it clears the field, then leaves it. */
  onEscape?: () => void;
  /** Shown while nothing is asked. */
  hint?: string;
}

export class Panel {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly #options: PanelOptions;
  readonly #parts: Skeleton;
  readonly #results: ResultsView;
  readonly #filters: FiltersView;
  readonly #announcer = new Announcer();
  readonly #controller: SearchController;
  readonly #unsubscribe: () => void;
  #shown: SearchView | undefined;

  constructor(controller: SearchController, options: PanelOptions) {
    this.#controller = controller;
    this.#options = options;
    const { words, placeholder, shortcut } = options;
    const parts = (this.#parts = makeSkeleton(words, placeholder, shortcut, options.onEscape !== undefined));
    this.input = parts.input;
    this.#results = new ResultsView(parts.input, options.onSelect);
    this.#filters = new FiltersView(words, {
      choose: (field, value, chosen) => void controller.choose(field, value, chosen),
      clear: () => void controller.clearFilters().then(() => this.input.focus()),
    });
    parts.clear.before(this.#filters.toggle);
    const { form, waiting, message, brief, more, foot } = parts;
    const body = h("div", { class: "body", part: "body" }, waiting, message, brief, this.#results.element, more);
    this.element = h("div", { class: "panel", part: "panel" }, form, this.#filters.element, body, foot);
    this.element.append(this.#announcer.element);
    this.#listen();
    this.#unsubscribe = controller.subscribe(() => this.#show(controller.view));
    this.#show(controller.view);
  }

  /** Leads a reader to the field, with what is in it selected. */
  focus(): void {
    this.input.focus();
    this.input.select();
  }

  close(): void {
    this.#unsubscribe();
    this.#announcer.stop();
  }

  #listen(): void {
    const { input, form, clear, more } = this.#parts;
    const controller = this.#controller;
    input.addEventListener("input", () => controller.type(input.value));
    input.addEventListener("focus", () => controller.prepare());
    input.addEventListener("keydown", (event) => this.#onKey(event));
    clear.addEventListener("click", () => {
      controller.type("");
      input.focus();
    });
    more.addEventListener("click", () => {
      // The button may go away with the focus on it.
      input.focus();
      void controller.showMore();
    });
    form.addEventListener("submit", (event) => event.preventDefault());
  }

  #onKey(event: KeyboardEvent): void {
    // Of a character that is still being put together.
    if (event.isComposing) return;
    const handled = this.#handleKey(event);
    if (handled) event.preventDefault();
  }

  #handleKey(event: KeyboardEvent): boolean {
    switch (event.key) {
      case "ArrowDown":
        return this.#results.move(1);
      case "ArrowUp":
        return this.#results.move(-1);
      case "Enter":
        if (!this.#results.enter(event)) void this.#enter();
        return true;
      case "Escape":
        return this.#escape();
      case "ArrowLeft":
      case "ArrowRight":
      case "Home":
      case "End":
        // The reader is back in the text.
        this.#results.leave();
        return false;
      default:
        return false;
    }
  }

  /** The first result is active then, so that the same key opens it. */
  async #enter(): Promise<void> {
    const { value } = this.input;
    await this.#controller.enter(value);
    if (this.input.value === value && this.#controller.view.status === "results") this.#results.move(1);
  }

  #escape(): boolean {
    if (this.#options.onEscape) {
      this.#options.onEscape();
      return true;
    }
    if (this.#results.leave()) return true;
    if (this.input.value === "") this.input.blur();
    this.#controller.type("");
    return true;
  }

  #show(view: SearchView): void {
    const before = this.#shown;
    this.#shown = view;
    const { input, clear, waiting, brief, more, foot } = this.#parts;
    const { words } = this.#options;
    if (input.value !== view.query) input.value = view.query;
    clear.hidden = view.query === "";
    // An empty field is the page's, not the text's.
    input.dir = view.query === "" ? words.direction : "auto";
    this.element.dataset.status = view.status;
    if (view.groups !== before?.groups) this.#results.show(view.groups, words);
    if (view.brief !== before?.brief) {
      fill(brief, view.brief && briefView(view.brief, words));
      brief.hidden = view.brief === undefined;
    }
    this.#filters.show(view.facets);
    waiting.hidden = view.status !== "loading" || view.groups.length > 0;
    more.hidden = !view.more;
    this.#showMessage(view);
    this.#showState(view);
    // In a dialog it keeps its place.
    foot.hidden = this.#options.onEscape === undefined && view.groups.length === 0;
    this.#announce(view);
  }

  #showMessage({ status, query, filtered, error }: SearchView): void {
    const { strings } = this.#options.words;
    const { message } = this.#parts;
    const { hint } = this.#options;
    message.hidden = !(status === "nothing" || status === "error" || (status === "idle" && hint !== undefined));
    if (status === "idle") fill(message, hint !== undefined && h("p", {}, hint));
    else if (status === "nothing") {
      fill(
        message,
        icon("search"),
        h("p", { class: "said" }, nothingFor(strings.nothing, query)),
        h("p", {}, filtered ? strings.nothingFiltered : strings.nothingHint),
      );
    } else if (status === "error") {
      const retry = () => {
        this.input.focus();
        void this.#controller.enter();
      };
      fill(
        message,
        icon("warning"),
        h("p", { class: "said" }, strings.failed),
        h("p", { dir: "auto", class: "reason" }, error?.message),
        h("button", { type: "button", class: "retry", part: "retry", onclick: retry }, strings.retry),
      );
    }
  }

  /** How many there are, and what they were found by. */
  #showState(view: SearchView): void {
    const { status, groups, incomplete } = view;
    const answered = status === "results" || status === "nothing" || (status === "loading" && groups.length > 0);
    if (!answered && status !== "idle") return;
    const { words } = this.#options;
    const [text, kind] = this.#foundBy(view);
    fill(
      this.#parts.state,
      status !== "idle" && text !== undefined && h("span", { class: `found-by ${kind}` }, text),
      status !== "idle" && incomplete && h("span", { class: "incomplete" }, words.strings.incomplete),
    );
  }

  #foundBy({ by, meaning }: SearchView): [text?: string, kind?: string] {
    const { strings } = this.#options.words;
    if (by === "meaning") return [strings.meaningReady, "meaning"];
    if (meaning === "loading" || meaning === "waiting") return [strings.meaningLoading, "loading"];
    if (meaning === "failed") return [strings.meaningFailed, "failed"];
    return meaning === "off" ? [] : [strings.keywordsOnly, "keywords"];
  }

  #announce(view: SearchView): void {
    const { words } = this.#options;
    const { strings } = words;
    if (view.status === "idle") this.#announcer.say("");
    else if (view.status === "loading") this.#announcer.say(strings.searching);
    else if (view.status === "error") this.#announcer.say(`${strings.failed}. ${view.error?.message ?? ""}`);
    else if (view.status === "nothing") this.#announcer.say(strings.nothing.replace("{query}", () => view.query));
    else if (view.status === "results") this.#announcer.say(words.count(strings.found, view.groups.length));
  }
}

/** The text with the question in it, whichever way that is written. */
function nothingFor(text: string, query: string): HTMLElement {
  const [before = "", after = ""] = text.split("{query}");
  return h("span", {}, before, h("bdi", {}, query), after);
}
