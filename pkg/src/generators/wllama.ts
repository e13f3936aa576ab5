import { throwIfCancelled } from "../errors.js";
import type { Generator } from "../types.js";
import { aString, checkRecord } from "../checks.js";
import { asChat, textOfChunk, type ChatChunk, type ChatMessage } from "./chat.js";
import { SAMPLING, samplingOf, type Sampling } from "./sampling.js";

interface WllamaRequest {
  stream: true;
  max_tokens: number;
  temperature: number;
  seed: number;
  abortSignal: AbortSignal;
}

/** What is used of an instance of `@wllama/wllama`, from version 3 on. */
export interface WllamaInstance {
  getChatTemplate(): string | null;
  createChatCompletion(request: WllamaRequest & { messages: ChatMessage[] }): Promise<AsyncIterable<ChatChunk>>;
  createCompletion(
    request: WllamaRequest & { prompt: string; stop?: string },
  ): Promise<AsyncIterable<{ choices: { text: string }[] }>>;
}

export interface WllamaOptions extends Sampling {
  /** Text at which a model without a chat template stops, such as `"\n\n"`: such a model goes on by itself. */
  stop?: string;
}

/**
 * A model in GGUF that wllama computes in WebAssembly. One that has a chat template is asked as in a chat; one that has not
 * continues the prompt.
 *
 * @param instance - With its model loaded. Its context must hold the prompt: about 2,000 tokens for an answer by default.
 * @example
 * const instance = new Wllama({ default: "/wllama.wasm" });
 * await instance.loadModelFromUrl("/models/small.gguf", { n_ctx: 4096 });
 * const answer = await lc.answer(question, { generator: wllama(instance) });
 */
export function wllama(instance: WllamaInstance, options: WllamaOptions = {}): Generator {
  checkRecord("options", options, { ...SAMPLING, stop: aString });
  const { stop, ...sampling } = options;
  const { maxTokens, temperature, seed } = samplingOf(sampling);
  return async function* (prompt, { signal }) {
    throwIfCancelled(signal);
    const stopping = new AbortController();
    const abort = () => stopping.abort();
    signal.addEventListener("abort", abort);
    const request = { stream: true, max_tokens: maxTokens, temperature, seed, abortSignal: stopping.signal } as const;
    try {
      if (instance.getChatTemplate() !== null) {
        const chunks = await instance.createChatCompletion({ ...request, messages: asChat(prompt) });
        for await (const chunk of chunks) yield textOfChunk(chunk);
      } else {
        const chunks = await instance.createCompletion({ ...request, prompt, ...(stop !== undefined && { stop }) });
        for await (const { choices } of chunks) yield choices[0]?.text ?? "";
      }
    } catch (error) {
      throwIfCancelled(signal);
      throw error;
    } finally {
      signal.removeEventListener("abort", abort);
      // Whoever stops reading wants no more computed.
      abort();
    }
  };
}
