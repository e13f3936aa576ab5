/** `<leafcutter-search>`: search for any page, over a site's index or an open collection. */

import { LeafcutterError } from "../errors.js";
import type { ModelTiming } from "../site/types.js";
import { CollectionSource, type SearchableCollection } from "./collection-source.js";
import { SearchController } from "./controller.js";
import { adoptProperties, adoptStyles, ElementBase, h } from "./dom.js";
import { readFacetFields } from "./facets.js";
import { icon } from "./icons.js";
import { Panel } from "./panel.js";
import type { Selection } from "./results-view.js";
import { SiteSource } from "./site-source.js";
import { LANGUAGES } from "./languages.js";
import { languageOf, Words, type SearchStrings } from "./strings.js";
import dialogStyles from "./dialog.css";
import resultsStyles from "./results.css";
import styles from "./search.css";
import tokens from "./tokens.css";
import type { SearchSource, SearchView } from "./types.js";

/** What `leafcutter-select` carries. */
export type SelectEvent = CustomEvent<Selection>;
/** What `leafcutter-change` carries: what there is to show now. */
export type ChangeEvent = CustomEvent<SearchView>;

/**
 * A search box and what it finds.
 *
 * Attributes: `index` (address of the folder of `leafcutter build --site`), `model-url`, `model` (`on-focus`, `eager`, `never`), `k`,
 * `facets` (`kind, version:Version`), `display` (`inline` or `dialog`), `placeholder`, `shortcut` (a key, `/` if not given; empty for
 * none), `theme` (`light`, `dark`, `system`; without it the page's `color-scheme`), `lang`.
 *
 * @fires leafcutter-select - a result is about to be opened; `preventDefault()` keeps the page from following its link
 * @fires leafcutter-change - there is something else to show
 */
export class LeafcutterSearch extends ElementBase {
  static readonly observedAttributes = [
    "index",
    "model",
    "model-url",
    "k",
    "facets",
    "display",
    "placeholder",
    "shortcut",
    "lang",
  ];

  #source: SearchSource | undefined;
  #strings: Partial<SearchStrings> = {};
  /** Made from attributes, and so closed with the element. */
  #own: SearchSource | undefined;
  #controller: SearchController | undefined;
  #panel: Panel | undefined;
  #dialog: HTMLDialogElement | undefined;
  #scheduled = false;
  readonly #onPageKey = (event: KeyboardEvent) => this.#takeShortcut(event);

  /** An open collection to search, in place of `index`. It stays open when the element goes. */
  get collection(): SearchableCollection | undefined {
    return this.#source instanceof CollectionSource ? this.#source.collection : undefined;
  }

  set collection(collection: SearchableCollection | undefined) {
    this.source = collection && new CollectionSource(collection);
  }

  /** What is searched, in place of `index`. */
  get source(): SearchSource | undefined {
    return this.#source;
  }

  set source(source: SearchSource | undefined) {
    this.#source = source;
    this.#schedule();
  }

  /** Words of your own in place of those of the element's language. */
  get strings(): Partial<SearchStrings> {
    return this.#strings;
  }

  set strings(strings: Partial<SearchStrings>) {
    this.#strings = strings;
    this.#schedule();
  }

  /** What there is to show; `undefined` where there is nothing to search. */
  get view(): SearchView | undefined {
    return this.#controller?.view;
  }

  /**
   * Asks a question, as a reader who types and enters it would.
   *
   * @param options - `focus: false` leaves the focus where it is; a dialog stays as it is then.
   */
  async search(query: string, { focus = true }: { focus?: boolean } = {}): Promise<SearchView> {
    this.#build();
    if (!this.#controller) {
      throw new LeafcutterError("out-of-order", "there is nothing to search: set index or collection first");
    }
    if (focus) this.open();
    await this.#controller.enter(query);
    return this.#controller.view;
  }

