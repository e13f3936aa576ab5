/** Cells that a question names. */

import type { NamedColumn } from "./question.js";
import type { Table } from "./table.js";
import type { Condition } from "./types.js";
import { STOP_WORDS, wordsOf, type Word } from "./words.js";

/** Longer cells are running text, which no question repeats. In words. */
const LONGEST_VALUE = 8;

/**
 * A condition for each cell of text that the question has word for word; where it has several of one column, any of them holds.
 * A capitalized word that is only a part of cells counts where no whole cell does.
 */
export function readValues(
  words: readonly Word[],
  question: string,
  table: Table,
  numeric: readonly boolean[],
  named: readonly NamedColumn[],
): { conditions: Condition[]; words: number } {
  const naming = new Set(named.filter(({ share }) => share === 1).flatMap(({ words }) => words));
  const found = table.columns
    .flatMap((_, column) => (numeric[column] ? [] : wholeCells(words, table, column)))
    .filter(({ at }) => !at.every((word) => naming.has(word)))
    .sort((a, b) => b.at.length - a.at.length);
  const taken = new Set<Word>();
  const values = new Map<number, string[]>();
  for (const { column, value, at } of found) {
    if (at.some((word) => taken.has(word))) continue;
    at.forEach((word) => taken.add(word));
    values.set(column, [...(values.get(column) ?? []), value]);
  }
  const conditions = [...values].map(([column, [first, ...more]]): Condition =>
    more.length === 0 ? { column, test: "=", value: first! } : { column, test: "in", value: [first!, ...more] },
  );
  if (conditions.length === 0) {
    const part = partOfCells(words, question, table, numeric, naming);
    if (part) return { conditions: [part.condition], words: 1 };
  }
  return { conditions, words: taken.size };
}

interface Found {
  column: number;
  value: string;
  at: Word[];
}

function wholeCells(words: readonly Word[], table: Table, column: number): Found[] {
  const found: Found[] = [];
  for (const value of new Set(table.rows.map((row) => row[column]!))) {
    const parts = wordsOf(value);
    if (parts.length === 0 || parts.length > LONGEST_VALUE || parts.every(({ text }) => STOP_WORDS.has(text))) continue;
    for (let start = 0; start + parts.length <= words.length; start++) {
      const at = words.slice(start, start + parts.length);
      const isHere = parts.every((part, index) => part.text === at[index]!.text || part.stem === at[index]!.stem);
      if (isHere) found.push({ column, value, at });
    }
  }
  return found;
}

function partOfCells(
  words: readonly Word[],
  question: string,
  table: Table,
  numeric: readonly boolean[],
  naming: ReadonlySet<Word>,
): { condition: Condition } | undefined {
  for (const word of words.slice(1)) {
    if (naming.has(word) || STOP_WORDS.has(word.text) || !/^\p{Lu}/u.test(question.slice(word.start))) continue;
    const holds = (column: number) =>
      !numeric[column] && table.rows.some((row) => wordsOf(row[column]!).some(({ text }) => text === word.text));
    const columns = table.columns.map((_, column) => column).filter(holds);
    if (columns.length !== 1) continue;
    return { condition: { column: columns[0]!, test: "contains", value: question.slice(word.start, word.end) } };
  }
  return undefined;
}
