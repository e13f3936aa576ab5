import { throwIfCancelled } from "../errors.js";
import type { Generator } from "../types.js";
import { asChat, type ChatMessage } from "./chat.js";
import { samplingOf, type Sampling } from "./sampling.js";

/** What is used of the module `@huggingface/transformers`. */
export interface TransformersModule {
  TextStreamer: new (
    tokenizer: never,
    options: { skip_prompt: boolean; skip_special_tokens: boolean; callback_function(text: string): void },
  ) => object;
  InterruptableStoppingCriteria: new () => { interrupt(): void };
}

/** What is used of its pipelines for `text-generation`. */
export interface TextGenerationPipeline {
  (messages: ChatMessage[], options: object): Promise<unknown>;
  tokenizer: unknown;
}

/**
 * A model that transformers.js computes.
 *
 * @param library - The module, of which streaming and interrupting are taken.
 * @param pipeline - A pipeline for `text-generation`, of a model with a chat template.
 * @example
 * const library = await import("@huggingface/transformers");
 * const pipeline = await library.pipeline("text-generation", "onnx-community/Qwen2.5-0.5B-Instruct");
 * const answer = await lc.answer(question, { generator: transformersJs(library, pipeline) });
 */
export function transformersJs(
  library: TransformersModule,
  pipeline: TextGenerationPipeline,
  sampling: Sampling = {},
): Generator {
  const { maxTokens, temperature } = samplingOf(sampling);
  return async function* (prompt, { signal }) {
    throwIfCancelled(signal);
    const pieces: string[] = [];
    let wake = () => {};
    const criteria = new library.InterruptableStoppingCriteria();
    const stop = () => criteria.interrupt();
    signal.addEventListener("abort", stop);
    const streamer = new library.TextStreamer(pipeline.tokenizer as never, {
      skip_prompt: true,
      skip_special_tokens: true,
      callback_function(text) {
        pieces.push(text);
        wake();
      },
    });
    const options = {
      max_new_tokens: maxTokens,
      do_sample: temperature > 0,
      ...(temperature > 0 && { temperature }),
      streamer,
      stopping_criteria: criteria,
    };
    let done = false;
    const generating = pipeline(asChat(prompt), options).finally(() => {
      done = true;
      wake();
    });
    // Thrown below, once what came before it has been read.
    generating.catch(() => {});
    try {
      while (!done || pieces.length > 0) {
        if (pieces.length === 0) await new Promise<void>((resolve) => (wake = resolve));
        throwIfCancelled(signal);
        yield* pieces.splice(0);
      }
      await generating;
    } finally {
      signal.removeEventListener("abort", stop);
      // Whoever stops reading wants no more computed.
      if (!done) stop();
    }
  };
}
