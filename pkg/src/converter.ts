/** Quantizes models: both ends of a thread that does it. */

import { compile, instantiate } from "./dispatch.js";
import { callOnce, Transferred, type CallContext, type Handlers } from "./endpoint.js";
import { KeptFile } from "./model-cache.js";
import { loadModel, type LoadedModel } from "./model.js";
import { ProgressReporter } from "./progress.js";
import type { ConverterApi, ConvertRequest, ModelSource } from "./protocol.js";
import type { StartSibling } from "./siblings.js";

type Context = Pick<CallContext, "signal" | "progress">;

/** On the thread that converts. */
export function converterHandlers(): Handlers<ConverterApi> {
  return {
    async convert(request, context) {
      const file = await convert(request, context);
      return new Transferred(file, [file.buffer as ArrayBuffer]);
    },
  };
}

/**
 * The quantized form of a folder's model: the one that was kept from before, or made on a worker that is ended after,
 * because a module's memory never shrinks.
 *
 * @param start - Starts that worker; without one it is made on this thread.
 */
export async function loadConverted(
  model: ModelSource,
  module: () => Promise<WebAssembly.Module>,
  start: StartSibling | undefined,
  context: Context,
): Promise<LoadedModel> {
  const kept = "url" in model ? new KeptFile(`${model.url} int8`) : undefined;
  const before = await kept?.read();
  if (kept && before?.whole) return { files: { quantized: before.bytes }, forget: () => kept.remove() };
  const request: ConvertRequest = { wasm: { module: await module() }, model };
  const worker = await start?.().catch(() => undefined);
  const quantized = await (worker
    ? callOnce<ConverterApi, "convert">(worker, "convert", request, {
        signal: context.signal,
        onProgress: context.progress,
      })
    : convert(request, context));
  await kept?.finish(quantized as Uint8Array<ArrayBuffer>);
  return { files: { quantized }, forget: undefined };
}

async function convert({ wasm, model }: ConvertRequest, { signal, progress }: Context): Promise<Uint8Array> {
  const reporter = new ProgressReporter(progress);
  const onBytes = (done: number, total: number) => reporter.report({ stage: "load", done, total });
  const [{ module }, { files }] = await Promise.all([
    compile(wasm, signal),
    // Only the result is worth the room.
    loadModel(model, { onBytes, signal, keep: false }),
  ]);
  return (await instantiate(module)).Model.convert(files);
}
