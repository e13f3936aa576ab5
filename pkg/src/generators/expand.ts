/** A question put in other words by a generator, for questions that their own words find little for. */

import type { CallOptions, Generator, Hit, SearchOptions, SearchResult } from "../types.js";
import { aFunction, aString, checkRecord, invalid } from "../checks.js";
import { CALL } from "../validate.js";
import { generate } from "./summaries.js";

/**
 * How a question is put in other words:
 *
 * - `rewrite`: as a short query.
 * - `hypothetical`: as a passage that might answer it, which lies closer to the passages that do (HyDE, arXiv 2212.10496).
 * - `sub-queries`: in parts, for one that asks for several things.
 */
export type Expansion = "rewrite" | "hypothetical" | "sub-queries";

export interface ExpandOptions extends CallOptions {
  /** Each takes one prompt. Default `["rewrite"]`. */
  by?: Expansion[];
}

/** A question and what a generator made of it. */
export interface ExpandedQuery {
  question: string;
  /** The question first. Each text once. */
  queries: { text: string; by: "question" | Expansion }[];
}

const PROMPTS: Record<Expansion, string> = {
  rewrite:
    "Rewrite the question as a short query for a search in documents. Keep all names and numbers. Write the query alone.",
  hypothetical:
    "Write two or three sentences as they could stand in a document that answers the question. Write the sentences alone.",
  "sub-queries":
    "Split the question into at most three simpler questions that together ask the same, one on each line. Write these alone.",
};

const MOST_SUB_QUERIES = 3;

/** A reply over this is no longer read. */
const MOST_CHARACTERS = 600;

/** How much the first ranks of a list count over later ones, as in Cormack et al. 2009. */
const RANK_OFFSET = 60;

/**
 * Has a generator put a question in other words.
 *
 * @throws LeafcutterError `invalid-option`, `generator`.
 */
export async function expandQuery(
  question: string,
  generator: Generator,
  options: ExpandOptions = {},
): Promise<ExpandedQuery> {
  aString("question", question);
  aFunction("generator", generator);
  checkRecord("options", options, { ...CALL, by: checkBy });
  const { by = ["rewrite"], signal = new AbortController().signal } = options;
  const queries = new Map<string, ExpandedQuery["queries"][number]["by"]>([[question, "question"]]);
  for (const expansion of new Set(by)) {
    const prompt = `${PROMPTS[expansion]}\n\nQuestion: ${question}\n\nAnswer:`;
    const reply = await generate(generator, prompt, MOST_CHARACTERS, signal);
    for (const text of textsOf(expansion, reply)) if (!queries.has(text)) queries.set(text, expansion);
  }
  return { question, queries: [...queries].map(([text, by]) => ({ text, by })) };
}

function checkBy(name: string, value: unknown): void {
  const known = Object.keys(PROMPTS);
  const valid = Array.isArray(value) && value.length > 0 && value.every((item) => known.includes(item));
  if (!valid) throw invalid(name, `an array of ${known.join(", ")}`, value);
}

/** What of a reply is a query: without numbers of lists, quotes and white space around it. */
function textsOf(expansion: Expansion, reply: string): string[] {
  const lines = reply.split("\n").map((line) =>
    line
      .replace(/^\s*(?:[-*•]|\d+[.)])\s+/u, "")
      .replace(/^["“”'\s]+|["“”'\s]+$/gu, "")
      .slice(0, MOST_CHARACTERS),
  );
  const texts = lines.filter((line) => /[\p{L}\p{N}]/u.test(line));
  if (expansion === "sub-queries") return texts.slice(0, MOST_SUB_QUERIES);
  return expansion === "hypothetical" ? [texts.join(" ")].filter(Boolean) : texts.slice(0, 1);
}

/** What is asked of a collection: any `Leafcutter` will do. */
export interface Searchable {
  search(query: string, options?: SearchOptions): Promise<SearchResult>;
}

/**
 * Searches with all queries and joins what they find by rank (reciprocal rank fusion). A hypothetical passage is searched by meaning
 * alone. `score` is the fused one.
 */
export async function searchExpanded(
  collection: Searchable,
  { question, queries }: ExpandedQuery,
  options: SearchOptions = {},
): Promise<SearchResult> {
  const results = await Promise.all(
    queries.map(({ text, by }) =>
      collection.search(text, by === "hypothetical" ? { ...options, hybrid: { alpha: 1 } } : options),
    ),
  );
  const found = new Map<number, Hit>();
  for (const { hits } of results) {
    hits.forEach((hit, rank) => {
      const score = 1 / (RANK_OFFSET + 1 + rank);
      const same = found.get(hit.nodeId);
      if (same) same.score += score;
      else found.set(hit.nodeId, { ...hit, score });
    });
  }
  const hits = [...found.values()].sort((a, b) => b.score - a.score || a.nodeId - b.nodeId);
  const own = results[queries.findIndex(({ text }) => text === question)] ?? results[0]!;
  const others = queries
    .filter(({ by }) => by !== "question")
    .map(({ text, by }) => `also searched, by ${by}: ${text}`);
  const trace = { ...own.trace, notes: [...own.trace.notes, ...others] };
  return { hits: hits.slice(0, options.k ?? own.hits.length), trace };
}
