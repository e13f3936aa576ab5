/** What the summary that stands above most of the hits says. */

import type { DocumentReference, Hit } from "../results.js";
import { pageAddress } from "./addresses.js";
import type { SearchableCollection } from "./collection-source.js";
import { rangesOf } from "./marks.js";
import type { Brief } from "./types.js";

/** How many of the best hits decide which summary it is. */
const DECIDING = 8;
/** A summary of fewer of them says no more than they do. */
const FEWEST_BELOW = 2;
const SENTENCES = 3;

/** The brief for these hits, best first; `undefined` where no summary stands above at least two of the best. */
export async function briefAbove(
  collection: SearchableCollection,
  hits: readonly Hit[],
  signal: AbortSignal,
): Promise<Brief | undefined> {
  const best = hits.slice(0, DECIDING);
  const id = summaryOf(best);
  if (id === undefined) return undefined;
  const { text, level, leaves, documents, sentences = [{ text }] } = await collection.node(id, { signal });
  const known = await documentsOf(collection, hits, documents, signal);
  // A node says all that it was made from. What has expired is not to be shown, and words of a summarizer's own may be of it.
  const isThere = (document: string) => (known.get(document)?.expiresAt ?? Infinity) > Date.now();
  const sayable = sentences.filter(({ source }) => (source ? isThere(source.document) : documents.every(isThere)));
  const words = new Set(
    best.flatMap((hit) => hit.highlights.map(({ start, end }) => hit.text.slice(start, end).toLowerCase())),
  );
  const marked = sayable.map((sentence) => ({ ...sentence, highlights: rangesOf(sentence.text, words) }));
  // Those that speak of the question; where none has its words, how the summary begins.
  const telling = marked.filter(({ highlights }) => highlights.length > 0);
  const shown = (telling.length > 0 ? telling : marked).slice(0, SENTENCES);
  if (shown.length === 0) return undefined;
  const from = new Set(shown.flatMap(({ source }) => source?.document ?? []));
  return {
    nodeId: id,
    level,
    leaves,
    sentences: shown.map(({ text, highlights }) => ({ text: text.trim(), highlights })),
    documents: [...from].flatMap((id) => {
      const document = known.get(id);
      return document ? [{ id, title: document.title, url: pageAddress(document.url) }] : [];
    }),
  };
}

/** The summary above the most of these hits, weighed by their place; of two the one that was met first. */
function summaryOf(hits: readonly Hit[]): number | undefined {
  const weights = new Map<number, { weight: number; below: number }>();
  for (const [place, { parents }] of hits.entries()) {
    for (const parent of parents) {
      const { weight, below } = weights.get(parent) ?? { weight: 0, below: 0 };
      weights.set(parent, { weight: weight + 1 / (1 + place), below: below + 1 });
    }
  }
  const candidates = [...weights].filter(([, { below }]) => below >= FEWEST_BELOW);
  return candidates.sort(([, a], [, b]) => b.weight - a.weight)[0]?.[0];
}

/** Documents by id: those of hits, and the others only where there are such. */
async function documentsOf(
  collection: SearchableCollection,
  hits: readonly Hit[],
  ids: readonly string[],
  signal: AbortSignal,
): Promise<Map<string, DocumentReference>> {
  const known = new Map(hits.map(({ document }) => [document.id, document]));
  if (ids.some((id) => !known.has(id))) {
    for (const document of await collection.documents({ signal })) known.set(document.id, document);
  }
  return known;
}
