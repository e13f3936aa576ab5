import { throwIfCancelled } from "../errors.js";
import type { Generator } from "../types.js";
import { asChat, textOfChunk, type ChatChunk, type ChatMessage } from "./chat.js";
import { samplingOf, type Sampling } from "./sampling.js";

/** What is used of an engine of `@mlc-ai/web-llm`, in the page or in a worker. */
export interface WebLlmEngine {
  chat: {
    completions: {
      create(request: {
        messages: ChatMessage[];
        stream: true;
        max_tokens: number;
        temperature: number;
        seed: number;
      }): Promise<AsyncIterable<ChatChunk>>;
    };
  };
  interruptGenerate(): unknown;
}

/**
 * A model that web-llm computes on the reader's graphics card.
 *
 * @param engine - With its model loaded; an engine answers one prompt after the other.
 * @example
 * const engine = await CreateMLCEngine("Llama-3.2-1B-Instruct-q4f16_1-MLC");
 * const answer = await lc.answer(question, { generator: webLlm(engine) });
 */
export function webLlm(engine: WebLlmEngine, sampling: Sampling = {}): Generator {
  const { maxTokens, temperature, seed } = samplingOf(sampling);
  return async function* (prompt, { signal }) {
    throwIfCancelled(signal);
    const stop = () => void engine.interruptGenerate();
    signal.addEventListener("abort", stop);
    let ended = false;
    try {
      const messages = asChat(prompt);
      const request = { messages, stream: true, max_tokens: maxTokens, temperature, seed } as const;
      for await (const chunk of await engine.chat.completions.create(request)) {
        throwIfCancelled(signal);
        yield textOfChunk(chunk);
      }
      ended = true;
      throwIfCancelled(signal);
    } finally {
      signal.removeEventListener("abort", stop);
      // Whoever stops reading wants no more computed.
      if (!ended) stop();
    }
  };
}
