import type { Parsers } from "./types.js";

/** The parsers of tables, which are small. Written out one by one, so that bundlers see them. */
export const TABLE_PARSERS: Parsers = {
  csv: () => import("./delimited.js"),
  tsv: () => import("./delimited.js"),
  jsonl: () => import("./json-lines.js"),
};
