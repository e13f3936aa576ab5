/** The setting that another is held against: what `--against` takes. */

import { UsageError } from "../errors.js";
import { MODES } from "../retrieval.js";

/** Options of `leafcutter eval` that may differ. */
const NAMES = [
  "mode",
  "hybrid",
  "evidence",
  "unit",
  "budget",
  "rerank",
  "chunk-tokens",
  "overlap",
  "levels",
  "summary-tokens",
  "summary-embedding",
  "summarizer",
];

/**
 * The options that differ, by name.
 *
 * @param setting - A mode, or NAME=VALUE,NAME=VALUE.
 * @throws UsageError
 */
export function readAgainst(setting: string): Record<string, string> {
  if (MODES.some((mode) => mode === setting)) return { mode: setting };
  const pairs = setting.split(",").map((pair): [string, string] => {
    const [, name, value] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    if (name !== undefined && value !== undefined && NAMES.includes(name)) return [name, value];
    const expected = `a mode (${MODES.join(", ")}) or NAME=VALUE,... with names of ${NAMES.join(", ")}`;
    throw new UsageError(`--against must be ${expected}, not "${pair}"`);
  });
  return Object.fromEntries(pairs);
}
