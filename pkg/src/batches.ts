/** Tokens of a batch on the thread that holds the collection, which has questions to answer in between. */
export const INLINE_BATCH_TOKENS = 128;

/** Positions of texts to embed together. */
export type Batch = number[];

/**
 * About how many tokens a text has: four ASCII letters, or one character beyond them, are a token. Good enough to
 * balance work by, and far cheaper than counting.
 */
export function estimateTokens(text: string): number {
  let wide = 0;
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) wide++;
  return 2 + wide + Math.ceil((text.length - wide) / 4);
}

/**
 * Groups texts of like length into batches of at most `tokens` tokens by estimate; a text over that is a batch by
 * itself. The longest come first, so that no long one is left to a single worker at the end.
 */
export function makeBatches(texts: string[], tokens: number): Batch[] {
  const estimates = texts.map(estimateTokens);
  const order = estimates.map((_, index) => index).sort((a, b) => estimates[b]! - estimates[a]! || a - b);
  const batches: Batch[] = [];
  let room = 0;
  for (const index of order) {
    const estimate = estimates[index]!;
    const last = batches.at(-1);
    if (last && estimate <= room) {
      last.push(index);
      room -= estimate;
    } else {
      batches.push([index]);
      room = tokens - estimate;
    }
  }
  return batches;
}
