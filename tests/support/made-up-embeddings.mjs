// Embeddings that nobody has to wait for, for tests of what is done with them.

const DIMENSIONS = 384;

/** An `embeddingCache` that has a vector for every text: the same each time, near for texts that share words. */
export const madeUpEmbeddings = {
  get: (texts, model) => texts.map((text) => (model.endsWith("with sentences") ? vectorsOf(text) : vector(text))),
  set() {},
};

/** That of a chunk, and one of each of its sentences. */
function vectorsOf(text) {
  const sentences = text.match(/[^.]+\./g) ?? [text];
  return Float32Array.from([text, ...sentences].flatMap((part) => [...vector(part)]));
}

/** The sum of a made-up vector for each word, of length 1. */
function vector(text) {
  const sum = new Float32Array(DIMENSIONS);
  for (const word of text.toLowerCase().match(/\w+/g) ?? [""]) {
    let state = [...word].reduce((hash, letter) => Math.imul(hash ^ letter.codePointAt(0), 0x01000193), 1) >>> 0;
    for (let index = 0; index < DIMENSIONS; index++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      sum[index] += state / 2 ** 31 - 1;
    }
  }
  const length = Math.hypot(...sum);
  return sum.map((value) => value / length);
}
