// Orama's vector search, which compares with every row.
import { DIMENSIONS, load, row, scanContestant } from "./vectors.mjs";

/** @param {{ rows: number }} options */
export async function prepare({ rows }) {
  const { create, insert, searchVector } = await import("@orama/orama");
  const { vectors, queries } = await load(rows);
  const points = Array.from({ length: rows }, (_, index) => Array.from(row(vectors, index)));
  const start = performance.now();
  const database = create({ schema: { vector: `vector[${DIMENSIONS}]` } });
  for (const [index, vector] of points.entries()) insert(database, { id: String(index), vector });
  const buildMs = performance.now() - start;
  return scanContestant({
    name: "Orama",
    buildMs,
    queries: queries.map((query) => ({
      vector: { value: Array.from(query), property: "vector" },
      limit: 10,
      similarity: 0,
    })),
    search: (query) => searchVector(database, query).hits.map(({ id }) => Number(id)),
  });
}
