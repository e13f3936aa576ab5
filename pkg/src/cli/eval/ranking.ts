/** The ranking form: documents of a corpus ranked for each query. */

import type { Source } from "../library.js";
import type { DatasetDocument, RankingDataset } from "./datasets.js";
import { timed, type Engine, type Evaluation, type EvaluationTools } from "./engine.js";
import { rankingFigures, type RankingFigures } from "./metrics.js";
import type { Asking, EvaluationSettings, Format } from "./settings.js";

/** Documents of a query in the run file. */
const DEPTH = 100;

/** How many hits are asked for. Mostly the first will do; the second is the most that a search gives. */
const FIRST_HITS = 200;
const MOST_HITS = 1000;

interface RankedDocument {
  id: string;
  score: number;
}

export async function evaluateRanking(
  engine: Engine,
  dataset: RankingDataset,
  { unit, format, ...asking }: Asking & Pick<EvaluationSettings, "unit" | "format" | "rerank">,
  { signal, progress }: EvaluationTools,
): Promise<Evaluation<RankingFigures>> {
  const [, addMilliseconds] = await timed(() =>
    engine.add(rankedSources(dataset, { unit, format }), { signal, onProgress: progress.report }),
  );
  const evaluation: Evaluation<RankingFigures> = { figures: [], run: [], queryMilliseconds: [], addMilliseconds };
  for (const { id, query, judgments } of dataset.queries) {
    progress.show("asking", evaluation.figures.length, dataset.queries.length);
    const [ranking, milliseconds] = await timed(() => rankDocuments(engine, query, asking, signal));
    evaluation.queryMilliseconds.push(milliseconds);
    evaluation.figures.push(
      rankingFigures(
        ranking.map((document) => document.id),
        judgments,
      ),
    );
    evaluation.run.push(
      ...ranking.map((document, index) => `${id} Q0 ${document.id} ${index + 1} ${document.score} leafcutter`),
    );
  }
  return evaluation;
}

/** The documents of a corpus as they are added. */
export function rankedSources(
  { documents }: RankingDataset,
  { unit, format }: Pick<EvaluationSettings, "unit" | "format">,
): Source[] {
  return documents.map((document) => (unit === "passage" ? passage(document) : page(document, format)));
}

/** The document as one unit: its title, a space and its text. */
function passage({ id, title, text }: DatasetDocument): Source {
  return { id, text: `${title} ${text}`.trim() };
}

function page({ id, title, text }: DatasetDocument, format: Format): Source {
  const source = { id, ...(title !== "" && { title }) };
  switch (format === "auto" ? detectFormat(text) : format) {
    case "markdown":
      return { ...source, markdown: text };
    case "html":
      return { ...source, html: text };
    default:
      return { ...source, text };
  }
}

/** Markdown if it begins with a heading of Markdown, else plain text: datasets do not say. */
export function detectFormat(text: string): "markdown" | "text" {
  return /^\s*#{1,6} \S/.test(text) ? "markdown" : "text";
}

/**
 * The documents that answer a query, best first: {@link DEPTH}, or those that its best {@link MOST_HITS} hits name, where
 * long documents have many hits each. A document has the score of its best hit; a
 * summary's hit counts for the document that the library names for it. Equal scores are ordered by id, descending, as
 * trec_eval orders them, so that the figures of a run file are those printed here. Where hits are reranked, which gives them scores
 * of two scales, their places count instead.
 */
export async function rankDocuments(
  engine: Pick<Engine, "search">,
  query: string,
  asking: Asking & Pick<EvaluationSettings, "rerank">,
  signal: AbortSignal,
): Promise<RankedDocument[]> {
  let scores = new Map<string, number>();
  // Reading hits takes longer than finding more of them.
  for (const k of asking.rerank === undefined ? [FIRST_HITS, MOST_HITS] : [MOST_HITS]) {
    const { hits } = await engine.search(query, { ...asking, k, signal });
    scores = new Map();
    for (const [place, { document, score }] of hits.entries()) {
      const own = asking.rerank === undefined ? score : hits.length - place;
      scores.set(document.id, Math.max(own, scores.get(document.id) ?? -Infinity));
    }
    if (scores.size >= DEPTH || hits.length < k) break;
  }
  return [...scores]
    .map(([id, score]) => ({ id, score }))
    .sort((a, b) => b.score - a.score || (a.id < b.id ? 1 : -1))
    .slice(0, DEPTH);
}
