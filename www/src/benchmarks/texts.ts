/** Texts and vectors that are the same on every machine. */

const DIMENSIONS = 384;
/** A leaf comes with a vector of its own and one for each of its sentences, of which these have one. */
const VECTORS_PER_LEAF = 2;
const PASSAGE_WORDS = 80;
const SENTENCE_WORDS = 16;
const QUESTION_WORDS = 10;

const WORDS = (
  "garden harbor letter winter teacher engine river market window island paper morning forest ladder bridge kettle " +
  "carries opens follows answers repairs measures crosses remembers leaves paints builds empties returns borrows sends finds " +
  "quiet narrow early wooden patient distant bright heavy careful northern hollow sudden plain gentle crowded frozen " +
  "slowly often nearly together again twice beside under across without toward behind before after along above"
).split(" ");

/** Passages of eighty words in sentences, none like another. */
export function* passages(): Generator<string, never> {
  const random = makeRandom(1);
  for (;;) {
    const sentences = Array.from({ length: PASSAGE_WORDS / SENTENCE_WORDS }, () =>
      sentence(random, SENTENCE_WORDS, "."),
    );
    yield sentences.join(" ");
  }
}

/** Questions of ten words, none like another. */
export function* questions(): Generator<string, never> {
  const random = makeRandom(2);
  for (;;) yield sentence(random, QUESTION_WORDS, "?");
}

/** The vectors of a leaf that is called `Vector N`, end to end: of length 1, and made up. */
export function seededVector(text: string): Float32Array {
  const random = makeRandom(1000 + Number(/\d+/.exec(text)?.[0] ?? 0));
  const one = Float32Array.from({ length: DIMENSIONS }, () => random() + random() + random() - 1.5);
  const length = Math.hypot(...one);
  const vectors = new Float32Array(VECTORS_PER_LEAF * DIMENSIONS);
  for (let at = 0; at < vectors.length; at++) vectors[at] = one[at % DIMENSIONS]! / length;
  return vectors;
}

function sentence(random: () => number, words: number, end: string): string {
  const text = Array.from({ length: words }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
  return text[0]!.toUpperCase() + text.slice(1) + end;
}

/** Numbers from 0 to below 1: mulberry32. */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
