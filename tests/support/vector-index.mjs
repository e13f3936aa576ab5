// Searches random vectors by every method of a module. Runs in Node and in browsers alike.
import { uniform } from "./random.mjs";

/** Values that break arithmetic. */
const EXTREME = [0, -0, 1e-20, 1e-44, 1e14, -1e16, 3.4e38, -3.4e38, Infinity, NaN];

/** Vectors of random shape and a query, every third time with extreme values among them. */
function sample(seed) {
  const random = uniform(seed);
  random();
  const dimensions = 1 + Math.floor(random() * 100);
  const rows = Math.floor(random() * 80);
  const value = () =>
    seed % 3 === 0 && random() < 0.02 ? EXTREME[Math.floor(random() * EXTREME.length)] : random() - 0.5;
  const vector = (length) => Float32Array.from({ length }, value);
  return { dimensions, vectors: vector(rows * dimensions), query: vector(dimensions) };
}

/**
 * For each method, a hash of all that it answers on `samples` random samples. Those that go by signs must give the same
 * one everywhere, and so must the exact one.
 *
 * @returns {Promise<Record<string, string>>}
 */
export async function methodHashes({ VectorIndex }, samples) {
  const hashes = {};
  for (const method of VectorIndex.methods()) {
    const answers = [];
    for (let seed = 1; seed <= samples; seed++) {
      const { dimensions, vectors, query } = sample(seed);
      const index = new VectorIndex(dimensions, method);
      index.add(vectors);
      const { ids, scores } = index.search(query, 7);
      answers.push(ids, scores, index.bounds(query) ?? new Float32Array([-1]));
      index.free();
    }
    const digest = await crypto.subtle.digest("SHA-256", await new Blob(answers).arrayBuffer());
    hashes[method] = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
  }
  return hashes;
}
