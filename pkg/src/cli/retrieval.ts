/** Options of commands that ask questions. */

import type { Arguments, Option } from "./command.js";
import { UsageError } from "./errors.js";
import type { Mode } from "./library.js";

export const MODES: readonly Mode[] = ["auto", "leaves", "collapsed", "traverse"];

/** How many hits a reranker is given where it is not said. */
const DEFAULT_RERANKED = 30;

export const RETRIEVAL_OPTIONS = {
  mode: { type: "string", value: "MODE", help: `which nodes are searched: ${MODES.join(", ")} (default: auto)` },
  hybrid: { type: "string", value: "ALPHA", help: "weight of the vectors: 1 vectors alone, 0 keywords alone" },
  reranker: {
    type: "string",
    value: "MODEL",
    help: "a cross-encoder that puts the best hits in order: a folder, a quantized file, or its name in the cache",
  },
  rerank: { type: "string", value: "N", help: `most hits that it reads (default ${DEFAULT_RERANKED}); 0 for none` },
} satisfies Record<string, Option>;

export function retrieval(args: Arguments): { mode: Mode; hybrid?: { alpha: number } } {
  const alpha = args.fraction("hybrid");
  return { mode: args.choice("mode", MODES) ?? "auto", ...(alpha !== undefined && { hybrid: { alpha } }) };
}

/** How many hits are to be put in order by a cross-encoder; `undefined` for none. */
export function reranked(args: Arguments): number | undefined {
  const most = args.count("rerank", 0);
  if (args.text("reranker") !== undefined) return (most ?? DEFAULT_RERANKED) || undefined;
  if (most !== undefined) throw new UsageError("--rerank needs a --reranker");
  return undefined;
}
