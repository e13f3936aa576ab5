/**
 * Words and pairs of neighbouring words as numbers, without a list of them: each is a bucket that its hash gives. Two may share one;
 * there are enough buckets for that to matter little (the hashing trick of Weinberger et al., 2009).
 */

/** How many buckets there are. */
export const BUCKETS = 8192;
/** How long the row of a text's words is, beside features of length 1. */
const LENGTH = 4;

/** What of a text's words is weighed: the buckets that they fall into, and what each of these counts. */
export interface Words {
  buckets: number[];
  value: number;
}

export function wordsOf(text: string): Words {
  const words = text.toLowerCase().match(/[\p{L}\p{M}\p{N}_]+/gu) ?? [];
  const buckets = new Set<number>();
  words.forEach((word, index) => {
    buckets.add(bucketOf(word));
    if (index > 0) buckets.add(bucketOf(`${words[index - 1]} ${word}`));
  });
  return { buckets: [...buckets], value: LENGTH / Math.sqrt(Math.max(1, buckets.size)) };
}

/** By FNV-1a over UTF-16 units. */
function bucketOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash ^ (hash >>> 15)) & (BUCKETS - 1);
}
