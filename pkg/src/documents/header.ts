/** Whether the first row of a table names its columns. */

const NUMBER = /^[-+(]?[\p{Sc}]?\s*\d[\d.,\s]*[%)]?$/u;
/** Longer cells are running text. In UTF-16 units. */
const LONGEST_NAME = 80;

export function isNumber(text: string): boolean {
  return NUMBER.test(text.trim());
}

/**
 * Names are short, unlike each other and no numbers. Years are names where they stand over numbers that are no years, as in a
 * table with a column for each.
 */
export function isHeader(first: readonly string[], rest: readonly (readonly string[])[]): boolean {
  const names = first.filter((name) => name !== "");
  if (rest.length === 0 || names.length < Math.max(1, first.length - 1)) return false;
  if (names.some((name) => name.length > LONGEST_NAME) || new Set(names).size < names.length) return false;
  return names.every((name) => !isNumber(name) || /^(1[5-9]|20)\d\d$/.test(name)) && !names.every(isNumber);
}
