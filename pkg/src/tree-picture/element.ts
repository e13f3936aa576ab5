/** `<leafcutter-tree>`: the tree of a collection as a picture to walk through. */

import type { Client } from "../client.js";
import { adoptProperties, adoptStyles, ElementBase, fill, h, svg } from "../element/dom.js";
import type { SearchView } from "../element/types.js";
import { withoutHeading } from "../element/marks.js";
import { languageOf, Words } from "../element/strings.js";
import tokens from "../element/tokens.css";
import { LeafcutterError, toLeafcutterError } from "../errors.js";
import type { Tree, TreeNode } from "../results.js";
import { describe, drawCells } from "./drawing.js";
import { saveFile, standaloneSvg } from "./export.js";
import { directionOf, neighbor, startingWith } from "./keyboard.js";
import { cellsOf, TreeLayout, WHOLE, type Cell, type Place } from "./layout.js";
import { TREE_LANGUAGES, type TreeStrings } from "./strings.js";
import styles from "./tree.css";

/** What is asked of a collection. */
export type CollectionWithTree = Pick<Client, "tree" | "documents">;
/** What `leafcutter-node` carries: the node that was picked. */
export type NodeEvent = CustomEvent<TreeNode>;

/** A column is at least so wide, in pixels; the rest are reached by going nearer. */
const NARROWEST_COLUMN = 170;
const MOST_COLUMNS = 4;
/** Of a search, so many of the best hits are lit. */
const MOST_LIT = 8;

/**
 * Topics to passages as an icicle: a column a level, as high as its tokens, named by telling words of its summary.
 *
 * Attributes: `for` (id of a `<leafcutter-search>` whose hits are lit), `theme`, `lang`.
 *
 * @fires leafcutter-node - a node was picked; `preventDefault()` keeps the picture from going nearer
 */
export class LeafcutterTree extends ElementBase {
  static readonly observedAttributes = ["for", "lang"];

  #collection: CollectionWithTree | undefined;
  #tree: Tree | undefined;
  #titles = new Map<string, string>();
  #strings: Partial<TreeStrings> = {};
  #lit: ReadonlySet<number> = new Set();
  #words!: Words<TreeStrings>;
  #layout: TreeLayout | undefined;
  #error: LeafcutterError | undefined;
  #focus: Place | undefined;
  #active = WHOLE;
  #cells: Cell[] = [];
  #items = new Map<number, SVGGElement>();
  #size = { width: 0, height: 0 };
  readonly #picture = svg("svg", { role: "tree", part: "picture" });
  readonly #frame = h("div", { class: "frame", part: "frame" }, this.#picture);
  readonly #path = h("nav", { class: "path", part: "path" });
  readonly #detail = h("div", { class: "detail", part: "detail" });
  readonly #observer = "ResizeObserver" in globalThis ? new ResizeObserver(() => this.#measure()) : undefined;
  #search: HTMLElement | null = null;
  readonly #onSearch = (event: Event) => this.#lightFrom((event as CustomEvent<SearchView>).detail);

  /** An open collection; the picture is of the tree that it has now. {@link refresh} draws it anew. */
  get collection(): CollectionWithTree | undefined {
    return this.#collection;
  }

  set collection(collection: CollectionWithTree | undefined) {
    this.#collection = collection;
    void this.refresh();
  }

  /** The tree that is shown; set, it takes the place of a collection's. */
  get tree(): Tree | undefined {
    return this.#tree;
  }

  set tree(tree: Tree | undefined) {
    this.#show(tree);
  }

  /** Ids of the nodes to light, such as those of hits. */
  get lit(): ReadonlySet<number> {
    return this.#lit;
  }

  set lit(ids: Iterable<number>) {
    this.#lit = new Set(ids);
    this.#draw();
  }

  /** Words of your own in place of those of the element's language. */
  get strings(): Partial<TreeStrings> {
    return this.#strings;
  }

  set strings(strings: Partial<TreeStrings>) {
    this.#strings = strings;
    this.#build();
  }

