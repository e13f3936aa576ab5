// Vectors that are made up, for tests that must not wait for the encoder.

const DIMENSIONS = 384;

/** For each text a vector of its own, the same each time; for a chunk also one of each of its sentences. */
export const embeddingCache = {
  get: (texts, model) => texts.map((text) => (model.endsWith("with sentences") ? vectorsOf(text) : vector(text))),
  set() {},
};

function vectorsOf(text) {
  const sentences = text.match(/[^.]+\./g) ?? [text];
  return Float32Array.from([text, ...sentences].flatMap((part) => [...vector(part)]));
}

function vector(text) {
  let state = [...text].reduce((hash, character) => Math.imul(hash ^ character.codePointAt(0), 0x01000193), 1) >>> 0;
  const values = Float32Array.from({ length: DIMENSIONS }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
  const length = Math.hypot(...values);
  return values.map((value) => value / length);
}
