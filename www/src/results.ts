/** The passages that were found. */

import { pageOf } from "./answer.ts";
import type { Hit, SearchResult } from "leafcutter";
import { levelIcon } from "./art.ts";
import { fill, h } from "./dom.ts";
import { marked } from "./marks.ts";
import { text } from "./strings.ts";

/** What a reader may do from a hit. */
export interface Actions {
  openSource(hit: Hit): void;
  walkTree(nodeId: number): void;
}

/** A search that is over. */
export interface Found {
  result: SearchResult;
  milliseconds: number;
  filtered: boolean;
}

/** Fills `container` with the hits of `result`, best first. */
export function showResults(container: Element, found: Found, actions: Actions): void {
  const { result, milliseconds, filtered } = found;
  if (result.hits.length === 0) {
    fill(container, h("p", { class: "nothing" }, text.nothing(filtered)));
    return;
  }
  fill(
    container,
    h("p", { class: "aside found" }, text.found(result.hits.length, milliseconds)),
    h("ol", { class: "plain hits" }, ...result.hits.map((hit) => h("li", {}, hitCard(hit, result, actions)))),
  );
}

function hitCard(hit: Hit, result: SearchResult, actions: Actions): HTMLElement {
  const title = h(
    "button",
    { type: "button", class: "text hit-title", onclick: () => actions.openSource(hit) },
    text.hitTitle(hit.document.title, new Set(hit.sources.map(({ document }) => document)).size),
  );
  return h(
    "article",
    { class: hit.level === 0 ? "hit" : "hit summary", "data-node": hit.nodeId },
    h("h2", {}, title),
    headings(hit.document.title, [...hit.headingPath, ...pageOf(hit.anchor)]),
    h("p", { class: "passage" }, ...marked(hit.text, hit.highlights)),
    h(
      "div",
      { class: "hit-foot" },
      levelBadge(hit.level, hit.leaves),
      h("button", { type: "button", class: "text", onclick: () => actions.walkTree(hit.nodeId) }, text.walk),
      why(hit, result),
    ),
  );
}

/** What kind of node it is: a leaf, or a summary of so many. */
export function levelBadge(level: number, passages: number): HTMLElement {
  return h(
    "span",
    { class: level === 0 ? "badge" : "badge summary" },
    levelIcon(level),
    level === 0 ? text.leaf : text.summary(passages),
  );
}

/** The headings that a passage stands under, below its document's title; nothing where there are none. */
export function headings(title: string, path: readonly string[]): HTMLElement | null {
  const below = path[0] === title ? path.slice(1) : path;
  if (below.length === 0) {
    return null;
  }
  return h(
    "ol",
    { class: "plain crumbs", "aria-label": text.breadcrumb },
    ...below.map((heading) => h("li", {}, heading)),
  );
}

function why(hit: Hit, { trace }: SearchResult): HTMLElement {
  const { vector, keyword, path } = hit.explanation;
  const row = (name: string, value: string) => [h("dt", {}, name), h("dd", {}, value)];
  const score = (value: number | undefined) => (value === undefined ? text.why.unranked : value.toFixed(3));
  return h(
    "details",
    { class: "why" },
    h("summary", {}, text.why.title),
    h(
      "dl",
      {},
      ...row(text.why.score, score(hit.score)),
      ...row(text.why.meaning, score(vector)),
      ...row(text.why.words, score(keyword)),
      ...row(text.why.weight, trace.alpha.toFixed(2)),
      ...(path.length > 0 ? row(text.why.path, [...path, hit.nodeId].map((node) => `#${node}`).join(" › ")) : []),
      ...row(text.why.mode, `${text.settings.modes[trace.mode]} (${trace.notes.join("; ")})`),
    ),
  );
}

/** Moves the focus `step` hits on; from the first hit upward it goes to `field`. Whether it moved. */
export function moveAmongHits(container: Element, step: 1 | -1, field: HTMLElement): boolean {
  const titles = [...container.querySelectorAll<HTMLElement>(".hit-title")];
  const at = titles.findIndex((title) => title.closest(".hit")?.contains(document.activeElement));
  const next = at === -1 ? (step === 1 ? 0 : -1) : at + step;
  if (at === 0 && step === -1) {
    field.focus();
    return true;
  }
  titles[next]?.focus();
  return titles[next] !== undefined;
}