  /** Opens the dialog, where there is one, and leads to the field. */
  open(): void {
    this.#build();
    if (this.#dialog && !this.#dialog.open) this.#dialog.showModal();
    this.#panel?.focus();
  }

  /** Closes the dialog. */
  close(): void {
    this.#dialog?.close();
  }

  /** Leads to the field, or to the button while the dialog is closed. */
  override focus(): void {
    this.#build();
    const isClosed = this.#dialog?.open === false;
    if (isClosed) this.shadowRoot!.querySelector<HTMLElement>(".trigger")!.focus();
    else this.#panel?.focus();
  }

  /** @internal */
  connectedCallback(): void {
    if (!this.shadowRoot) adoptStyles(this.attachShadow({ mode: "open" }), tokens, resultsStyles, styles, dialogStyles);
    adoptProperties(this, ["collection", "source", "strings"]);
    document.addEventListener("keydown", this.#onPageKey);
    this.#schedule();
  }

  /** @internal */
  disconnectedCallback(): void {
    document.removeEventListener("keydown", this.#onPageKey);
    // Not where it is only moved.
    queueMicrotask(() => this.isConnected || this.#tearDown());
  }

  /** @internal */
  attributeChangedCallback(_name: string, before: string | null, after: string | null): void {
    if (before !== after) this.#schedule();
  }

  /** Builds once for all that is set at the same time. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => this.#build());
  }

  #build(): void {
    if (!this.#scheduled || !this.isConnected) return;
    this.#scheduled = false;
    this.#tearDown();
    const source = this.#source ?? (this.#own = this.#siteSource());
    const controller = source && new SearchController({ source, ...this.#settings() });
    if (!controller) return;
    this.#controller = controller;
    controller.subscribe(() => this.dispatchEvent(new CustomEvent("leafcutter-change", { detail: controller.view })));
    this.#draw(controller);
    if (this.getAttribute("model") === "eager") controller.prepare();
  }

  #settings() {
    const k = Number(this.getAttribute("k") ?? Number.NaN);
    return { facets: readFacetFields(this.getAttribute("facets")), ...(k >= 1 && { k }) };
  }

  #siteSource(): SearchSource | undefined {
    const index = this.getAttribute("index");
    const modelUrl = this.getAttribute("model-url");
    const model = (this.getAttribute("model") ?? "on-focus") as ModelTiming;
    return index === null ? undefined : new SiteSource(index, { model, ...(modelUrl !== null && { modelUrl }) });
  }

  #draw(controller: SearchController): void {
    const words = new Words<SearchStrings>(LANGUAGES, languageOf(this), this.#strings);
    const inDialog = this.getAttribute("display") === "dialog";
    const shortcut = this.#shortcut;
    const panel = (this.#panel = new Panel(controller, {
      words,
      placeholder: this.getAttribute("placeholder"),
      shortcut: inDialog ? "" : shortcut,
      onSelect: (selection, event) => this.#onSelect(selection, event),
      ...(inDialog && { hint: words.strings.hint, onEscape: () => this.close() }),
    }));
    const content = inDialog ? this.#inDialog(panel, words, shortcut) : [panel.element];
    const root = h("div", { class: "root", lang: words.language, dir: words.direction }, ...content);
    this.shadowRoot!.replaceChildren(root);
  }

  #inDialog(panel: Panel, { strings }: Words, shortcut: string): HTMLElement[] {
    const trigger = h(
      "button",
      {
        type: "button",
        class: "trigger",
        part: "trigger",
        "aria-haspopup": "dialog",
        "aria-keyshortcuts": shortcut || undefined,
        onclick: () => this.open(),
      },
      icon("search"),
      h("span", { class: "label" }, this.getAttribute("placeholder") ?? strings.search),
      shortcut !== "" && h("kbd", { class: "shortcut", "aria-hidden": "true" }, shortcut),
    );
    const close = h(
      "button",
      { type: "button", class: "quiet", part: "close", onclick: () => this.close() },
      strings.close,
    );
    panel.element.querySelector("form")!.append(close);
    const dialog = h("dialog", { part: "dialog", "aria-label": strings.search }, panel.element);
    // A press beside the panel meets the dialog itself.
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    this.#dialog = dialog;
    return [trigger, dialog];
  }

  #tearDown(): void {
    this.#panel?.close();
    this.#controller?.close();
    void this.#own?.close();
    this.#own = this.#controller = this.#panel = this.#dialog = undefined;
  }

  #onSelect(selection: Selection, event: MouseEvent): void {
    const options = { detail: selection, bubbles: true, composed: true, cancelable: true };
    if (!this.dispatchEvent(new CustomEvent("leafcutter-select", options))) event.preventDefault();
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
    if (!elsewhere) this.close();
  }

  get #shortcut(): string {
    return this.getAttribute("shortcut") ?? "/";
  }

  #takeShortcut(event: KeyboardEvent): void {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (event.defaultPrevented || this.#shortcut === "" || key !== this.#shortcut) return;
    if (ctrlKey || metaKey || altKey || isTyping(event)) return;
    event.preventDefault();
    this.open();
  }
}

/** Whether the key goes into a field. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("textarea, select, input:not([type=checkbox], [type=radio], [type=button])"))
  );
}
