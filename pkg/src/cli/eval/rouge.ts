/**
 * ROUGE recall as in Google's `rouge_score` with `use_stemmer=True`: lowercase, everything but `a-z0-9` parts words,
 * words of more than 3 characters are reduced to their Porter stem, and an n-gram counts as often as it stands in both
 * texts. (Lin, 2004: ROUGE, a package for automatic evaluation of summaries.)
 *
 * The stems are Porter's; `rouge_score` takes NLTK's, which depart from his in some words ("dying", "carefully"). On
 * SQuALITY that lowers the mean by less than 0.1 points for ROUGE-1 and 0.02 for ROUGE-2.
 */

import { stemmer } from "stemmer";

export type RougeFigures = Record<"ROUGE-1" | "ROUGE-2", number>;

/** The mean over the references of the share of each that is in the context. */
export function rougeFigures(context: string, references: readonly string[]): RougeFigures {
  const words = rougeWords(context);
  const wanted = references.map(rougeWords);
  const mean = (size: number) => {
    const counts = countGrams(words, size);
    return wanted.reduce((sum, reference) => sum + recall(counts, countGrams(reference, size)), 0) / wanted.length;
  };
  return wanted.length === 0 ? { "ROUGE-1": 0, "ROUGE-2": 0 } : { "ROUGE-1": mean(1), "ROUGE-2": mean(2) };
}

export function rougeWords(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.map((word) => (word.length > 3 ? stemmer(word) : word));
}

function countGrams(words: readonly string[], size: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let start = 0; start + size <= words.length; start++) {
    const gram = words.slice(start, start + size).join(" ");
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

function recall(context: Map<string, number>, reference: Map<string, number>): number {
  let both = 0;
  let total = 0;
  for (const [gram, count] of reference) {
    both += Math.min(count, context.get(gram) ?? 0);
    total += count;
  }
  return total > 0 ? both / total : 0;
}
