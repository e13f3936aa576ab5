/** The tree: its levels, and one node at a time with what stands above and below it. */

import type { TreeNode } from "leafcutter";
import type { Collection } from "./collection.ts";
import { fill, h } from "./dom.ts";
import type { Place } from "./reader.ts";
import { headings, levelBadge } from "./results.ts";
import { number, text } from "./strings.ts";

const PAGE = 30;
const SNIPPET = 150;

export class TreeView {
  #panel: Element;
  #openSource: (place: Place) => void;
  #collection: Collection | null = null;
  /** Nodes that the reader came through, the present one last. */
  #trail: number[] = [];

  constructor(panel: Element, openSource: (place: Place) => void) {
    this.#panel = panel;
    this.#openSource = openSource;
  }

  /** Shows the top of `collection`'s tree. */
  start(collection: Collection | null): void {
    this.#collection = collection;
    this.#trail = [];
    if (collection) {
      this.#showLevel(collection.tree.levels.length - 1, PAGE);
    }
  }

  /** Begins a new walk at `node`. */
  walkFrom(node: number): void {
    this.#trail = [];
    this.#go(node);
  }

  #go(id: number): void {
    const before = this.#trail.indexOf(id);
    this.#trail = before === -1 ? [...this.#trail, id] : this.#trail.slice(0, before + 1);
    const node = this.#collection?.nodes.get(id);
    if (node) {
      const title = this.#nodeTitle(node);
      fill(this.#panel, this.#levels(node.level), this.#crumbs(), this.#node(node, title));
      title.focus();
    }
  }

  #showLevel(level: number, most: number): void {
    const nodes = this.#collection?.tree.nodes.filter((node) => node.level === level) ?? [];
    const list = this.#list(nodes.slice(0, most));
    const more =
      nodes.length > most &&
      h(
        "button",
        { type: "button", onclick: () => this.#showMore(level, most) },
        text.tree.more(Math.min(PAGE, nodes.length - most)),
      );
    fill(
      this.#panel,
      this.#collection?.tree.levels.length === 1 && h("p", { class: "aside" }, text.tree.empty),
      this.#levels(level),
      list,
      more,
    );
  }

  #showMore(level: number, shown: number): void {
    this.#showLevel(level, shown + PAGE);
    this.#panel.querySelectorAll<HTMLElement>(".nodes button")[shown]?.focus();
  }

  #levels(current: number): HTMLElement {
    const levels = this.#collection?.tree.levels ?? [];
    const widest = Math.log1p(Math.max(1, ...levels));
    const rows = levels.map((nodes, level) => {
      const bar = h("span", { class: "bar" });
      // Logarithmic, or the few summaries would not show beside thousands of leaves.
      bar.style.setProperty("--share", String(Math.log1p(nodes) / widest));
      const choose = () => {
        this.#trail = [];
        this.#showLevel(level, PAGE);
        this.#panel.querySelector<HTMLElement>(".levels [aria-current]")?.focus();
      };
      return h(
        "li",
        {},
        h(
          "button",
          { type: "button", class: "quiet", "aria-current": level === current && "true", onclick: choose },
          h("span", {}, text.level(level)),
          h("span", { class: "bar-room" }, bar),
          h("span", { class: "amount" }, number(nodes)),
        ),
      );
    });
    return h("nav", { "aria-label": text.tree.levels }, h("ol", { class: "plain levels" }, ...rows.reverse()));
  }

  #crumbs(): HTMLElement | null {
    if (this.#trail.length < 2) {
      return null;
    }
    const steps = this.#trail.map((id, index) => {
      const last = index === this.#trail.length - 1;
      const name = this.#nodeName(id);
      return h(
        "li",
        { "aria-current": last && "true" },
        last ? name : h("button", { type: "button", class: "text", onclick: () => this.#go(id) }, name),
      );
    });
    return h("nav", { "aria-label": text.tree.trail }, h("ol", { class: "plain crumbs" }, ...steps));
  }

  #nodeName(id: number): string {
    const level = this.#collection?.nodes.get(id)?.level ?? 0;
    return `${level === 0 ? text.leaf : text.level(level)} #${id}`;
  }

  #nodeTitle(node: TreeNode): HTMLElement {
    const title =
      node.documents.length === 1 ? this.#titleOf(node.documents[0]) : text.tree.documents(node.documents.length);
    return h("h2", { tabindex: -1, id: "tree-here" }, title);
  }

  #titleOf(documentId: string): string {
    return this.#collection?.documents.find(({ id }) => id === documentId)?.title ?? documentId;
  }

  #node(node: TreeNode, title: HTMLElement): HTMLElement {
    const related = (ids: number[]) =>
      ids.map((id) => this.#collection?.nodes.get(id)).filter((each) => each !== undefined);
    return h(
      "article",
      { class: "node", "aria-labelledby": "tree-here" },
      h("h3", {}, text.tree.up, h("span", { class: "aside" }, text.tree.parents(node.parents.length))),
      this.#list(related(node.parents)),
      h(
        "div",
        { class: "here" },
        levelBadge(node.level, node.leaves),
        title,
        node.headingPaths[0] &&
          node.headingPaths.length === 1 &&
          headings(title.textContent ?? "", node.headingPaths[0]),
        this.#body(node),
        h("p", { class: "aside" }, text.tree.tokens(node.tokens)),
      ),
      h("h3", {}, text.tree.down, h("span", { class: "aside" }, text.tree.children(node.children.length))),
      this.#list(related(node.children)),
    );
  }

  /** A leaf's text with a way to its source, or a summary's sentences, each a way to its own. */
  #body(node: TreeNode): HTMLElement {
    const { range } = node;
    if (range) {
      const place = { documentId: node.documents[0], ranges: [range], headingPath: node.headingPaths[0] ?? [] };
      return h(
        "div",
        {},
        h("p", { class: "passage" }, node.text),
        h("button", { type: "button", class: "text", onclick: () => this.#openSource(place) }, text.openSource),
      );
    }
    const sentences = node.sentences?.map(({ text: sentence, source }) => {
      if (!source) {
        return h("li", {}, sentence);
      }
      const place = { documentId: source.document, ranges: [source.range], headingPath: [] };
      return h(
        "li",
        {},
        sentence,
        " ",
        h(
          "button",
          {
            type: "button",
            class: "text",
            "aria-label": text.openSourceOf(this.#titleOf(source.document)),
            onclick: () => this.#openSource(place),
          },
          this.#titleOf(source.document),
        ),
      );
    });
    return sentences
      ? h("ul", { class: "plain sentences passage" }, ...sentences)
      : h("p", { class: "passage" }, node.text);
  }

  #list(nodes: TreeNode[]): HTMLElement | null {
    if (nodes.length === 0) {
      return null;
    }
    return h(
      "ul",
      { class: "plain nodes" },
      ...nodes.map((node) =>
        h(
          "li",
          {},
          h(
            "button",
            { type: "button", class: "quiet", onclick: () => this.#go(node.id) },
            levelBadge(node.level, node.leaves),
            h("span", { class: "snippet passage" }, snippet(node.text)),
          ),
        ),
      ),
    );
  }
}

function snippet(whole: string): string {
  if (whole.length <= SNIPPET) {
    return whole;
  }
  const cut = whole.lastIndexOf(" ", SNIPPET);
  return `${whole.slice(0, cut > 0 ? cut : SNIPPET)}…`;
}
