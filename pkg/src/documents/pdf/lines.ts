/** Runs to lines: what stands on one baseline, in cells where it stands far apart. */

import type { Run } from "./runs.js";

/** A stretch of a line without a wide gap. */
export interface Cell {
  text: string;
  left: number;
  right: number;
}

/** What stands on one baseline of a column. */
export interface Line {
  cells: Cell[];
  text: string;
  left: number;
  right: number;
  y: number;
  /** Height of the largest font. */
  size: number;
  /** Where its first run stands in the order in which the page draws. */
  order: number;
  page: number;
}

/** How far apart baselines of one line are at most, as a part of the font's height: superscripts are raised by a third. */
const RAISED = 0.45;
/** The narrowest gap that is a space, and the widest that is one and no edge of a cell, as parts of the font's height. */
const SPACE = 0.12;
const WIDE = 1.15;

/** The lines of a column, from the top down. */
export function toLines(runs: readonly Run[], page: number): Line[] {
  const rows: Run[][] = [];
  for (const run of [...runs].sort((a, b) => a.y - b.y || a.order - b.order)) {
    const row = rows.at(-1);
    // Compared with the largest, on which raised marks hang.
    const base = row?.reduce((largest, other) => (other.size > largest.size ? other : largest));
    if (row && base && Math.abs(run.y - base.y) <= RAISED * Math.max(base.size, run.size)) row.push(run);
    else rows.push([run]);
  }
  return rows.map((row) => toLine(row, page));
}

function toLine(row: Run[], page: number): Line {
  const rightToLeft = row.filter((run) => run.isRightToLeft).length * 2 > row.length;
  row.sort((a, b) => (rightToLeft ? b.right - a.right : a.left - b.left) || a.order - b.order);
  const base = row.reduce((largest, other) => (other.size > largest.size ? other : largest));
  const cells: Cell[] = [];
  let before: Run | undefined;
  for (const run of row) {
    const cell = cells.at(-1);
    const gap = before === undefined ? 0 : rightToLeft ? before.left - run.right : run.left - before.right;
    // Bold by drawing twice, a little aside.
    const isShadow = before && before.text === run.text && Math.abs(run.left - before.left) < 0.2 * run.size;
    if (isShadow) continue;
    if (!cell || gap > WIDE * base.size) {
      cells.push({ text: run.text, left: run.left, right: run.right });
    } else {
      cell.text += (gap > SPACE * base.size ? " " : "") + run.text;
      cell.left = Math.min(cell.left, run.left);
      cell.right = Math.max(cell.right, run.right);
    }
    before = run;
  }
  return {
    cells,
    text: cells.map(({ text }) => text).join(" "),
    left: Math.min(...cells.map(({ left }) => left)),
    right: Math.max(...cells.map(({ right }) => right)),
    y: base.y,
    size: base.size,
    order: Math.min(...row.map(({ order }) => order)),
    page,
  };
}
