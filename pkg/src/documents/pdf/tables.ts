/** Tables among the lines of a column: lines of several cells that stand below each other. */

import { median } from "./columns.js";
import type { Cell, Line } from "./lines.js";

/** A table, its cells by row and column. */
export interface PdfTable {
  rows: string[][];
  /** The page of each row. */
  pages: number[];
  /** Of the columns, by which it is known where it goes on on the next page. */
  columns: Column[];
}

interface Column {
  left: number;
  right: number;
}

/** Lines closer than this belong to one row, as a part of the font's height; or than this part of the usual distance of rows. */
const SAME_ROW = 1.35;
const FEWEST_ROWS = 3;
/** Lines closer than any text is set stand side by side: cells of one line beside those of two. As a part of the font's height. */
const CENTERED = 0.9;
/** How far edges of a column may lie apart, in points. */
const TOLERANCE = 2;

/** Where a table begins at line `start`: how many lines it has; 0 for none. */
export function tableLength(lines: readonly Line[], start: number): number {
  let end = start;
  let several = start;
  while (end < lines.length) {
    const line = lines[end]!;
    const before = lines[end - 1];
    // A gap over several rows ends a table.
    if (end > start && before && line.y - before.y > 4 * Math.max(line.size, before.size)) break;
    if (line.cells.length > 1) several = end + 1;
    // Wrapped cells stand alone on their line, but seldom over many.
    else if (end - several >= 3) break;
    end++;
  }
  // The rest of the last row's cells.
  while (several < lines.length && isRest(lines[several]!, lines[several - 1])) several++;
  const table = lines.slice(start, several);
  if (table.filter((line) => line.cells.length > 1).length < FEWEST_ROWS) return 0;
  const columns = columnsIn(table);
  if (columns.length < 2) return 0;
  // Lines that only happen to have gaps fill no columns.
  const cells = table.flatMap((line) => line.cells);
  const fitting = cells.filter((cell) => columns.filter((column) => overlaps(cell, column)).length === 1);
  return fitting.length >= 0.9 * cells.length ? table.length : 0;
}

/** Whether a line is so close to the one before it that both are of one row. */
function isRest(line: Line, before: Line | undefined): boolean {
  if (!before) return false;
  const gap = line.y - before.y;
  return line.cells.length === 1 && gap > 0 && gap <= CENTERED * line.size;
}

/** Whether a table begins with a line of one cell: of a row whose other cells stand lower, in the middle of it. */
export function beginsRow(line: Line, next: Line | undefined): boolean {
  return (
    next !== undefined &&
    line.cells.length === 1 &&
    next.cells.length > 1 &&
    next.y > line.y &&
    next.y - line.y <= CENTERED * line.size
  );
}

/** The table that lines are, whose cells may take several lines. */
export function readTable(lines: readonly Line[]): PdfTable {
  const columns = columnsIn(lines);
  const rows: string[][] = [];
  const pages: number[] = [];
  for (const group of rowsOf(lines, columns)) {
    const cells = columns.map(() => "");
    for (const line of group) {
      for (const cell of line.cells) {
        const index = Math.max(
          0,
          columns.findIndex((column) => overlaps(cell, column)),
        );
        cells[index] = cells[index] === "" ? cell.text : `${cells[index]} ${cell.text}`;
      }
    }
    rows.push(cells);
    pages.push(group[0]!.page);
  }
  return { rows, pages, columns };
}

/** Whether `next` is the rest of `table`: as many columns at the same places. */
export function continues(table: PdfTable, next: PdfTable): boolean {
  return (
    table.columns.length === next.columns.length &&
    table.columns.every((column, index) => overlaps(column, next.columns[index]!))
  );
}

function overlaps(a: Cell | Column, b: Column): boolean {
  return a.left < b.right + TOLERANCE && a.right > b.left - TOLERANCE;
}

/** The columns: by the place in their line of the cells of whole lines, or where these do not agree, by what lies below each other. */
function columnsIn(lines: readonly Line[]): Column[] {
  const counts = new Map<number, number>();
  for (const { cells } of lines) if (cells.length > 1) counts.set(cells.length, (counts.get(cells.length) ?? 0) + 1);
  const [most] = [...counts].sort(([a, times], [b, others]) => others - times || b - a)[0] ?? [0];
  const whole = lines.filter(({ cells }) => cells.length === most);
  const columns = Array.from({ length: most }, (_, index): Column => {
    const cells = whole.map((line) => line.cells[index]!);
    return { left: Math.min(...cells.map(({ left }) => left)), right: Math.max(...cells.map(({ right }) => right)) };
  });
  const areApart = columns.every(({ left }, index) => index === 0 || columns[index - 1]!.right <= left);
  return areApart ? columns : stripsIn(lines);
}

/** Strips that the cells of most lines lie in: cells over several columns do not join them. */
function stripsIn(lines: readonly Line[]): Column[] {
  const most = Math.max(...lines.map((line) => line.cells.length));
  const columns: Column[] = [];
  for (const line of lines.filter((line) => line.cells.length >= Math.max(2, most - 1))) {
    for (const cell of line.cells) {
      const within = columns.filter((column) => cell.left < column.right && cell.right > column.left);
      if (within.length === 0) columns.push({ left: cell.left, right: cell.right });
      if (within.length !== 1) continue;
      within[0]!.left = Math.min(within[0]!.left, cell.left);
      within[0]!.right = Math.max(within[0]!.right, cell.right);
    }
  }
  return columns.sort((a, b) => a.left - b.left);
}

/** Lines in rows: by their distance where some are closer than others, else each that begins in the first column. */
function rowsOf(lines: readonly Line[], columns: readonly Column[]): Line[][] {
  const gaps = lines.slice(1).map((line, index) => line.y - lines[index]!.y);
  const size = median(lines.map((line) => line.size));
  const wide = gaps.filter((gap) => gap > SAME_ROW * size);
  const rows: Line[][] = [];
  lines.forEach((line, index) => {
    const gap = index === 0 ? Infinity : gaps[index - 1]!;
    const startsRow = line.cells.some((cell) => overlaps(cell, columns[0]!));
    const isClose = gap <= SAME_ROW * size && (wide.length >= FEWEST_ROWS - 1 || !startsRow);
    if (index > 0 && line.page === lines[index - 1]!.page && isClose) rows.at(-1)!.push(line);
    else rows.push([line]);
  });
  return rows;
}
