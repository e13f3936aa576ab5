/** A worker that only embeds: both ends of it. */

import type { Model } from "./bindings.js";
import { instantiate } from "./dispatch.js";
import { Endpoint, Transferred, type Handlers, type Port } from "./endpoint.js";
import { LeafcutterError } from "./errors.js";
import { followLife, holdLifeline } from "./lifeline.js";
import { bulkOf } from "./model.js";
import type { PoolWorker } from "./pool.js";
import { hasWebWorkers } from "./ports.js";
import type { Computing, EmbedderApi } from "./protocol.js";
import type { ModelFiles } from "./types.js";

/** Loading takes a second or a few, a batch less. Without an end to it, every change would wait for a worker that hangs. */
const TIMEOUT_MS = 60_000;

/** In the worker: answers calls to embed. */
export function embedderHandlers(): Handlers<EmbedderApi> {
  let model: Model | undefined;
  return {
    holdLifeline,
    async loadEmbedder({ module, files, computing }) {
      const bindings = await instantiate(module);
      model = new bindings.Model(files, computing.precision, computing.kernel);
    },
    embedBatch({ texts, role }) {
      if (!model) throw new LeafcutterError("out-of-order", "the model is not loaded");
      const embeddings = model.embed(texts, role);
      return new Transferred(embeddings, [embeddings.buffer as ArrayBuffer]);
    },
  };
}

/**
 * Hands such a worker the model, whose bulk moves there.
 *
 * @throws LeafcutterError `worker-failed` if it does not answer; what the model's files are wrong about.
 */
export async function connectEmbedder(
  port: Port,
  module: WebAssembly.Module,
  files: ModelFiles,
  computing: Computing,
  timeout = TIMEOUT_MS,
): Promise<PoolWorker> {
  const endpoint = new Endpoint<EmbedderApi>(port, {});
  const end = (reason: string) => endpoint.fail(new LeafcutterError("worker-failed", reason));
  const close = () => end("the worker was closed");
  const timer = setTimeout(() => end(`the worker did not load the model in ${timeout} ms`), timeout);
  try {
    // Of one of Node's workers its end is heard, and a timer would keep the process alive.
    if (hasWebWorkers()) {
      endpoint.watch(timeout, () => end("the worker hangs"));
      await followLife(
        (name) => endpoint.call("holdLifeline", name),
        () => end("the worker ended"),
      );
    }
    const transfer = [bulkOf(files).buffer as ArrayBuffer];
    await endpoint.call("loadEmbedder", { module, files, computing }, { transfer });
  } catch (error) {
    close();
    throw error;
  } finally {
    clearTimeout(timer);
  }
  return {
    embed: (batch, signal) => endpoint.call("embedBatch", batch, { signal }),
    get oldestCall() {
      return endpoint.oldestCall;
    },
    close,
  };
}
