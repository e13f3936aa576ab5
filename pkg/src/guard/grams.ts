/**
 * What a text is made of, as numbers, without a list of it: runs of words and of characters, each of which is a bucket that its hash
 * gives. Two may share one; there are enough buckets for that to matter little (the hashing trick of Weinberger et al., 2009). Runs of
 * characters know a word by its stem, in a language without blanks, and with a letter changed.
 */

/** How many buckets there are: a power of 2. */
export const BUCKETS = 2 ** 18;
/** How many words are in a run at the most, and how many characters. */
const MOST_WORDS = 3;
const CHARACTERS = { least: 3, most: 6 };
/** How long the row of a text's runs of one kind is. */
const LENGTH = 6;

/** The different runs of one kind: the buckets that they fall into, and what each of these counts. */
interface Grams {
  buckets: Uint32Array;
  value: number;
}

/** Runs of words, and runs of characters. */
export function gramsOf(text: string): [words: Grams, characters: Grams] {
  const plain = text.toLowerCase().replace(/\s+/g, " ").trim();
  return [wordsOf(plain), charactersOf(plain)];
}

/** What `weights` of buckets say of a text's runs. */
export function weighed(grams: readonly Grams[], weights: ArrayLike<number>): number {
  let all = 0;
  for (const { buckets, value } of grams) {
    let sum = 0;
    for (let at = 0; at < buckets.length; at++) sum += weights[buckets[at]!]!;
    all += sum * value;
  }
  return all;
}

/** Words, and signs by themselves. */
function wordsOf(text: string): Grams {
  const words = text.match(/[\p{L}\p{M}\p{N}_]+|[^\s\p{L}\p{M}\p{N}_]/gu) ?? [];
  const buckets = new Set<number>();
  for (let first = 0; first < words.length; first++) {
    let hash = SEEDS.words;
    for (let count = 1; count <= MOST_WORDS && first + count <= words.length; count++) {
      const word = words[first + count - 1]!;
      for (let at = 0; at < word.length; at++) hash = hashed(hash, word.charCodeAt(at));
      buckets.add(bucketOf(hash));
      hash = hashed(hash, BLANK);
    }
  }
  return counted(buckets);
}

/** UTF-16 units, blanks and signs among them. */
function charactersOf(text: string): Grams {
  const buckets = new Set<number>();
  for (let first = 0; first < text.length; first++) {
    let hash = SEEDS.characters;
    const last = Math.min(CHARACTERS.most, text.length - first);
    for (let count = 1; count <= last; count++) {
      hash = hashed(hash, text.charCodeAt(first + count - 1));
      if (count >= CHARACTERS.least) buckets.add(bucketOf(hash));
    }
  }
  return counted(buckets);
}

const counted = (buckets: Set<number>): Grams => ({
  buckets: Uint32Array.from(buckets),
  value: LENGTH / Math.sqrt(Math.max(1, buckets.size)),
});

const BLANK = 0x20;
/** Where hashes begin, so that a word is another thing than its characters. The first is that of FNV-1a. */
const SEEDS = { words: 0x811c9dc5, characters: 0x9747b28c };

/** FNV-1a, a UTF-16 unit at a time. */
const hashed = (hash: number, unit: number) => Math.imul(hash ^ unit, 0x01000193);

/** The last step of MurmurHash3, which spreads what few units have changed over all bits. */
function bucketOf(hash: number): number {
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) & (BUCKETS - 1);
}
