/** Whether the documents hold anything that is close to a question. */

import type { Filter, SearchResult } from "./types.js";

/**
 * Cosines of the question to the nearest chunks from which on something counts as found: the mean of several, or the nearest alone.
 * Calibrated for all-MiniLM-L6-v2 on the questions of `tests/fixtures/answerable.json`. Other models give higher ones for any two
 * texts, so that with them less is refused.
 */
const NEAR = { mean: 0.4, nearest: 0.45 };
const SEVERAL = 5;

/** What in a question must stand in a text word for word to be what is meant: names, numbers, codes. */
const LITERAL = /(?<=\s)[^\s\p{L}]*\p{Lu}[\p{L}\p{N}-]+|[\p{L}\p{N}_.-]*\p{N}[\p{L}\p{N}_-]*/gu;

type Search = (query: string, options: object) => Promise<SearchResult>;

/** @param scope - Which documents count, and when. */
export async function isFound(
  question: string,
  scope: { filter?: Filter; now?: number },
  search: Search,
): Promise<boolean> {
  const ask = async (alpha: number) =>
    (await search(question, { ...scope, mode: "leaves", hybrid: { alpha }, k: SEVERAL })).hits;
  const near = (await ask(1)).map(({ explanation }) => explanation.vector ?? 0);
  if (near.length === 0) return false;
  const mean = near.reduce((sum, cosine) => sum + cosine, 0) / near.length;
  if (mean >= NEAR.mean || near[0]! >= NEAR.nearest) return true;
  const literal = (question.match(LITERAL) ?? []).map((word) => word.toLowerCase());
  if (literal.length === 0) return false;
  const byWord = await ask(0);
  return byWord.some(({ text }) => literal.every((word) => text.toLowerCase().includes(word)));
}
