/** An open collection as a source: passages and summaries, grouped by document. */

import type { Client } from "../client.js";
import type { Hit } from "../results.js";
import { pageAddress, withAnchor } from "./addresses.js";
import { briefAbove } from "./brief.js";
import { excerpt, withoutHeading } from "./marks.js";
import type { Meaning, ResultGroup, ResultSection, SearchSource, SourceAnswer, SourceSearchOptions } from "./types.js";

/** What is asked of a collection. */
export type SearchableCollection = Pick<Client, "search" | "node" | "documents">;

/** The most sections that a document is shown with. */
const SECTIONS = 3;
/** About how many UTF-16 units of a hit are shown. */
const EXCERPT = 240;

/** Searches a collection that somebody else opened, and closes. */
export class CollectionSource implements SearchSource {
  readonly meaning: Meaning = "ready";
  onMeaning: (() => void) | undefined;

  constructor(readonly collection: SearchableCollection) {}

  async prepare(): Promise<void> {}

  async search(query: string, { k, pace, filter, signal }: SourceSearchOptions): Promise<SourceAnswer> {
    const { hits } = await this.collection.search(query, {
      k: k * SECTIONS,
      asYouType: pace !== "entered",
      signal,
      ...(filter && { filter }),
    });
    const groups = groupByDocument(hits).slice(0, k);
    // A summary says nothing of what the filter left out, and it may be made of that.
    const brief = filter === undefined ? await briefAbove(this.collection, hits, signal) : undefined;
    return { groups, by: "meaning", brief };
  }

  async close(): Promise<void> {}
}

/** The documents of hits, in the order of the best hit of each. */
function groupByDocument(hits: readonly Hit[]): ResultGroup[] {
  const groups = new Map<string, ResultGroup>();
  for (const hit of hits) {
    const { id, title, url, metadata } = hit.document;
    let group = groups.get(id);
    if (!group) groups.set(id, (group = { id, title, url: pageAddress(url), metadata, sections: [] }));
    if (group.sections.length < SECTIONS) group.sections.push(toSection(hit, group));
  }
  return [...groups.values()];
}

function toSection(hit: Hit, { title, url }: ResultGroup): ResultSection {
  const { headingPath, anchor, level, leaves, highlights } = hit;
  const whole = { text: hit.text.replace(/\s/g, " "), highlights, cut: { before: false, after: false } };
  const { text, highlights: marked } = level === 0 ? withoutHeading(whole, headingPath.at(-1)) : whole;
  return {
    ...excerpt(text, marked, EXCERPT),
    headingPath: headingPath[0] === title ? headingPath.slice(1) : headingPath,
    url: withAnchor(url, anchor),
    level,
    leaves,
    hit,
  };
}
