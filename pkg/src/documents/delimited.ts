/** CSV and TSV: a table with its header. */

import Papa from "papaparse";
import { LeafcutterError } from "./errors.js";
import { table } from "./html.js";
import { isHeader } from "./header.js";
import { check } from "./limits.js";
import { decodeText } from "./text.js";
import type { Parse } from "./types.js";

export const parse: Parse = async (bytes, { path, format, limits }) => {
  const { data: all } = Papa.parse<string[]>(decodeText(bytes), {
    delimiter: format === "tsv" ? "\t" : "",
    delimitersToGuess: [",", ";", "\t", "|"],
    skipEmptyLines: "greedy",
  });
  let cells = 0;
  for (const row of all) {
    check(path, limits, "columns", row.length);
    check(path, limits, "cells", (cells += row.length));
  }
  const rows = all.map((row) => row.map((cell) => cell.trim()));
  if (rows.length === 0) {
    throw new LeafcutterError("file-without-text", `"${path}" has no rows; choose a file with some`);
  }
  const [first, ...rest] = rows as [string[], ...string[][]];
  return { content: { html: isHeader(first, rest) ? table(first, rest) : table(undefined, rows) } };
};
