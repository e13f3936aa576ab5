/** Opening collections for the commands. */

import { availableParallelism } from "node:os";
import { pathToFileURL } from "node:url";

import { COMMON, type Arguments, type Option, type Tools } from "./command.js";
import { Failure } from "./errors.js";
import { Leafcutter, type EmbeddingCache, type OpenOptions, type Precision, type Summarizer } from "./library.js";
import { findModel } from "./paths.js";

/** How a collection is built: what must be the same when an index of it is opened again. */
export type BuildSettings = Pick<OpenOptions, "chunking" | "tree" | "language" | "precision" | "sensitive">;

/** What a summary of a tree is embedded by. */
export const SUMMARY_EMBEDDINGS = ["text", "leaves"] as const;

/** Options of commands that build. */
export const BUILD_OPTIONS = {
  model: COMMON.model,
  precision: COMMON.precision,
  "chunk-tokens": { type: "string", value: "N", help: "most tokens of a chunk" },
  overlap: { type: "string", value: "N", help: "tokens of whole sentences that a chunk repeats from the one before" },
  levels: { type: "string", value: "N", help: "most levels of summaries above the chunks; 0 grows no tree" },
  "summary-tokens": { type: "string", value: "N", help: "most tokens of a summary (default 100)" },
  "summary-embedding": {
    type: "string",
    value: "NAME",
    help: "what a summary is found by: its text (default), or leaves, the mean of the chunks under it",
  },
  summarizer: {
    type: "string",
    value: "FILE",
    help: "a JavaScript module whose default export writes the summaries",
  },
  language: {
    type: "string",
    value: "NAME",
    help: 'language of stemming and stop words, such as "english", or "none"',
  },
  sensitive: {
    type: "string",
    value: "POLICY",
    help: "look for sensitive content, and mark, mask or refuse it",
  },
  workers: COMMON.workers,
} satisfies Record<string, Option>;

/** What becomes of sensitive content. */
export const POLICIES = ["mark", "mask", "refuse"] as const;

export const PRECISIONS: readonly Precision[] = ["int8", "f32"];

/** The settings that were given; the library's defaults stand for the others. */
export function buildSettings(args: Arguments): BuildSettings {
  const tokens = args.count("chunk-tokens");
  const overlap = args.count("overlap", 0);
  const levels = args.count("levels", 0);
  const summaryTokens = args.count("summary-tokens");
  const summaryEmbedding = args.choice("summary-embedding", SUMMARY_EMBEDDINGS);
  const language = args.text("language");
  const precision = args.choice("precision", PRECISIONS);
  const policy = args.choice("sensitive", POLICIES);
  const settings: BuildSettings = {};
  if (tokens !== undefined || overlap !== undefined) {
    settings.chunking = { ...(tokens !== undefined && { tokens }), ...(overlap !== undefined && { overlap }) };
  }
  const tree = {
    ...(levels !== undefined && { maxLevels: levels }),
    ...(summaryTokens !== undefined && { summaryTokens }),
    ...(summaryEmbedding !== undefined && { summaryEmbedding }),
  };
  if (Object.keys(tree).length > 0) settings.tree = tree;
  if (language !== undefined) settings.language = language;
  if (precision !== undefined) settings.precision = precision;
  if (policy !== undefined) settings.sensitive = { policy };
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
  const summarizer = args.text("summarizer");
  return {
    ...rest,
    ...(summarizer !== undefined && { summarizer: await loadSummarizer(summarizer) }),
    name: "command-line",
    model: await findModel(args.text("model") ?? model, rest.precision),
    ...(reranker !== undefined && { reranker: await findModel(reranker, rest.precision, "reranker") }),
    workers: args.count("workers", 0) ?? defaultWorkers(),
    signal,
    onProgress: progress.report,
  };
}

/** @throws Failure if the file is no module whose default export is a function. */
async function loadSummarizer(file: string): Promise<Summarizer> {
  const loaded = await import(pathToFileURL(file).href).catch((error: unknown) => {
    throw new Failure(`the summarizer ${file} cannot be loaded: ${(error as Error)?.message ?? error}`);
  });
  const summarizer: unknown = loaded.default;
  if (typeof summarizer === "function") return summarizer as Summarizer;
  throw new Failure(
    `the default export of ${file} is no function; it must take requests and answer with a summary for each`,
  );
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
