/** A worker that only embeds: both ends of it. */

import type { Model } from "./bindings.js";
import { instantiate } from "./dispatch.js";
import { Endpoint, Transferred, type Handlers } from "./endpoint.js";
import { LeafcutterError } from "./errors.js";
import type { PoolWorker } from "./pool.js";
import { startWorker } from "./ports.js";
import type { EmbedderApi } from "./protocol.js";
import type { ModelFiles } from "./types.js";

/** In the worker: answers calls to embed. */
export function embedderHandlers(): Handlers<EmbedderApi> {
  let model: Model | undefined;
  return {
    async loadEmbedder({ module, files }) {
      const bindings = await instantiate(module);
      model = new bindings.Model(files);
    },
    embedPassages(texts) {
      if (!model) throw new LeafcutterError("out-of-order", "the model is not loaded");
      const embeddings = model.embed(texts, "passage");
      return new Transferred(embeddings, [embeddings.buffer as ArrayBuffer]);
    },
  };
}

/** Starts such a worker and hands it the model, whose weights move there. */
export async function startEmbedder(script: URL, module: WebAssembly.Module, files: ModelFiles): Promise<PoolWorker> {
  const endpoint = new Endpoint<EmbedderApi>(await startWorker(script), {});
  const close = () => endpoint.fail(new LeafcutterError("worker-failed", "the worker was closed"));
  try {
    await endpoint.call("loadEmbedder", { module, files }, { transfer: [files.weights.buffer as ArrayBuffer] });
  } catch (error) {
    close();
    throw error;
  }
  return {
    embed: (texts, signal) => endpoint.call("embedPassages", texts, { signal }),
    get oldestCall() {
      return endpoint.oldestCall;
    },
    close,
  };
}
