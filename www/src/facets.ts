/** What a collection can be narrowed down by, read off its documents' metadata. */

import type { DocumentReference, Filter } from "leafcutter";

/** Numbers between two bounds. */
export interface RangeFacet {
  kind: "range";
  field: string;
  from: number;
  to: number;
}

/** A few values, each with the number of documents that have it. */
export interface ChoiceFacet {
  kind: "choice";
  field: string;
  values: { value: string | boolean; documents: number }[];
}

export type Facet = RangeFacet | ChoiceFacet;

/** What the reader chose: bounds of a range, or values; a field that is missing is not narrowed. */
export type Chosen = Map<string, { from?: number; to?: number } | { values: (string | boolean)[] }>;

/** Fields of more values than this name a document rather than group documents. */
const MOST_VALUES = 24;

/** What a filter says at these names is not about fields. */
const NOT_FIELDS = new Set(["and", "or", "not"]);

/** The facets of `documents` by which some of them can be told from others, in the order of their fields' names. */
export function facetsOf(documents: readonly DocumentReference[]): Facet[] {
  const fields = new Set(documents.flatMap(({ metadata }) => Object.keys(metadata)));
  return [...fields]
    .filter((field) => !NOT_FIELDS.has(field))
    .sort((a, b) => a.localeCompare(b, "en"))
    .map((field) => facetOf(field, documents))
    .filter((facet) => facet !== null);
}

function facetOf(field: string, documents: readonly DocumentReference[]): Facet | null {
  // Of a list, each element counts, once for its document.
  const byDocument = documents.map(({ metadata }) => new Set([metadata[field] ?? []].flat()));
  const values = byDocument.flatMap((each) => [...each]);
  if (values.length === 0) {
    return null;
  }
  if (values.every((value) => typeof value === "number")) {
    const [from, to] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    return from < to ? { kind: "range", field, from, to } : null;
  }
  if (!values.every((value) => typeof value === "string" || typeof value === "boolean")) {
    return null;
  }
  const counts = new Map<string | boolean, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const tells = [...counts.values()].some((count) => count < documents.length);
  if (!tells || counts.size > MOST_VALUES) {
    return null;
  }
  const inOrder = [...counts].sort(([a], [b]) => String(a).localeCompare(String(b), "en", { numeric: true }));
  return { kind: "choice", field, values: inOrder.map(([value, count]) => ({ value, documents: count })) };
}

/** The filter that `chosen` stands for, or null when nothing is narrowed. */
export function toFilter(chosen: Chosen): Filter | null {
  const filter: Filter = {};
  for (const [field, choice] of chosen) {
    if ("values" in choice) {
      if (choice.values.length > 0) {
        filter[field] = { in: choice.values };
      }
    } else {
      const { from, to } = choice;
      const bounds = { ...(from === undefined ? {} : { gte: from }), ...(to === undefined ? {} : { lte: to }) };
      if (Object.keys(bounds).length > 0) {
        filter[field] = bounds;
      }
    }
  }
  return Object.keys(filter).length === 0 ? null : filter;
}
