/** What stands on every page beside its text: running headers, footers, page numbers. */

import { toLines, type Line } from "./lines.js";
import type { Page } from "./runs.js";

/** Where it stands: the upper and the lower part of a page. */
const MARGIN = 0.12;
/** How many lines of each it is at most. */
const MOST_LINES = 3;
/** How far it may move from page to page, in points. */
const SAME_PLACE = 3;
/** On how many pages it stands at least, of those of short files on half. */
const ENOUGH_PAGES = 3;

/** The pages without what stands at the same place on several, numbers apart. */
export function withoutFurniture(pages: readonly Page[]): Page[] {
  if (pages.length < 2) return [...pages];
  const edges = pages.map(edgeLines);
  const places = new Map<string, number[]>();
  edges.forEach((lines) => lines.forEach((line) => places.set(keyOf(line), [...(places.get(keyOf(line)) ?? []), line.y])));
  const enough = Math.min(ENOUGH_PAGES, Math.max(2, Math.ceil(pages.length / 2)));
  const repeats = (line: Line) =>
    places.get(keyOf(line))!.filter((y) => Math.abs(y - line.y) <= SAME_PLACE).length >= enough;
  return pages.map((page, index) => {
    const left = edges[index]!.filter(repeats);
    const isLeft = (y: number, size: number) => left.some((line) => Math.abs(line.y - y) < 0.5 * Math.max(size, line.size));
    return { ...page, runs: page.runs.filter((run) => !isLeft(run.y, run.size)) };
  });
}

/** The first and last lines, as far as they stand in the margins. */
function edgeLines(page: Page): Line[] {
  const lines = toLines(page.runs, page.number);
  const above = lines.slice(0, MOST_LINES).filter(({ y }) => y < MARGIN * page.height);
  const below = lines.slice(-MOST_LINES).filter(({ y }) => y > (1 - MARGIN) * page.height);
  return [...new Set([...above, ...below])];
}

/** Numbers count as alike, Roman ones that stand alone too. */
function keyOf({ text }: Line): string {
  const plain = text.toLowerCase().replace(/\s+/g, " ").trim();
  return /^[ivxlc]+$/.test(plain) ? "#" : plain.replace(/\d+/g, "#");
}
