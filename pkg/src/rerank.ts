import { INLINE_BATCH_TOKENS, makeBatches } from "./batches.js";
import type { CrossEncoder } from "./bindings.js";
import { throwIfCancelled } from "./errors.js";
import { yieldToEvents } from "./platform.js";
import type { Hit, SearchResult } from "./types.js";

/**
 * The result with its best `most` hits in the order of the cross-encoder's scores, equal ones as before. Each is read under its
 * headings, as for its embedding. Between batches others have their turn.
 */
export async function rerank(
  { hits, trace }: SearchResult,
  most: number,
  query: string,
  encoder: CrossEncoder,
  signal: AbortSignal,
): Promise<SearchResult> {
  const best = hits.slice(0, most);
  const passages = best.map(({ headingPath, text }) => [headingPath.join(" "), text].filter(Boolean).join("\n"));
  const scores = new Float32Array(best.length);
  const pairs = passages.map((passage) => `${query} ${passage}`);
  for (const batch of makeBatches(pairs, INLINE_BATCH_TOKENS)) {
    await yieldToEvents();
    throwIfCancelled(signal);
    const texts = batch.map((index) => passages[index]!);
    const own = encoder.score(query, texts);
    batch.forEach((index, position) => (scores[index] = own[position]!));
  }
  const reranked = best.map((hit, index): Hit => {
    return { ...hit, score: scores[index]!, explanation: { ...hit.explanation, fused: hit.score } };
  });
  reranked.sort((a, b) => b.score - a.score);
  const note = `the cross-encoder put the best ${best.length} in order`;
  return { hits: [...reranked, ...hits.slice(most)], trace: { ...trace, notes: [...trace.notes, note] } };
}
