import type { Change, ChangeRequest, Collection, Model } from "./bindings.js";
import type { Embeddings } from "./embeddings.js";
import { LeafcutterError, throwIfCancelled } from "./errors.js";
import { yieldToEvents } from "./platform.js";
import type { ProgressReporter } from "./progress.js";
import type { KeptFile } from "./storage/storage.js";
import type { ChangeResult, EmbeddingCache, Limits, SummaryRequest } from "./types.js";

/** How long steps may follow each other before other messages have their turn. */
const TURN_MS = 12;

/** Of `memoryBytes`: half of what a module can have. */
const MEMORY_BYTES = 2 ** 31;

/** Puts a change in place, its rows to be read from the file that it was written to, if there is one. */
export type PutChange = (file?: KeptFile) => ChangeResult;

export interface ChangeTools {
  model: Model;
  embeddings: Embeddings;
  /** Has what was embedded for this change already, and keeps what will be. */
  work?: EmbeddingCache;
  /** Asks the caller's summarizer. The core asks for summaries only when there is one. */
  summarize(requests: SummaryRequest[], signal: AbortSignal): Promise<string[]>;
  limits: Partial<Limits>;
  /** Bytes of memory in use. */
  memoryUsed(): number;
  progress: ProgressReporter;
  signal: AbortSignal;
  /** Resolves once the caller cannot cancel any more; rejects if it has. */
  lastWord(): Promise<void>;
  /** Makes the change outlast this thread, then puts it in place. */
  commit(change: Change, put: PutChange): Promise<ChangeResult>;
}

/**
 * Prepares a change step by step and commits it at the end. Until then the collection stays as it was and can be
 * read; cancelling or an error leaves it so. Whoever is told that it was cancelled can rely on that: before the commit
 * the caller has the last word.
 */
export async function applyChanges(
  collection: Collection,
  changes: ChangeRequest[],
  { model, embeddings, work, summarize, limits, memoryUsed, progress, signal, lastWord, commit }: ChangeTools,
): Promise<ChangeResult> {
  const { documentBytes, nesting, documentChunks, chunks, memoryBytes = MEMORY_BYTES } = limits;
  const change = collection.begin(changes, { documentBytes, nesting, documentChunks, chunks });
  let committed = false;
  try {
    let turnEnds = performance.now() + TURN_MS;
    for (;;) {
      if (performance.now() >= turnEnds) {
        await yieldToEvents();
        turnEnds = performance.now() + TURN_MS;
        if (memoryUsed() > memoryBytes) {
          const message = `over ${memoryBytes} bytes of memory (limits.memoryBytes); add less at a time`;
          throw new LeafcutterError("collection-too-large", message);
        }
      }
      throwIfCancelled(signal);
      const step = change.step(model);
      progress.report(step.progress);
      if (step.kind === "embed") {
        const { stage, done, total } = step.progress;
        const onDone = (texts: number) => progress.report({ stage, done: done + texts, total });
        change.provideEmbeddings(await embeddings.many({ texts: step.texts, role: step.role }, signal, onDone, work));
      } else if (step.kind === "summarize") {
        change.provideSummaries(await summarize(step.requests, signal), model);
      } else if (step.kind === "done") {
        await lastWord();
        // The collection may have been closed meanwhile.
        throwIfCancelled(signal);
        return await commit(change, (file) => {
          committed = true;
          return collection.commit(change, file);
        });
      }
    }
  } finally {
    // A commit has consumed it.
    if (!committed) free(change);
  }
}

/** Of a module that stopped in the middle of a step nothing can be freed; what stopped it is to be told, and not that. */
function free(change: Change): void {
  try {
    change.free();
  } catch {
    // It goes with the module.
  }
}
