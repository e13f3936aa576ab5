/** What stands on every page beside its text: running headers, footers, page numbers. */

import { toLines, type Cell, type Line } from "./lines.js";
import type { Page } from "./runs.js";

/** Where it stands: the upper and the lower part of a page. */
const MARGIN = 0.12;
/** How many lines of each it is at most. */
const MOST_LINES = 3;
/** Page numbers, the number of pages, a chapter's: rows of tables have more numbers. */
const MOST_NUMBERS = 2;
/** At the left, in the middle and at the right: lines of more cells are of a table. */
const MOST_CELLS = 3;
/** How far it may move from page to page, in points. */
const SAME_PLACE = 3;
/** On how many pages it stands at least, of those of short files on half. */
const ENOUGH_PAGES = 3;

/** The pages without what stands at the same place on several, numbers apart. */
export function withoutFurniture(pages: readonly Page[]): Page[] {
  if (pages.length < 2) return [...pages];
  const edges = pages.map(edgeLines);
  const places = new Map<string, number[]>();
  for (const line of edges.flat()) places.set(keyOf(line), [...(places.get(keyOf(line)) ?? []), line.y]);
  const enough = Math.min(ENOUGH_PAGES, Math.max(2, Math.ceil(pages.length / 2)));
  const offsets = new Map<string, number>();
  const counts = (line: Line) =>
    numbersOf(line).map((number) => `${number - line.page} ${Math.round(line.y / SAME_PLACE)}`);
  edges
    .flat()
    .flatMap(counts)
    .forEach((key) => offsets.set(key, (offsets.get(key) ?? 0) + 1));
  const repeats = (line: Line) =>
    places.get(keyOf(line))!.filter((y) => Math.abs(y - line.y) <= SAME_PLACE).length >= enough ||
    // With the number of the page, the rest may change from chapter to chapter.
    counts(line).some((key) => offsets.get(key)! >= Math.max(3, enough));
  return pages.map((page, index) => {
    const left = edges[index]!.filter(repeats);
    const isLeft = (y: number, size: number) =>
      left.some((line) => Math.abs(line.y - y) < 0.5 * Math.max(size, line.size));
    return { ...page, runs: page.runs.filter((run) => !isLeft(run.y, run.size)) };
  });
}

/** The first and last lines, as far as they stand in the margins. */
function edgeLines(page: Page): Line[] {
  const lines = toLines(page.runs, page.number);
  const above = lines
    .slice(0, MOST_LINES)
    .filter((line, index) => line.y < MARGIN * page.height && !isTableHeader(line, lines.slice(index + 1, index + 4)));
  const below = lines.slice(-MOST_LINES).filter(({ y }) => y > (1 - MARGIN) * page.height);
  return [...new Set([...above, ...below])];
}

/** Whether a line names the columns of what is right below it: tables repeat that on every page. */
function isTableHeader(line: Line, below: readonly Line[]): boolean {
  if (line.cells.length > MOST_CELLS) return true;
  if (!below[0] || line.cells.length < 2 || below[0].y - line.y > 3 * line.size) return false;
  // Cells of one row may stand on several lines.
  const cells = below.flatMap((each) => each.cells);
  const isNamed = ({ left, right }: Cell) => cells.some((cell) => cell.left < right && cell.right > left);
  return below.some((each) => each.cells.length >= line.cells.length) && line.cells.every(isNamed);
}

/** The numbers that a line begins and ends with: one of them may be that of the page. */
function numbersOf({ text }: Line): number[] {
  const ends = [/^\d{1,4}(?=\s|$)/.exec(text), /(?<=\s|^)\d{1,4}$/.exec(text)];
  return [...new Set(ends.flatMap((match) => (match ? [Number(match[0])] : [])))];
}

/** Numbers count as alike, Roman ones that stand alone too; but not those of a line that has more of them than a footer. */
function keyOf({ text }: Line): string {
  const plain = text.toLowerCase().replace(/\s+/g, " ").trim();
  if (/^[ivxlc]+$/.test(plain)) return "#";
  return (plain.match(/\d+/g)?.length ?? 0) > MOST_NUMBERS ? plain : plain.replace(/\d+/g, "#");
}
