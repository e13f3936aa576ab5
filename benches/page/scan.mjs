// Leafcutter's scan, as `VectorIndex` of the bindings. The only file that knows how it is called:
//   new VectorIndex(dimensions, method), add(rows: Float32Array), search(query: Float32Array, k) -> { ids, scores }
import { openBindings } from "./leafcutter.mjs";
import { DIMENSIONS, load, scanContestant } from "./vectors.mjs";

/** @param {{ rows: number, variant?: "relaxed" | "simd", method?: string }} options */
export async function prepare({ rows, variant = "relaxed", method }) {
  const { VectorIndex } = await openBindings(variant);
  const { vectors, queries } = await load(rows);
  const start = performance.now();
  const index = new VectorIndex(DIMENSIONS, method);
  index.add(vectors);
  // Prepares the index.
  index.search(queries[0], 10);
  const buildMs = performance.now() - start;
  const name = index.method();
  return scanContestant({ name, buildMs, queries, search: (query) => index.search(query, 10).ids });
}
