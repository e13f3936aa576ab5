// hnswlib-wasm with M 16, efConstruction 200 and ef 64.
import { DIMENSIONS, load, row, scanContestant } from "./vectors.mjs";

/** @param {{ rows: number }} options */
export async function prepare({ rows }) {
  const { loadHnswlib } = await import("hnswlib-wasm");
  const library = await loadHnswlib();
  const { vectors, queries } = await load(rows);
  const points = Array.from({ length: rows }, (_, index) => row(vectors, index).slice());
  const start = performance.now();
  const index = new library.HierarchicalNSW("cosine", DIMENSIONS, "");
  index.initIndex(rows, 16, 200, 100);
  index.setEfSearch(64);
  const labels = index.addItems(points, false);
  const buildMs = performance.now() - start;
  const numbers = new Map(labels.map((label, number) => [label, number]));
  const contestant = scanContestant({
    name: "hnswlib-wasm",
    buildMs,
    queries,
    search: (query) => index.searchKnn(query, 10, undefined).neighbors,
  });
  const { found } = contestant;
  return { ...contestant, found: () => found().map((labels) => labels.map((label) => numbers.get(label))) };
}
