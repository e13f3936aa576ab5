/** Comparisons with numbers that a question makes: "over 100", "in 2020", "between 3 and 5". */

import { parseNumber } from "./numbers.js";
import type { NamedColumn } from "./question.js";
import type { Table } from "./table.js";
import type { Condition } from "./types.js";

type Test = ">" | ">=" | "<" | "<=" | "=";

const NUMBER = String.raw`\p{Sc}?(\d[\d.,]*\d|\d)(?:\s*(thousand|million|billion))?`;
const PHRASES: readonly (readonly [Test, string])[] = [
  [">=", "at least|no less than|no fewer than|since|from|starting in"],
  ["<=", "at most|no more than|up to|until|through"],
  [">", "over|above|more than|greater than|larger than|higher than|longer than|older than|exceeding|exceeds?|after"],
  ["<", "under|below|less than|fewer than|smaller than|lower than|shorter than|younger than|before"],
  ["=", "in|during|equal to|exactly|of"],
];
const SCALE: Readonly<Record<string, number>> = { thousand: 1e3, million: 1e6, billion: 1e9 };
/** Phrases of time, which are about years where there is a column of them. */
const OF_TIME = /^(?:since|from|starting in|until|through|after|before|in|during)$/i;

/** The conditions, and the columns that they are about. */
export function readComparisons(
  question: string,
  table: Table,
  numeric: readonly boolean[],
  named: readonly NamedColumn[],
): { conditions: Condition[]; columns: number[] } {
  const conditions: Condition[] = [];
  const add = (test: Test, phrase: string, value: number, at: number) => {
    const column = columnOf(phrase, value, at, table, numeric, named);
    if (column !== undefined) conditions.push({ column, test, value });
  };
  let rest = question;
  const between = new RegExp(String.raw`\b(between|from)\s+${NUMBER}\s+(?:and|to)\s+${NUMBER}`, "giu");
  rest = rest.replace(between, (all, phrase: string, low, lowScale, high, highScale, at: number) => {
    add(">=", phrase === "between" ? "" : phrase, scaled(low, lowScale), at);
    add("<=", phrase === "between" ? "" : phrase, scaled(high, highScale), at);
    return " ".repeat(all.length);
  });
  for (const [test, phrases] of PHRASES) {
    const pattern = new RegExp(String.raw`\b(${phrases})\s+${NUMBER}`, "giu");
    rest = rest.replace(pattern, (all, phrase: string, number: string, scale: string | undefined, at: number) => {
      add(test, phrase, scaled(number, scale), at);
      return " ".repeat(all.length);
    });
  }
  return { conditions, columns: conditions.map(({ column }) => column) };
}

function scaled(number: string, scale: string | undefined): number {
  return (parseNumber(number) ?? NaN) * (SCALE[scale?.toLowerCase() ?? ""] ?? 1);
}

/** Which column a number is compared with: one of years, else the column of numbers that is named nearest. */
function columnOf(
  phrase: string,
  value: number,
  at: number,
  table: Table,
  numeric: readonly boolean[],
  named: readonly NamedColumn[],
): number | undefined {
  if (Number.isNaN(value)) return undefined;
  const isYear = Number.isInteger(value) && value >= 1000 && value < 2200;
  const ofTime = OF_TIME.test(phrase);
  // A column for each year is asked for by its name.
  if (isYear && table.columns.some((name) => name.trim() === String(value))) return undefined;
  if (isYear && (ofTime || phrase === "" || phrase === "of")) {
    const column = table.columns.findIndex((_, column) => holdsYears(table, column));
    if (column >= 0) return column;
  }
  // "In 3" and "of 3" compare nothing by themselves.
  if (ofTime && isYear) return undefined;
  if (/^(?:in|of|during|from)$/i.test(phrase)) return undefined;
  const near = named
    .filter(({ column }) => numeric[column])
    .map(({ column, words }) => ({ column, distance: Math.min(...words.map(({ start }) => Math.abs(start - at))) }))
    .sort((a, b) => a.distance - b.distance);
  if (near[0]) return near[0].column;
  const numbers = numeric.flatMap((is, column) => (is && !holdsYears(table, column) ? [column] : []));
  return numbers.length === 1 ? numbers[0] : undefined;
}

function holdsYears(table: Table, column: number): boolean {
  const cells = table.rows.map((row) => row[column]!).filter((cell) => cell !== "");
  return cells.length > 0 && cells.every((cell) => /^(?:1\d|20|21)\d\d(?:-\d\d(?:-\d\d)?.*)?$/.test(cell));
}
