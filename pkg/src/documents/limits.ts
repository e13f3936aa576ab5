/** What a file may be: checks that end in a typed error before memory or time does. */

import type { FileLimits } from "../limits.js";
import { LeafcutterError } from "./errors.js";

export const FILE_LIMITS: FileLimits = {
  fileBytes: 2 ** 29,
  unpackedBytes: 2 ** 29,
  files: 10_000,
  expansion: 250,
  pages: 10_000,
  pageCharacters: 1_000_000,
  columns: 10_000,
  cells: 10_000_000,
  fileNesting: 1024,
  seconds: 8,
};

/** What the numbers of a message are of. */
const UNITS: Partial<Record<keyof FileLimits, string>> = {
  fileBytes: "bytes",
  pages: "pages",
  pageCharacters: "characters on a page",
  columns: "columns",
  cells: "cells",
  fileNesting: "levels of nesting",
};

/** @throws LeafcutterError `file-too-large`. */
export function check(path: string, limits: FileLimits, name: keyof FileLimits, got: number): void {
  if (got > limits[name]) throw tooLarge(path, `has more than ${limits[name]} ${UNITS[name]}`, name);
}

export function tooLarge(path: string, what: string, name: keyof FileLimits): LeafcutterError {
  return new LeafcutterError("file-too-large", `"${path}" ${what}; split it, or raise \`limits.${name}\``);
}

/**
 * Checks how deep arrays and objects of a JSON text stand in each other, before anything descends into them.
 *
 * @throws LeafcutterError `file-too-large`.
 */
export function checkJsonDepth(json: string, path: string, limits: FileLimits): void {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const character = json[index];
    if (inString) {
      if (character === "\\") index++;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "[" || character === "{") check(path, limits, "fileNesting", ++depth);
    else if (character === "]" || character === "}") depth--;
  }
}
