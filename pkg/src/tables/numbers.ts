/** Numbers as people write them in tables and questions. */

const NUMBER = /^\(?[-+−]?\s*\p{Sc}?\s*\d[\d.,'\s\u00a0]*\)?$/u;
/** What stands around a number in a cell: a currency, a unit, a footnote's mark. */
const AROUND =
  /^\s*([\p{Sc}~≈<>≤≥]?)\s*(\(?[-+−]?\s*\p{Sc}?\s*\d[\d.,'\s\u00a0]*\)?)\s*(%|[\p{L}°µ/²³·*†]{1,12}(?:\s[\p{L}/²³]{1,12})?)?\s*(?:\[\d+\])?\s*$/u;

/** A number with its unit. */
export interface Quantity {
  value: number;
  /** Empty where there is none. */
  unit: string;
}

/** The number that a cell is; `undefined` for text. */
export function quantityOf(cell: string): Quantity | undefined {
  const match = AROUND.exec(cell);
  if (!match) return undefined;
  const value = parseNumber(match[2]!);
  return value === undefined ? undefined : { value, unit: (match[1] || match[3] || "").trim() };
}

/** `1,234.5`, `1.234,5`, `1 234,5`, `(12)` for -12; `undefined` for what is none. */
export function parseNumber(text: string): number | undefined {
  if (!NUMBER.test(text)) return undefined;
  const isNegative = /[-−(]/.test(text);
  let digits = text.replace(/[^\d.,]/g, "").replace(/[.,]+$/, "");
  const [lastDot, lastComma] = [digits.lastIndexOf("."), digits.lastIndexOf(",")];
  const groups = (separator: string) => new RegExp(`^\\d{1,3}(\\${separator}\\d{3})+$`).test(digits);
  if (lastDot >= 0 && lastComma >= 0) {
    // The one that comes last sets the fraction apart.
    const thousands = lastDot > lastComma ? /,/g : /\./g;
    digits = digits.replace(thousands, "").replace(",", ".");
  } else if (lastComma >= 0) {
    digits = groups(",") ? digits.replace(/,/g, "") : digits.replace(",", ".");
  } else if (digits.indexOf(".") !== lastDot) {
    digits = groups(".") ? digits.replace(/\./g, "") : "";
  }
  const value = digits === "" ? NaN : Number(digits);
  return Number.isFinite(value) ? (isNegative ? -value : value) : undefined;
}

/** A number as it is shown: no more digits than it has. */
export function showNumber(value: number): string {
  return String(Math.abs(value) < 1e15 ? Number(value.toPrecision(12)) : value);
}
