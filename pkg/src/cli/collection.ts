/** Opening collections for the commands. */

import { availableParallelism } from "node:os";

import { COMMON, type Arguments, type Option, type Tools } from "./command.js";
import { Leafcutter, type EmbeddingCache, type OpenOptions, type Precision } from "./library.js";
import { findModel } from "./paths.js";

/** How a collection is built: what must be the same when an index of it is opened again. */
export type BuildSettings = Pick<OpenOptions, "chunking" | "tree" | "language" | "precision">;

/** Options of commands that build. */
export const BUILD_OPTIONS = {
  model: COMMON.model,
  precision: COMMON.precision,
  "chunk-tokens": { type: "string", value: "N", help: "most tokens of a chunk" },
  overlap: { type: "string", value: "N", help: "tokens of whole sentences that a chunk repeats from the one before" },
  levels: { type: "string", value: "N", help: "most levels of summaries above the chunks; 0 grows no tree" },
  language: {
    type: "string",
    value: "NAME",
    help: 'language of stemming and stop words, such as "english", or "none"',
  },
  workers: COMMON.workers,
} satisfies Record<string, Option>;

export const PRECISIONS: readonly Precision[] = ["int8", "f32"];

/** The settings that were given; the library's defaults stand for the others. */
export function buildSettings(args: Arguments): BuildSettings {
  const tokens = args.count("chunk-tokens");
  const overlap = args.count("overlap", 0);
  const levels = args.count("levels", 0);
  const language = args.text("language");
  const precision = args.choice("precision", PRECISIONS);
  const settings: BuildSettings = {};
  if (tokens !== undefined || overlap !== undefined) {
    settings.chunking = { ...(tokens !== undefined && { tokens }), ...(overlap !== undefined && { overlap }) };
  }
  if (levels !== undefined) settings.tree = { maxLevels: levels };
  if (language !== undefined) settings.language = language;
  if (precision !== undefined) settings.precision = precision;
  return settings;
}

/** Each has a copy of the model, so that more than a few do not pay. */
function defaultWorkers(): number {
  const cores = Math.min(4, availableParallelism());
  return cores > 1 ? cores : 0;
}

/** What all commands that open a collection hand to the library. */
export async function openOptions(
  args: Arguments,
  { signal, progress }: Tools,
  settings: BuildSettings & { model?: string | undefined; embeddingCache?: EmbeddingCache },
): Promise<OpenOptions> {
  const { model, ...rest } = settings;
  const reranker = args.text("reranker");
  return {
    ...rest,
    name: "command-line",
    model: await findModel(args.text("model") ?? model, rest.precision),
    ...(reranker !== undefined && { reranker: await findModel(reranker, rest.precision, "reranker") }),
    workers: args.count("workers", 0) ?? defaultWorkers(),
    signal,
    onProgress: progress.report,
  };
}

/** Runs a task with a collection, and closes it whatever happens. */
export async function withCollection<T>(
  opening: Promise<Leafcutter>,
  task: (collection: Leafcutter) => Promise<T>,
): Promise<T> {
  const collection = await opening;
  try {
    return await task(collection);
  } finally {
    await collection.close();
  }
}
