/** Times in what is asked, as the core takes them: milliseconds since 1970. */

import type { Filter, Time } from "./types.js";
import { invalid, isRecord, milliseconds } from "./checks.js";

/** Fields of a filter that are times of the document. */
const TIMES = ["updatedAt", "expiresAt"];

/** Options of a question as the core takes them. */
export function questionOptions<T extends { filter?: Filter; now?: Time }>(options: T): object {
  const { filter, now, ...rest } = options;
  return {
    ...rest,
    ...(filter !== undefined && { filter: filterTimes("options.filter", filter) }),
    ...(now !== undefined && { now: milliseconds("options.now", now) }),
  };
}

/**
 * A filter with the times of documents in milliseconds. Whatever else is wrong with it, the core says.
 *
 * @throws LeafcutterError `invalid-option` for what is no time.
 */
export function filterTimes(name: string, filter: unknown, isTime = false): unknown {
  if (Array.isArray(filter)) return filter.map((element, index) => filterTimes(`${name}[${index}]`, element, isTime));
  if (isTime && typeof filter !== "boolean" && (!isRecord(filter) || filter instanceof Date)) {
    return milliseconds(name, filter);
  }
  if (filter instanceof Date)
    throw invalid(name, "a number or a string; dates are for updatedAt and expiresAt", filter);
  if (!isRecord(filter)) return filter;
  const entries = Object.entries(filter).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, filterTimes(`${name}.${key}`, value, isTime || TIMES.includes(key))]),
  );
}
