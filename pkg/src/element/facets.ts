/** By what results can be narrowed: values of the metadata of what was found. */

import type { Filter, MetadataScalar } from "../types.js";
import type { Facet, FacetField, ResultGroup } from "./types.js";

/** Of a field, its chosen values. */
export type Chosen = ReadonlyMap<string, readonly MetadataScalar[]>;

/** Fields of more values than this name a document rather than group documents. */
const MOST_VALUES = 24;

/**
 * Reads `kind, version:Version` as an attribute has it: fields with commas between them, each with the label to show after a
 * colon. Without a label the field's name is shown, its first letter made large.
 */
export function readFacetFields(attribute: string | null): FacetField[] {
  return (attribute ?? "").split(",").flatMap((part) => {
    const [field = "", ...label] = part.split(":");
    const name = field.trim();
    if (name === "") return [];
    return [{ field: name, label: label.join(":").trim() || name[0]!.toLocaleUpperCase() + name.slice(1) }];
  });
}

/** The values of each field among these documents, most frequent first; what is chosen stays, even if nothing has it. */
export function countFacets(fields: readonly FacetField[], groups: readonly ResultGroup[], chosen: Chosen): Facet[] {
  return fields.flatMap(({ field, label }) => {
    const counts = new Map<MetadataScalar, number>();
    for (const { metadata } of groups) {
      const value = metadata[field];
      // Of a list, each element counts, once for its document.
      for (const each of new Set(Array.isArray(value) ? value : value === undefined ? [] : [value])) {
        counts.set(each, (counts.get(each) ?? 0) + 1);
      }
    }
    const picked = chosen.get(field) ?? [];
    for (const value of picked) if (!counts.has(value)) counts.set(value, 0);
    const tells = counts.size > 1 || picked.length > 0;
    if (!tells || counts.size > MOST_VALUES) return [];
    const ordered = [...counts].sort(([a, m], [b, n]) => n - m || compare(String(a), String(b)));
    return [
      { field, label, values: ordered.map(([value, count]) => ({ value, count, chosen: picked.includes(value) })) },
    ];
  });
}

/** The filter for what was chosen: any of a field's values, of every field; `undefined` where nothing is. */
export function toFilter(chosen: Chosen): Filter | undefined {
  const conditions = [...chosen].filter(([, values]) => values.length > 0);
  if (conditions.length === 0) return undefined;
  return { and: conditions.map(([field, values]) => ({ [field]: { in: [...values] } })) };
}

const compare = (a: string, b: string) => a.localeCompare(b, "en", { numeric: true });
