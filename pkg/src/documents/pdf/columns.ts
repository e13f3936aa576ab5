/** The columns of a page in reading order. */

import { toLines, type Line } from "./lines.js";
import type { Run } from "./runs.js";

/** A strip without text, between columns. */
interface Gutter {
  left: number;
  right: number;
}

/** Runs on about one baseline. */
interface Row {
  y: number;
  runs: Run[];
}

type Side = "left" | "right" | "both" | "across";

/** As parts of the font's height: how narrow a gutter may be, and how far apart baselines of one row are. */
const NARROWEST = 0.7;
const SAME_ROW = 0.3;
/** How many rows of a region may go across a gutter: titles and wide figures. As a part of all. */
const ACROSS = 0.3;
const MOST_CANDIDATES = 4;
/** Columns are left and entered a few times as a page is drawn, cells of a table in each row. As a part of the rows. */
const FEW_TURNS = 0.12;
/** Of columns that are drawn line by line: how long and wide lines are, and how many there are at least. */
const PROSE = { characters: 25, fill: 0.6, rows: 6 };
/** Cells as short as this side by side are a table, in whatever order they are drawn. In characters. */
const SHORT_CELL = 10;

/** The lines of each column, in the order in which columns are read; what goes across comes between those above and below it. */
export function columnsOf(runs: readonly Run[], page: number): Line[][] {
  if (runs.length === 0) return [];
  const rows = toRows(runs);
  for (const gutter of candidates(runs, rows)) {
    const parts = split(rows, gutter);
    if (parts)
      return parts.flatMap((part) => (part.isColumn ? columnsOf(part.runs, page) : [toLines(part.runs, page)]));
  }
  return [toLines(runs, page)];
}

function toRows(runs: readonly Run[]): Row[] {
  const rows: Row[] = [];
  for (const run of [...runs].sort((a, b) => a.y - b.y)) {
    const row = rows.at(-1);
    if (row && run.y - row.y <= SAME_ROW * run.size) row.runs.push(run);
    else rows.push({ y: run.y, runs: [run] });
  }
  return rows;
}

/** Strips that few rows reach into, the one with most rows at both sides first. */
function candidates(runs: readonly Run[], rows: readonly Row[]): Gutter[] {
  const start = Math.floor(Math.min(...runs.map(({ left }) => left)));
  const end = Math.ceil(Math.max(...runs.map(({ right }) => right)));
  // How many runs cover each point, as differences.
  const steps = new Array<number>(end - start + 2).fill(0);
  for (const { left, right } of runs) {
    steps[Math.max(0, Math.round(left) - start)]! += 1;
    steps[Math.min(end - start, Math.max(Math.round(left) + 1, Math.round(right)) - start)]! -= 1;
  }
  const most = ACROSS * rows.length;
  const narrowest = NARROWEST * median(runs.map(({ size }) => size));
  const gutters: Gutter[] = [];
  let covered = 0;
  let from: number | undefined;
  for (let at = 0; at <= end - start; at++) {
    covered += steps[at]!;
    if (covered <= most && at > 0 && at < end - start) {
      from ??= at;
    } else if (from !== undefined) {
      gutters.push({ left: start + from, right: start + at });
      from = undefined;
    }
  }
  const score = (gutter: Gutter) => {
    const sides = rows.map((row) => sideOf(row, gutter));
    const count = (side: Side) => sides.filter((other) => other === side || other === "both").length;
    return Math.min(count("left"), count("right"));
  };
  return gutters
    .map(narrow(runs))
    .filter(({ left, right }) => right - left >= narrowest)
    .map((gutter) => ({ gutter, score: score(gutter) }))
    .filter(({ score }) => score >= 2)
    .sort((a, b) => b.score - a.score || b.gutter.right - b.gutter.left - (a.gutter.right - a.gutter.left))
    .slice(0, MOST_CANDIDATES)
    .map(({ gutter }) => gutter);
}

