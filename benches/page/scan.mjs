// Leafcutter's scan, as `VectorIndex` of the bindings. The only file that knows how it is called:
//   new VectorIndex(dimensions), add(rows: Float32Array), search(query: Float32Array, k) -> { ids, scores }
import { openBindings } from "./leafcutter.mjs";
import { DIMENSIONS, load, scanContestant } from "./vectors.mjs";

/** @param {{ rows: number, variant?: "relaxed" | "simd" }} options */
export async function prepare({ rows, variant = "relaxed" }) {
  const { VectorIndex } = await openBindings(variant);
  if (VectorIndex === undefined) return { facts: { missing: "this build exports no VectorIndex" } };
  const { vectors, queries } = await load(rows);
  const start = performance.now();
  const index = new VectorIndex(DIMENSIONS);
  index.add(vectors);
  const buildMs = performance.now() - start;
  const name = index.kernel?.() ?? `${variant} module`;
  return scanContestant({ name, buildMs, queries, search: (query) => index.search(query, 10).ids });
}
