/** Which stretches of a text are marked, and which part of a long one is shown. */

import type { TextRange } from "../types.js";

/** A stretch of text, marked or not. */
export interface Stretch {
  text: string;
  marked: boolean;
}

/** Cuts `text` at the ends of `ranges`, which may overlap, touch, stand in any order or reach beyond the text. */
export function stretches(text: string, ranges: readonly TextRange[]): Stretch[] {
  const ordered = ranges
    .map(({ start, end }) => ({ start: Math.max(0, start), end: Math.min(text.length, end) }))
    .filter(({ start, end }) => start < end)
    .sort((a, b) => a.start - b.start);
  const cut: Stretch[] = [];
  let at = 0;
  for (const { start, end } of ordered) {
    if (start > at) cut.push({ text: text.slice(at, start), marked: false });
    if (end > at) cut.push({ text: text.slice(Math.max(at, start), end), marked: true });
    at = Math.max(at, end);
  }
  if (at < text.length) cut.push({ text: text.slice(at), marked: false });
  return cut;
}

/** A part of a text, with what is marked in it. */
export interface Excerpt {
  text: string;
  highlights: TextRange[];
  cut: { before: boolean; after: boolean };
}

/** The part of at most about `length` UTF-16 units that holds most of `highlights`, cut between words. */
export function excerpt(text: string, highlights: readonly TextRange[], length: number): Excerpt {
  if (text.length <= length) {
    return { text, highlights: [...highlights], cut: { before: false, after: false } };
  }
  const ordered = [...highlights].sort((a, b) => a.start - b.start);
  // A little before the first of the highlights that fit together.
  const lead = Math.floor(length / 6);
  let best = { start: 0, held: 0 };
  for (const { start } of ordered) {
    const from = Math.max(0, Math.min(start - lead, text.length - length));
    const held = ordered.filter((range) => range.start >= from && range.end <= from + length).length;
    if (held > best.held) best = { start: from, held };
  }
  const start = best.start === 0 ? 0 : nextWord(text, best.start);
  const rest = text.slice(start);
  const end = rest.length <= length ? text.length : start + lastSpace(rest.slice(0, length));
  return {
    text: text.slice(start, end),
    highlights: ordered
      .filter((range) => range.start >= start && range.end <= end)
      .map((range) => ({ start: range.start - start, end: range.end - start })),
    cut: { before: start > 0, after: end < text.length },
  };
}

/** An excerpt without the heading that its text begins with, which is shown above it. */
export function withoutHeading<Part extends Excerpt>(part: Part, heading: string | undefined): Part {
  const { text, highlights, cut } = part;
  if (heading === undefined || cut.before || !text.startsWith(heading)) return part;
  const rest = text.slice(heading.length);
  const length = text.length - rest.trimStart().length;
  // Not where the passage goes on with the heading's words.
  if (rest !== "" && length === heading.length) return part;
  return {
    ...part,
    text: text.slice(length),
    highlights: highlights
      .filter(({ start }) => start >= length)
      .map(({ start, end }) => ({ start: start - length, end: end - length })),
  };
}

function nextWord(text: string, at: number): number {
  const space = text.slice(at, at + 40).search(/\s/);
  return space === -1 ? afterPair(text, at) : at + space + 1;
}

function lastSpace(text: string): number {
  const space = text.search(/\s\S*$/);
  return space > text.length - 40 && space > 0 ? space : afterPair(text, text.length - 1);
}

/** The place itself, or one later where it would split a character of two units. */
function afterPair(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text[at] ?? "") ? at + 1 : at;
}

/** Where words stand in a text, whatever their case. */
export function rangesOf(text: string, words: ReadonlySet<string>): TextRange[] {
  const found: TextRange[] = [];
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{N}]+/gu)) {
    if (words.has(word.toLowerCase())) found.push({ start: index, end: index + word.length });
  }
  return found;
}
