/** What a question asks of a table. */

import { readComparisons } from "./comparisons.js";
import type { Table } from "./table.js";
import type { Aggregate, Condition, TableQuery } from "./types.js";
import { readValues } from "./values.js";
import { STOP_WORDS, wordsOf, type Word } from "./words.js";

/** A question as it is read. */
export interface ReadQuestion {
  query: TableQuery;
  /** How many of its words name columns and cells of the table. */
  matched: number;
}

/** Which words ask for an aggregate; the first in the question decides, the more particular ones standing first here. */
const CUES: readonly (readonly [Aggregate, RegExp])[] = [
  ["average", /\b(?:average|mean|on average)\b/i],
  ["sum", /\b(?:total|sum|altogether|in all|combined|add up)\b/i],
  [
    "max",
    /\b(?:highest|largest|biggest|greatest|most|maximum|max|longest|tallest|heaviest|oldest|fastest|widest|deepest|top|best|latest|strongest|dearest|most expensive)\b/i,
  ],
  [
    "min",
    /\b(?:lowest|smallest|least|fewest|minimum|min|shortest|lightest|youngest|slowest|narrowest|shallowest|worst|earliest|cheapest)\b/i,
  ],
  ["count", /\b(?:how many|number of|count)\b/i],
];

/** What superlatives are about, as stems of columns' names. */
const ABOUT: Readonly<Record<string, readonly string[]>> = {
  longest: ["length", "duration"],
  shortest: ["length", "duration", "height"],
  tallest: ["height"],
  heaviest: ["weight", "mass"],
  lightest: ["weight", "mass"],
  oldest: ["age"],
  youngest: ["age"],
  fastest: ["speed"],
  slowest: ["speed"],
  widest: ["width"],
  deepest: ["depth"],
  cheapest: ["price", "cost"],
  dearest: ["price", "cost"],
  latest: ["year", "date"],
  earliest: ["year", "date"],
};

/** A column that a question names. */
export interface NamedColumn {
  column: number;
  /** The words that name it. */
  words: Word[];
  /** Which part of its name they are. */
  share: number;
}

/** @param numeric - Whether a column holds numbers, for each. */
export function readQuestion(question: string, table: Table, numeric: readonly boolean[]): ReadQuestion | undefined {
  const words = wordsOf(question);
  const named = namedColumns(words, table);
  const values = readValues(words, question, table, numeric, named);
  const comparisons = readComparisons(question, table, numeric, named);
  const conditions = [...values.conditions, ...comparisons.conditions];
  const [cue] = CUES.flatMap(([aggregate, pattern]) => (pattern.test(question) ? [aggregate] : []));
  const taken = new Set([...comparisons.columns, ...values.conditions.map(({ column }) => column)]);
  const query = choose(cue, words, table, numeric, named, conditions, taken);
  if (!query) return undefined;
  const columns = new Set([query.column, ...conditions.map(({ column }) => column)]);
  const naming = named.filter(({ column }) => columns.has(column)).flatMap(({ words }) => words);
  return { query, matched: new Set(naming).size + values.words + comparisons.conditions.length };
}

function choose(
  cue: Aggregate | undefined,
  words: readonly Word[],
  table: Table,
  numeric: readonly boolean[],
  named: readonly NamedColumn[],
  conditions: Condition[],
  taken: ReadonlySet<number>,
): TableQuery | undefined {
  const free = named.filter(({ column }) => !taken.has(column));
  const number = (free.find(({ column }) => numeric[column]) ?? named.find(({ column }) => numeric[column]))?.column;
  if (cue === "count") {
    // "How many ants were there?" asks for what a column of numbers holds, "how many colonies" for rows.
    const counted = free.find(
      ({ column, words: naming }) => numeric[column] && naming.some((word) => follows(words, word)),
    );
    if (counted) return { aggregate: "sum", column: counted.column, conditions };
    // Of a row that is named there is one; what is asked is something else, which the table does not hold.
    if (conditions.some(({ column, value }) => typeof value === "string" && isKey(table, column))) return undefined;
    return conditions.length > 0 || named.length > 0
      ? { aggregate: "count", column: undefined, conditions }
      : undefined;
  }
  if (cue !== undefined) {
    const column = number ?? about(words, table, numeric) ?? only(table, numeric, taken);
    const isAsked = number !== undefined || conditions.length > 0 || named.length > 0;
    return column !== undefined && isAsked ? { aggregate: cue, column, conditions } : undefined;
  }
  const [asked] = free;
  return asked && conditions.length > 0 ? { aggregate: "value", column: asked.column, conditions } : undefined;
}

/** Whether no two rows have the same cell in a column. */
function isKey(table: Table, column: number): boolean {
  return new Set(table.rows.map((row) => row[column])).size === table.rows.length;
}

/** Whether a word is among the two after "how many", "number of" or "count". */
function follows(words: readonly Word[], word: Word): boolean {
  const at = words.indexOf(word);
  return words.slice(Math.max(0, at - 2), at).some(({ text }) => ["many", "of", "count"].includes(text));
}

/** Columns in order of how much of their name the question has; what is named by less than half of it is not. */
function namedColumns(words: readonly Word[], table: Table): NamedColumn[] {
  const found = table.columns.flatMap((name, column): NamedColumn[] => {
    // What stands in brackets is a unit.
    const parts = wordsOf(name.replace(/[([].*?[)\]]/g, " ")).filter(({ text }) => !STOP_WORDS.has(text));
    const naming = parts.map((part) =>
      words.find((word) => !STOP_WORDS.has(word.text) && isSame(word.stem, part.stem)),
    );
    const present = naming.filter((word) => word !== undefined);
    const share = parts.length === 0 ? 0 : present.length / parts.length;
    return share >= 0.5 ? [{ column, words: present, share }] : [];
  });
  // A name that is a part of another's says less: "Area" beside "Area of land".
  return found.sort(
    (a, b) => b.share - a.share || b.words.length - a.words.length || a.words[0]!.start - b.words[0]!.start,
  );
}

/** "populous" asks for "population". */
function isSame(a: string, b: string): boolean {
  return a === b || (a.length >= 6 && b.length >= 6 && a.slice(0, 5) === b.slice(0, 5));
}

function about(words: readonly Word[], table: Table, numeric: readonly boolean[]): number | undefined {
  const stems = words.flatMap(({ text }) => ABOUT[text] ?? []);
  const column = table.columns.findIndex(
    (name, index) => numeric[index] && wordsOf(name).some(({ stem }) => stems.includes(stem)),
  );
  return column < 0 ? undefined : column;
}

/** The one column of numbers that is left to ask for. */
function only(table: Table, numeric: readonly boolean[], taken: ReadonlySet<number>): number | undefined {
  const isYear = (column: number) => /\b(?:year|date|id|no|number|rank)\b/i.test(table.columns[column]!);
  const columns = table.columns
    .map((_, column) => column)
    .filter((column) => numeric[column] && !taken.has(column) && !isYear(column));
  return columns.length === 1 ? columns[0] : undefined;
}
