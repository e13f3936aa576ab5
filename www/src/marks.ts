/** Which stretches of a text are marked, as text nodes and `<mark>` elements. */

import { h } from "./dom.ts";

/** UTF-16 units of a text, end exclusive. */
export interface Range {
  start: number;
  end: number;
}

/** A stretch of text, marked or not. */
export interface Stretch {
  text: string;
  marked: boolean;
}

/** Cuts `text` at the ends of `ranges`, which may overlap, touch, stand in any order or reach beyond the text. */
export function stretches(text: string, ranges: readonly Range[]): Stretch[] {
  const inOrder = ranges
    .map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(text.length, end) }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start);
  const cut: Stretch[] = [];
  let at = 0;
  for (const { start, end } of inOrder) {
    if (start > at) {
      cut.push({ text: text.slice(at, start), marked: false });
    }
    if (end > at) {
      cut.push({ text: text.slice(Math.max(at, start), end), marked: true });
      at = end;
    }
  }
  if (at < text.length) {
    cut.push({ text: text.slice(at), marked: false });
  }
  return cut;
}

/** `text` with its `ranges` in `<mark>` elements. */
export function marked(text: string, ranges: readonly Range[]): (Node | string)[] {
  return stretches(text, ranges).map((stretch) => (stretch.marked ? h("mark", {}, stretch.text) : stretch.text));
}
