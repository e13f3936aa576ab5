/** A computed answer against what a text says. */

import { parseNumber } from "./numbers.js";
import type { TableAnswer } from "./types.js";

/** Whether a text says the same; `no-number` for one that says none to compare. */
export type Agreement = "agrees" | "differs" | "no-number";

/** Numbers in running text, with the point or comma that their fraction is set apart by. */
const NUMBERS = /[-−]?\d(?:[\d.,\u00a0]*\d)?/gu;
/** How far a rounded number may be off, as a part of it. */
const ROUNDED = 0.005;

/**
 * Compares an answer that was computed with a text that was found or written.
 *
 * @param text - The textual answer, without the numbers of its citations.
 */
export function compareWith(answer: TableAnswer, text: string): Agreement {
  if (typeof answer.value === "string") {
    const plain = (text: string) => text.toLowerCase().replace(/\s+/g, " ").trim();
    if (plain(text).includes(plain(answer.value))) return "agrees";
    return /\d/.test(answer.value) && !/\d/.test(text) ? "no-number" : "differs";
  }
  const numbers = (text.match(NUMBERS) ?? []).flatMap((number) => parseNumber(number) ?? []);
  if (numbers.length === 0) return "no-number";
  const expected = answer.value;
  const isNear = (number: number) => Math.abs(number - expected) <= ROUNDED * Math.abs(expected);
  // A count is exact.
  return numbers.some((number) => (answer.query.aggregate === "count" ? number === expected : isNear(number)))
    ? "agrees"
    : "differs";
}
