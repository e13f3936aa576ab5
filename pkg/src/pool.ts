import { cancelled, LeafcutterError } from "./errors.js";
import type { EmbedRequest } from "./protocol.js";
import { followSignals, orCancelled } from "./signals.js";

/** One worker that embeds. */
export interface PoolWorker {
  embed(batch: EmbedRequest, signal: AbortSignal): Promise<Float32Array>;
  /** The oldest call that it owes an answer to, cancelled ones too. */
  readonly oldestCall: number | undefined;
  close(): void;
}

/** How long a cancelled worker may go on with its batch before it is replaced. */
const CANCEL_GRACE_MS = 500;

/** After so long without a batch the workers are ended, since their modules hold the model and never shrink. */
const IDLE_MS = 30_000;

/** Embeds batches on several workers, which are started when first needed. */
export class EmbeddingPool {
  readonly #lanes: Lane[];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running = 0;
  readonly #idle: number;

  /**
   * @param start - Starts one worker, its model loaded.
   * @param idle - Milliseconds without a batch after which workers are ended.
   */
  constructor(size: number, start: () => Promise<PoolWorker>, idle = IDLE_MS) {
    this.#idle = idle;
    this.#lanes = Array.from({ length: size }, () => new Lane(start));
  }

  get started(): boolean {
    return this.#lanes.some((lane) => lane.started);
  }

  /**
   * Embeds the batches in their order, each on the first worker that is free.
   *
   * A worker that dies is replaced and its batch tried once more. Where no worker can be started, batches are left
   * over for the caller.
   *
   * @param onBatch - Takes the embeddings of `batches[index]`, one after the other.
   * @returns Indices of the batches that are left over.
   * @throws LeafcutterError `worker-failed` if a batch ended two workers; `cancelled`; what a worker threw.
   */
  async run(
    batches: EmbedRequest[],
    signal: AbortSignal,
    onBatch: (index: number, embeddings: Float32Array) => void,
  ): Promise<number[]> {
    clearTimeout(this.#timer);
    this.#running++;
    const waiting = batches.map((_, index) => index);
    // One batch that fails ends the work on the others.
    const either = followSignals(signal);
    const work = async (lane: Lane) => {
      for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
        const embeddings = await lane.embed(batches[index]!, either.signal);
        if (!embeddings) {
          waiting.unshift(index);
          return;
        }
        onBatch(index, embeddings);
      }
    };
    try {
      // No more workers than batches.
      await Promise.all(this.#lanes.slice(0, batches.length).map(work));
    } catch (error) {
      either.abort(error);
      throw error;
    } finally {
      either.release();
      if (--this.#running === 0) {
        this.#timer = setTimeout(() => this.close(), this.#idle);
        (this.#timer as { unref?(): void }).unref?.();
      }
    }
    return waiting;
  }

  /** Ends the workers. Others are started when they are needed. */
  close(): void {
    clearTimeout(this.#timer);
    for (const lane of this.#lanes) lane.close();
  }
}

/** The place of one worker: holds it, and its successor after it died. */
class Lane {
  readonly #start: () => Promise<PoolWorker>;
  #worker: Promise<PoolWorker> | undefined;

  constructor(start: () => Promise<PoolWorker>) {
    this.#start = start;
  }

  get started(): boolean {
    return this.#worker !== undefined;
  }

  /** `undefined` if no worker can be started. */
  async embed(batch: EmbedRequest, signal: AbortSignal): Promise<Float32Array | undefined> {
    for (let attempt = 1; ; attempt++) {
      const starting = (this.#worker ??= this.#start());
      const drop = () => {
        if (this.#worker === starting) this.#worker = undefined;
      };
      // Also when nobody waits any more: a worker that did not start is not to be found here by the next batch.
      starting.catch(drop);
      let worker: PoolWorker;
      try {
        // One that is cancelled meanwhile goes on starting, for the next change.
        worker = await orCancelled(starting, signal);
      } catch (error) {
        if (isWorkerFailure(error)) return undefined;
        throw error;
      }
      try {
        return await worker.embed(batch, signal);
      } catch (error) {
        if (signal.aborted) {
          replaceIfStuck(worker, drop);
          throw cancelled(signal);
        }
        if (!isWorkerFailure(error)) throw error;
        worker.close();
        drop();
        if (attempt === 2) throw error;
      }
    }
  }

  close(): void {
    this.#worker?.then(
      (worker) => worker.close(),
      () => {},
    );
    this.#worker = undefined;
  }
}

/** Closes a worker that does not get done with the call that was just cancelled. */
function replaceIfStuck(worker: PoolWorker, drop: () => void): void {
  const call = worker.oldestCall;
  if (call === undefined) return;
  setTimeout(() => {
    if (worker.oldestCall !== call) return;
    worker.close();
    drop();
  }, CANCEL_GRACE_MS);
}

function isWorkerFailure(error: unknown): boolean {
  return error instanceof LeafcutterError && (error.code === "worker-failed" || error.code === "crashed");
}
