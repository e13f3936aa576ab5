/** Takes a part of a dataset, for quick runs whose figures are not those of the whole. */

import type { Dataset, RankingDataset } from "./datasets.js";

export function sample(dataset: Dataset, { limit, documents }: { limit?: number; documents?: number }): Dataset {
  switch (dataset.form) {
    case "ranking": {
      const queries = dataset.queries.slice(0, limit);
      return { ...dataset, queries, documents: sampleDocuments({ ...dataset, queries }, documents) };
    }
    case "spans":
      return { ...dataset, queries: dataset.queries.slice(0, limit) };
    case "summaries":
      return { ...dataset, queries: dataset.queries.slice(0, limit) };
  }
}

/** The relevant documents of the queries, and as many others as there is room for, in the order of the corpus. */
function sampleDocuments({ documents, queries }: RankingDataset, count: number | undefined) {
  if (count === undefined) return documents;
  const relevant = new Set(
    queries.flatMap(({ judgments }) => [...judgments].filter(([, relevance]) => relevance > 0).map(([id]) => id)),
  );
  let room = count - documents.filter(({ id }) => relevant.has(id)).length;
  return documents.filter(({ id }) => relevant.has(id) || room-- > 0);
}
