/** The tables in a document's canonical text. */

/** A table with a header. */
export interface Table {
  columns: string[];
  /** A cell for each column; empty where the row has none. */
  rows: string[][];
  /** Where it stands in the text, in UTF-16 units. */
  range: { start: number; end: number };
}

/** How the text sets apart the names of columns in a header, and the cells of a row. */
const BETWEEN_NAMES = " | ";
const BETWEEN_CELLS = "; ";
const AFTER_NAME = ": ";

/** The tables with a header in `text`, in order. A row stands on a line of its own, each cell after its column's name. */
export function tablesOf(text: string): Table[] {
  const tables: Table[] = [];
  let at = 0;
  let table: Table | undefined;
  let before: { line: string; start: number } | undefined;
  for (const line of text.split("\n")) {
    const cells = table && readRow(line, table.columns);
    if (table && cells) {
      table.rows.push(cells);
      table.range.end = at + line.length;
    } else {
      table = undefined;
      const header = before?.line.split(BETWEEN_NAMES);
      const first = header && header.length > 1 ? readRow(line, header) : undefined;
      if (header && first) {
        table = { columns: header, rows: [first], range: { start: before!.start, end: at + line.length } };
        tables.push(table);
      }
    }
    before = { line, start: at };
    at += line.length + 1;
  }
  return tables;
}

/** The cells of a line that is a row under `columns`. Empty cells are left out in it. */
function readRow(line: string, columns: readonly string[]): string[] | undefined {
  const cells = columns.map(() => "");
  const starts = (index: number, at: number) => line.startsWith(columns[index] + AFTER_NAME, at);
  let column = columns.findIndex((_, index) => starts(index, 0));
  if (column < 0) return undefined;
  let at = columns[column]!.length + AFTER_NAME.length;
  for (;;) {
    // The next column that is named after the end of a cell, the nearest first.
    let [end, next] = [line.length, -1];
    for (let index = column + 1; index < columns.length; index++) {
      const found = line.indexOf(BETWEEN_CELLS + columns[index] + AFTER_NAME, at);
      if (found >= 0 && found < end) [end, next] = [found, index];
    }
    cells[column] = line.slice(at, end);
    if (next < 0) return cells;
    column = next;
    at = end + BETWEEN_CELLS.length + columns[next]!.length + AFTER_NAME.length;
  }
}