/** The part of a strip that the fewest reach into: of the columns' own lines none do. */
function narrow(runs: readonly Run[]): (gutter: Gutter) => Gutter {
  return ({ left, right }) => {
    const inside = runs.filter(
      (run) => run.left < right && run.right > left && !(run.left <= left && run.right >= right),
    );
    let best = { left, right };
    const edges = inside.flatMap((run) => [run.left, run.right]).filter((x) => x > left && x < right);
    const points = [left, ...edges.sort((a, b) => a - b), right];
    let widest = -1;
    for (let index = 1; index < points.length; index++) {
      const [from, to] = [points[index - 1]!, points[index]!];
      const reach = inside.filter((run) => run.left < to && run.right > from).length;
      const value = (to - from) / (1 + 4 * reach);
      if (value > widest) {
        widest = value;
        best = { left: from, right: to };
      }
    }
    return best;
  };
}

function sideOf(row: Row, { left, right }: Gutter): Side {
  const middle = (left + right) / 2;
  const before = row.runs.filter((run) => run.right <= middle);
  const after = row.runs.filter((run) => run.left >= middle);
  if (before.length + after.length < row.runs.length) return "across";
  if (after.length === 0) return "left";
  if (before.length === 0) return "right";
  const gap = Math.min(...after.map((run) => run.left)) - Math.max(...before.map((run) => run.right));
  return gap < 0.6 * (right - left) ? "across" : "both";
}

interface Part {
  runs: Run[];
  isColumn: boolean;
}

/** The rows in bands between those that go across, each with text at both sides as two columns; `undefined` if none is. */
function split(rows: readonly Row[], gutter: Gutter): Part[] | undefined {
  const bands: { across: boolean; rows: Row[] }[] = [];
  for (const row of rows) {
    const across = sideOf(row, gutter) === "across";
    const band = bands.at(-1);
    if (band?.across === across) band.rows.push(row);
    else bands.push({ across, rows: [row] });
  }
  let found = false;
  const middle = (gutter.left + gutter.right) / 2;
  const parts = bands.flatMap(({ across, rows }): Part[] => {
    const runs = rows.flatMap((row) => row.runs);
    const left = runs.filter((run) => run.right <= middle);
    const right = runs.filter((run) => run.left >= middle);
    if (across || left.length === 0 || right.length === 0 || !areColumns(rows, left, right, middle)) {
      return [{ runs, isColumn: false }];
    }
    found = true;
    return [
      { runs: left, isColumn: true },
      { runs: right, isColumn: true },
    ];
  });
  return found ? joined(parts) : undefined;
}

/** What is read line by line, in one. */
function joined(parts: Part[]): Part[] {
  const result: Part[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (last && !last.isColumn && !part.isColumn) last.runs.push(...part.runs);
    else result.push(part);
  }
  return result;
}

/** Whether two sides are read one after the other, and not row by row as a table is. */
function areColumns(rows: readonly Row[], left: readonly Run[], right: readonly Run[], middle: number): boolean {
  const sides = [toRows(left), toRows(right)] as const;
  const fewest = Math.min(sides[0].length, sides[1].length);
  if (fewest < 2) return false;
  const aligned = rows.filter(
    ({ runs }) => runs.some((run) => run.right <= middle) && runs.some((run) => run.left >= middle),
  );
  const characters = sides.map((side) =>
    median(side.map(({ runs }) => runs.reduce((sum, { text }) => sum + text.length, 0))),
  );
  if (aligned.length >= 0.8 * fewest && Math.min(...characters) <= SHORT_CELL) return false;
  const drawn = [...left, ...right].sort((a, b) => a.order - b.order);
  const turns = drawn.filter(
    (run, index) => index > 0 && run.right <= middle !== drawn[index - 1]!.right <= middle,
  ).length;
  if (turns <= 1 + FEW_TURNS * (sides[0].length + sides[1].length)) return true;
  const isProse = (side: readonly Row[], characters: number) => {
    // Lines of a paragraph have no wide gaps.
    if (
      median(
        toLines(
          side.flatMap((row) => row.runs),
          0,
        ).map(({ cells }) => cells.length),
      ) > 1
    )
      return false;
    const runs = side.flatMap((row) => row.runs);
    const width = Math.max(...runs.map((run) => run.right)) - Math.min(...runs.map((run) => run.left));
    const widths = side.map(
      (row) => Math.max(...row.runs.map((run) => run.right)) - Math.min(...row.runs.map((run) => run.left)),
    );
    return side.length >= PROSE.rows && characters >= PROSE.characters && median(widths) >= PROSE.fill * width;
  };
  return isProse(sides[0], characters[0]!) && isProse(sides[1], characters[1]!);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
