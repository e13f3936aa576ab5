/** Quantizes models: both ends of a thread that does it. */

import { compile, instantiate } from "./dispatch.js";
import { Transferred, type CallContext, type Handlers } from "./endpoint.js";
import { loadModel } from "./model.js";
import { ProgressReporter } from "./progress.js";
import type { ConverterApi, ConvertRequest } from "./protocol.js";

/** On the thread that converts, which is thrown away after: a module's memory never shrinks. */
export function converterHandlers(): Handlers<ConverterApi> {
  return {
    async convert(request, context) {
      const file = await convert(request, context);
      return new Transferred(file, [file.buffer as ArrayBuffer]);
    },
  };
}

async function convert(
  { wasm, model }: ConvertRequest,
  { signal, progress }: Pick<CallContext, "signal" | "progress">,
): Promise<Uint8Array> {
  const reporter = new ProgressReporter(progress);
  const onBytes = (done: number, total: number) => reporter.report({ stage: "load", done, total });
  const [{ module }, files] = await Promise.all([compile(wasm, signal), loadModel(model, onBytes, signal)]);
  return (await instantiate(module)).Model.convert(files);
}