  /** Asks the collection for its tree, as after a change. What goes wrong is shown. */
  async refresh(): Promise<void> {
    const collection = this.#collection;
    try {
      const [tree, documents] = (await Promise.all([collection?.tree(), collection?.documents()])) ?? [];
      if (collection !== this.#collection) return;
      this.#titles = new Map((documents ?? []).map(({ id, title }) => [id, title]));
      this.#show(tree);
    } catch (error) {
      this.#error = toLeafcutterError(error);
      this.#show(undefined);
    }
  }

  /** Shows a topic and what is below it. Of a passage, and of a node that is not there, what is above. */
  zoomTo(id: number): void {
    const place = this.#layout?.place(id);
    this.#focus = place?.children ? place : (place?.parent ?? this.#layout?.whole);
    this.#active = place?.data.id ?? WHOLE;
    this.#draw();
  }

  /**
   * What is shown, as an SVG file.
   *
   * @throws LeafcutterError `out-of-order` where nothing is shown yet.
   */
  toSvg(): string {
    if (!this.#layout || this.#items.size === 0) {
      throw new LeafcutterError(
        "out-of-order",
        "there is no picture yet: set collection or tree, in a page that shows the element",
      );
    }
    const ground = getComputedStyle(this.#frame).backgroundColor;
    return standaloneSvg(this.#picture, this.#focus!.data.name, ground);
  }

  /** Has the browser save what is shown. */
  download(fileName = "tree.svg"): void {
    saveFile(this.toSvg(), "image/svg+xml", fileName);
  }

  /** @internal */
  connectedCallback(): void {
    if (!this.shadowRoot) {
      adoptStyles(this.attachShadow({ mode: "open" }), tokens, styles);
      this.#listen();
    }
    adoptProperties(this, ["collection", "tree", "lit", "strings"]);
    this.#build();
    this.#observer?.observe(this.#frame);
  }

  /** @internal */
  disconnectedCallback(): void {
    this.#observer?.disconnect();
    this.#follow(null);
  }

  /** @internal */
  attributeChangedCallback(): void {
    if (this.isConnected) this.#build();
  }

  #build(): void {
    if (!this.shadowRoot) return;
    this.#words = new Words<TreeStrings>(TREE_LANGUAGES, languageOf(this), this.#strings);
    const { strings, language, direction } = this.#words;
    const save = h(
      "button",
      { type: "button", class: "save", part: "save", onclick: () => this.download() },
      strings.save,
    );
    const bar = h("div", { class: "bar" }, this.#path, save);
    const help = h("p", { class: "help", part: "help" }, strings.help);
    this.#picture.setAttribute("aria-label", strings.topics);
    this.#path.setAttribute("aria-label", strings.path);
    this.#detail.id = "detail";
    const root = h("div", { class: "root", lang: language, dir: direction }, bar, this.#frame, this.#detail, help);
    this.shadowRoot.replaceChildren(root);
    const id = this.getAttribute("for");
    this.#follow(id === null ? null : (this.getRootNode() as Document | ShadowRoot).getElementById(id));
    this.#show(this.#tree);
  }

  /** Lights what a search finds from now on. */
  #follow(search: HTMLElement | null): void {
    this.#search?.removeEventListener("leafcutter-change", this.#onSearch);
    this.#search = search;
    search?.addEventListener("leafcutter-change", this.#onSearch);
  }

  #lightFrom({ status, groups }: SearchView): void {
    if (status === "loading") return;
    const hits = groups.flatMap(({ sections }) => sections.flatMap(({ hit }) => hit ?? []));
    hits.sort((a, b) => b.score - a.score);
    this.lit = hits.slice(0, MOST_LIT).map(({ nodeId }) => nodeId);
  }

  #show(tree: Tree | undefined): void {
    this.#tree = tree;
    if (tree) this.#error = undefined;
    if (!this.#words) return;
    this.#layout = tree && tree.nodes.length > 0 ? new TreeLayout(tree, this.#words.strings.topics) : undefined;
    this.#focus = this.#layout?.whole;
    this.#active = WHOLE;
    this.#draw();
  }

  #measure(): void {
    const { clientWidth: width, clientHeight: height } = this.#frame;
    if (width === this.#size.width && height === this.#size.height) return;
    this.#size = { width, height };
    this.#draw();
  }

  #draw(): void {
    const focus = this.#focus;
    const { width, height } = this.#size;
    const root = this.shadowRoot?.querySelector(".root");
    root?.classList.toggle("empty", focus === undefined);
    if (!focus) {
      const { strings } = this.#words ?? {};
      const text = this.#error ? `${strings?.failed}: ${this.#error.message}` : this.#tree && strings?.empty;
      fill(this.#detail, text !== undefined && h("p", { role: "status" }, text));
      this.#items = new Map();
      fill(this.#picture);
      return;
    }
    if (width === 0 || height === 0) return;
    const hadFocus = this.shadowRoot!.activeElement?.closest("svg") === this.#picture;
    const columns = Math.max(1, Math.min(MOST_COLUMNS, Math.floor(width / NARROWEST_COLUMN), focus.height));
    const rightToLeft = this.#words.direction === "rtl";
    this.#cells = cellsOf({ focus, width, height, columns, rightToLeft, lit: this.#lit });
    for (const [name, value] of Object.entries({ width, height, viewBox: `0 0 ${width} ${height}` })) {
      this.#picture.setAttribute(name, String(value));
    }
    const family = getComputedStyle(this).fontFamily;
    const { items, labels } = drawCells(this.#cells, this.#words, family, this.#lit.size > 0);
    this.#items = items;
    fill(this.#picture, ...items.values(), ...labels);
    for (const { place } of this.#cells) {
      // A topic whose passages are too small to be drawn is one to be opened.
      const isOpen = this.#cells.some((cell) => cell.place.parent === place);
      if (place.children) this.#items.get(place.data.id)!.setAttribute("aria-expanded", String(isOpen));
    }
    this.#drawPath(focus);
    this.#activate(this.#items.has(this.#active) ? this.#active : focus.data.id, hadFocus);
  }

  #drawPath(focus: Place): void {
    const above = focus.ancestors().reverse();
    const step = (place: Place) =>
      place === focus
        ? h("li", {}, h("span", { "aria-current": "true", dir: "auto" }, place.data.name))
        : h(
            "li",
            {},
            h("button", { type: "button", dir: "auto", onclick: () => this.zoomTo(place.data.id) }, place.data.name),
          );
    fill(this.#path, h("ol", {}, ...above.map(step)));
  }

  #activate(id: number, focus: boolean): void {
    this.#items.get(this.#active)?.setAttribute("tabindex", "-1");
    this.#active = id;
    const item = this.#items.get(id);
    item?.setAttribute("tabindex", "0");
    this.#describe(id);
    if (focus) item?.focus();
  }

  /** What the active node says, and where. */
  #describe(id: number): void {
    const place = this.#layout!.place(id);
    const { node } = place.data;
    const { strings } = this.#words;
    const label = describe(place, this.#lit.has(id), this.#words);
    const documents = (node?.documents ?? []).slice(0, 5).map((document) => this.#titles.get(document) ?? document);
    fill(
      this.#detail,
      h("p", { class: "what" }, id === WHOLE ? `${strings.topics}: ${label.split(", ").slice(1).join(", ")}` : label),
      node && h("p", { class: "said", dir: "auto" }, textOf(node)),
      documents.length > 0 && h("p", { class: "where", dir: "auto" }, documents.join(" · ")),
    );
  }

  #listen(): void {
    const idOf = (event: Event) => (event.target as Element).closest<SVGGElement>("[data-id]")?.dataset.id;
    this.#picture.addEventListener("click", (event) => {
      const id = idOf(event);
      if (id !== undefined) this.#pick(Number(id));
    });
    // Not by the picture itself: browsers let an SVG element have the focus that listens to it.
    this.#frame.addEventListener("focusin", (event) => {
      const id = Number(idOf(event));
      if (id !== this.#active) this.#activate(id, false);
    });
    this.#picture.addEventListener("pointerover", (event) => {
      const id = idOf(event);
      if (id !== undefined && event.pointerType === "mouse") this.#describe(Number(id));
    });
    this.#picture.addEventListener("pointerleave", () => this.#layout && this.#describe(this.#active));
    this.#picture.addEventListener("keydown", (event) => {
      if (this.#onKey(event)) event.preventDefault();
    });
  }

  #onKey({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
    if (!this.#layout || ctrlKey || metaKey || altKey) return false;
    const from = this.#layout.place(this.#active);
    if (key === "Enter" || key === " ") this.#pick(this.#active);
    else if (key === "Escape" || key === "Backspace") {
      if (!this.#focus?.parent) return false;
      this.zoomTo(this.#focus.parent.data.id);
    } else {
      const direction = directionOf(key, this.#words.direction === "rtl");
      const drawn = this.#cells.map(({ place }) => place);
      const to = direction
        ? neighbor(from, direction, drawn)
        : key.length === 1
          ? startingWith(key, from, drawn)
          : undefined;
      if (to) this.#activate(to.data.id, true);
      else if (direction === "in" && from.children) this.zoomTo(from.data.id);
      else if (direction === "out" && from.parent) this.zoomTo(from.parent.data.id);
      else return direction !== undefined;
    }
    return true;
  }

  #pick(id: number): void {
    const place = this.#layout!.place(id);
    this.#activate(id, true);
    const { node } = place.data;
    const options = { detail: node, bubbles: true, composed: true, cancelable: true };
    if (node && !this.dispatchEvent(new CustomEvent("leafcutter-node", options))) return;
    // What fills the picture already gives way to what is above it.
    if (place.children) this.zoomTo(place === this.#focus ? (place.parent ?? place).data.id : id);
  }
}

/** What a node says, without the heading that names it already. */
function textOf({ text, headingPaths }: TreeNode): string {
  const whole = { text, highlights: [], cut: { before: false, after: false } };
  return withoutHeading(whole, headingPaths[0]?.at(-1)).text;
}
