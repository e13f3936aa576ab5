/** Checks of single values, of which those of calls are made. */

import { LeafcutterError } from "./errors.js";

/** The error of a call that must be corrected. */
export function invalid(name: string, expected: string, got: unknown): LeafcutterError {
  return new LeafcutterError("invalid-option", `${name}: expected ${expected}, got ${describe(got)}`);
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return `an object of type ${value.constructor?.name ?? "Object"}`;
  return String(value);
}

export type Check = (name: string, value: unknown) => void;

/** A check that `test` holds, described as `expected`. */
export function must(expected: string, test: (value: unknown) => boolean): Check {
  return (name, value) => {
    if (!test(value)) throw invalid(name, expected, value);
  };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export const oneOf = (...names: unknown[]) =>
  must(`one of ${names.map((name) => JSON.stringify(name)).join(", ")}`, (value) => names.includes(value));

export const aString = must("a string", (value) => typeof value === "string");
export const aBoolean = must("true or false", (value) => typeof value === "boolean");
export const aFunction = must("a function", (value) => typeof value === "function");
export const anObject = must("an object", isRecord);
export const aCount = must(
  "a whole number of 0 or more",
  (value) => Number.isSafeInteger(value) && (value as number) >= 0,
);
export const aPositiveCount = must(
  "a whole number of 1 or more",
  (value) => Number.isSafeInteger(value) && (value as number) >= 1,
);

/**
 * A point in time as the core takes it.
 *
 * @throws LeafcutterError `invalid-option` for what is no time.
 */
export function milliseconds(name: string, time: unknown): number {
  const parsed = time instanceof Date ? time.getTime() : typeof time === "string" ? Date.parse(time) : time;
  // No date is further away.
  if (typeof parsed === "number" && Math.abs(parsed) <= 8.64e15) return Math.floor(parsed);
  throw invalid(name, "a Date, milliseconds since 1970 or an ISO string", time);
}

/** Checks each value by its name; values that are `undefined` count as absent. */
export function checkRecord(name: string, record: unknown, checks: Record<string, Check>): void {
  if (record === undefined) return;
  anObject(name, record);
  for (const [key, value] of Object.entries(record as object)) {
    const check = checks[key];
    if (!check) throw invalid(name, `only ${Object.keys(checks).join(", ")}`, key);
    if (value !== undefined) check(`${name}.${key}`, value);
  }
}
