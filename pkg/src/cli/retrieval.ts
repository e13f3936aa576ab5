/** Options of commands that ask questions. */

import type { Arguments, Option } from "./command.js";
import type { Mode } from "./library.js";

export const MODES: readonly Mode[] = ["auto", "leaves", "collapsed", "traverse"];

export const RETRIEVAL_OPTIONS = {
  mode: { type: "string", value: "MODE", help: `which nodes are searched: ${MODES.join(", ")} (default: auto)` },
  hybrid: { type: "string", value: "ALPHA", help: "weight of the vectors: 1 vectors alone, 0 keywords alone" },
} satisfies Record<string, Option>;

export function retrieval(args: Arguments): { mode: Mode; hybrid?: { alpha: number } } {
  const alpha = args.fraction("hybrid");
  return { mode: args.choice("mode", MODES) ?? "auto", ...(alpha !== undefined && { hybrid: { alpha } }) };
}
