import { TABLE_PARSERS } from "./table-parsers.js";
import type { Parsers } from "./types.js";

/** All parsers. Written out one by one, so that bundlers see them. */
export const PARSERS: Parsers = {
  ...TABLE_PARSERS,
  pdf: () => import("./pdf/index.js"),
  docx: () => import("./docx.js"),
  epub: () => import("./epub.js"),
};
