// The vectors that are scanned, the same in Node and in every page.

export const DIMENSIONS = 384;

/** Questions asked of each index. */
export const QUERIES = 100;

/** How far from its original a value of a copied row may be. */
const JITTER = 0.06;

/**
 * Makes `rows` vectors of length 1 of those in `base`: first they themselves, then copies of them with noise.
 *
 * @param {Float32Array} base
 * @param {number} rows
 */
export function expand(base, rows) {
  const vectors = new Float32Array(rows * DIMENSIONS);
  const originals = base.length / DIMENSIONS;
  let seed = 1;
  const random = () => (seed = (seed * 1103515245 + 12345) & 0x7fffffff) / 0x7fffffff - 0.5;
  for (let index = 0; index < rows; index++) {
    const from = row(base, index % originals);
    const to = row(vectors, index);
    const jitter = index < originals ? 0 : JITTER;
    let squares = 0;
    for (let at = 0; at < DIMENSIONS; at++) {
      const value = from[at] + jitter * random();
      to[at] = value;
      squares += value * value;
    }
    const norm = Math.sqrt(squares);
    for (let at = 0; at < DIMENSIONS; at++) to[at] /= norm;
  }
  return vectors;
}

/** @param {Float32Array} vectors */
export const row = (vectors, index) => vectors.subarray(index * DIMENSIONS, (index + 1) * DIMENSIONS);

/** Both files in a page. */
export async function load(rows) {
  const [base, asked] = await Promise.all(
    ["docs", "queries"].map(
      async (name) => new Float32Array(await (await fetch(`/peer-vectors/scifact-${name}.f32`)).arrayBuffer()),
    ),
  );
  const queries = Array.from({ length: QUERIES }, (_, index) => row(asked, index).slice());
  return { vectors: expand(base, rows), queries };
}

/**
 * A contestant that asks every question of an index.
 *
 * @param {object} index
 * @param {string} index.name
 * @param {number} index.buildMs
 * @param {any[]} index.queries in the form that `search` takes
 * @param {(query: any) => ArrayLike<number>} index.search numbers of the ten best rows
 */
export function scanContestant({ name, buildMs, queries, search }) {
  return {
    facts: { name, buildMs },
    run() {
      for (const query of queries) search(query);
    },
    found: () => queries.map((query) => Array.from(search(query))),
  };
}
