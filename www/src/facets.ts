/** What a collection can be narrowed down by, read off its documents' metadata. */

import type { DocumentReference, Filter, MetadataValue } from "leafcutter";

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

/** The facets of `documents` by which some of them can be told from others, in the order of their fields' names. */
export function facetsOf(documents: readonly DocumentReference[]): Facet[] {
  const fields = new Map<string, MetadataValue[]>();
  for (const { metadata } of documents) {
    for (const [field, value] of Object.entries(metadata)) {
      const values = fields.get(field);
      if (values) {
        values.push(value);
      } else {
        fields.set(field, [value]);
      }
    }
  }
  return [...fields]
    .sort(([a], [b]) => a.localeCompare(b, "en"))
    .map(([field, values]) => facetOf(field, values, documents.length))
    .filter((facet) => facet !== null);
}

function facetOf(field: string, values: MetadataValue[], documents: number): Facet | null {
  if (values.every((value) => typeof value === "number")) {
    const [from, to] = [Math.min(...values), Math.max(...values)];
    return from < to ? { kind: "range", field, from, to } : null;
  }
  if (!values.every((value) => typeof value === "string" || typeof value === "boolean")) {
    return null;
  }
  const counts = new Map<string | boolean, number>();
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const tells = counts.size > 1 || values.length < documents;
  if (!tells || counts.size > MOST_VALUES) {
    return null;
  }
  const inOrder = [...counts].sort(([a], [b]) => String(a).localeCompare(String(b), "en", { numeric: true }));
  return { kind: "choice", field, values: inOrder.map(([value, count]) => ({ value, documents: count })) };
}

/** The filter that `chosen` stands for, or null when nothing is narrowed. */
export function toFilter(chosen: Chosen): Filter | null {
  const filters: Filter[] = [];
  for (const [field, choice] of chosen) {
    if ("values" in choice) {
      if (choice.values.length > 0) {
        filters.push({ field, in: choice.values });
      }
    } else if (choice.from !== undefined || choice.to !== undefined) {
      filters.push({ field, ...choice });
    }
  }
  if (filters.length === 0) {
    return null;
  }
  return filters.length === 1 ? filters[0] : { and: filters };
}
