/** A question to what is run over a table, and its result. */

import { quantityOf, showNumber, type Quantity } from "./numbers.js";
import { readQuestion } from "./question.js";
import type { Table } from "./table.js";
import type { Condition, TableAnswer, TableQuery } from "./types.js";

/** How many of a column's cells must be numbers for it to be computed with, as a part of those that are not empty. */
const MOSTLY = 0.8;

/**
 * Answers a question over a table: what it asks for (`sum`, `average`, `max`, `min`, `count`, or a cell), of which column, in
 * which rows. `undefined` where the question names no column or rows of this table, or nothing of it can be computed.
 */
export function answerFromTable(question: string, table: Table): TableAnswer | undefined {
  return candidate(question, table)?.answer;
}

/** The answer of the table that the question names most of, the first of them where several do as well. */
export function answerFromTables(
  question: string,
  tables: readonly Table[],
): { table: Table; answer: TableAnswer } | undefined {
  let best: { table: Table; answer: TableAnswer; matched: number } | undefined;
  for (const table of tables) {
    const found = candidate(question, table);
    if (found && (!best || found.matched > best.matched)) best = { table, ...found };
  }
  return best && { table: best.table, answer: best.answer };
}

function candidate(question: string, table: Table): { answer: TableAnswer; matched: number } | undefined {
  const numeric = table.columns.map((_, column) => isNumeric(table, column));
  const read = readQuestion(question, table, numeric);
  if (!read) return undefined;
  const answer = run(read.query, table);
  return answer && { answer, matched: read.matched };
}

function isNumeric(table: Table, column: number): boolean {
  const cells = table.rows.map((row) => row[column]!).filter((cell) => cell !== "");
  return cells.length > 0 && cells.filter((cell) => quantityOf(cell)).length >= MOSTLY * cells.length;
}

function run(query: TableQuery, table: Table): TableAnswer | undefined {
  const { aggregate, column, conditions } = query;
  const all = table.rows.map((_, index) => index);
  const rows = all.filter((index) =>
    conditions.every((condition) => holds(condition, table.rows[index]![condition.column]!)),
  );
  const expression = describe(query, table);
  if (aggregate === "count") return { expression, query, value: rows.length, text: String(rows.length), rows };
  if (column === undefined || rows.length === 0) return undefined;
  if (aggregate === "value") {
    const [row] = rows;
    const value = table.rows[row!]![column]!;
    // Several rows answer nothing, unless they say the same.
    const same = value !== "" && rows.every((other) => table.rows[other]![column] === value);
    return same ? { expression, query, value, text: value, rows } : undefined;
  }
  const found = rows.flatMap((row) => {
    const quantity = quantityOf(table.rows[row]![column]!);
    return quantity ? [{ row, quantity }] : [];
  });
  if (found.length === 0) return undefined;
  const values = found.map(({ quantity }) => quantity.value);
  const unit = commonUnit(found.map(({ quantity }) => quantity));
  if (aggregate === "sum" || aggregate === "average") {
    const sum = values.reduce((total, value) => total + value, 0);
    const value = aggregate === "sum" ? sum : sum / values.length;
    return { expression, query, value, text: withUnit(value, unit), rows: found.map(({ row }) => row) };
  }
  const value = aggregate === "max" ? Math.max(...values) : Math.min(...values);
  const at = found.filter(({ quantity }) => quantity.value === value).map(({ row }) => row);
  const label = labelOf(table, at[0]!, column);
  const text = `${withUnit(value, unit)}${label === "" ? "" : ` (${label}${at.length > 1 ? ` and ${at.length - 1} more` : ""})`}`;
  return { expression, query, value, text, rows: at };
}

function holds({ test, value }: Condition, cell: string): boolean {
  if (typeof value === "object") return value.some((one) => holds({ column: -1, test: "=", value: one }, cell));
  if (typeof value === "string") {
    const [one, other] = [cell.trim().toLowerCase(), value.toLowerCase()];
    return test === "contains" ? one.includes(other) : one === other;
  }
  // A date begins with its year.
  const got = quantityOf(cell)?.value ?? (/^\d{4}-/.test(cell) ? Number(cell.slice(0, 4)) : undefined);
  if (got === undefined) return false;
  if (test === "=") return got === value;
  if (test === ">") return got > value;
  if (test === ">=") return got >= value;
  return test === "<" ? got < value : got <= value;
}

/** The row's first cell that is text. */
function labelOf(table: Table, row: number, column: number): string {
  const cells = table.rows[row]!;
  return cells.find((cell, index) => index !== column && cell !== "" && !quantityOf(cell)) ?? "";
}

function commonUnit(quantities: readonly Quantity[]): string {
  const [first] = quantities;
  return quantities.every(({ unit }) => unit === first!.unit) ? first!.unit : "";
}

function withUnit(value: number, unit: string): string {
  if (unit === "") return showNumber(value);
  if (unit === "%") return `${showNumber(value)}%`;
  return /^\p{Sc}$/u.test(unit) ? `${unit}${showNumber(value)}` : `${showNumber(value)} ${unit}`;
}

function describe({ aggregate, column, conditions }: TableQuery, table: Table): string {
  const name = column === undefined ? "" : table.columns[column]!;
  const what = aggregate === "count" ? "count(rows)" : aggregate === "value" ? name : `${aggregate}(${name})`;
  const tests = conditions.map(
    ({ column, test, value }) => `${table.columns[column]} ${test} ${JSON.stringify(value)}`,
  );
  return tests.length === 0 ? what : `${what} where ${tests.join(" and ")}`;
}
