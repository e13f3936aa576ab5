/** Figures of one query each, from 0 to 1. */

import type { Range } from "./codepoints.js";

/** Relevance by document, of one query. What is not listed, or is 0 or less, is not relevant. */
export type Judgments = ReadonlyMap<string, number>;

export type RankingFigures = Record<"nDCG@10" | "recall@5" | "recall@100" | "hit@5", number>;

/** How a ranking of documents, best first, agrees with the judgments. */
export function rankingFigures(ranking: readonly string[], judgments: Judgments): RankingFigures {
  return {
    "nDCG@10": normalizedDiscountedGain(ranking, judgments, 10),
    "recall@5": recall(ranking, judgments, 5),
    "recall@100": recall(ranking, judgments, 100),
    "hit@5": found(ranking, judgments, 5) > 0 ? 1 : 0,
  };
}

/** As trec_eval has it: a document's gain is its relevance, divided by log2(rank + 1), over the best that could be. */
function normalizedDiscountedGain(ranking: readonly string[], judgments: Judgments, depth: number): number {
  const discounted = (gains: number[]) =>
    gains.slice(0, depth).reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
  const ideal = discounted([...judgments.values()].filter((relevance) => relevance > 0).sort((a, b) => b - a));
  const gained = discounted(ranking.slice(0, depth).map((id) => Math.max(0, judgments.get(id) ?? 0)));
  return ideal > 0 ? gained / ideal : 0;
}

function recall(ranking: readonly string[], judgments: Judgments, depth: number): number {
  const relevant = [...judgments.values()].filter((relevance) => relevance > 0).length;
  return relevant > 0 ? found(ranking, judgments, depth) / relevant : 0;
}

function found(ranking: readonly string[], judgments: Judgments, depth: number): number {
  return ranking.slice(0, depth).filter((id) => (judgments.get(id) ?? 0) > 0).length;
}

export type SpanFigures = Record<"recall" | "precision" | "IoU", number>;

/** How much of the evidence is in the context, in characters of one document. Ranges of either may overlap. */
export function spanFigures(context: readonly Range[], evidence: readonly Range[]): SpanFigures {
  const chosen = union(context);
  const wanted = union(evidence);
  const both = intersectionLength(chosen, wanted);
  const chosenLength = totalLength(chosen);
  const wantedLength = totalLength(wanted);
  const ratio = (part: number, whole: number) => (whole > 0 ? part / whole : 0);
  return {
    recall: ratio(both, wantedLength),
    precision: ratio(both, chosenLength),
    IoU: ratio(both, chosenLength + wantedLength - both),
  };
}

/** The same characters as sorted ranges that do not touch. */
function union(ranges: readonly Range[]): Range[] {
  const merged: Range[] = [];
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const last = merged.at(-1);
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else merged.push({ ...range });
  }
  return merged;
}

function intersectionLength(left: readonly Range[], right: readonly Range[]): number {
  let sum = 0;
  for (let l = 0, r = 0; l < left.length && r < right.length;) {
    const [a, b] = [left[l]!, right[r]!];
    sum += Math.max(0, Math.min(a.end, b.end) - Math.max(a.start, b.start));
    if (a.end < b.end) l++;
    else r++;
  }
  return sum;
}

function totalLength(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { start, end }) => sum + end - start, 0);
}
