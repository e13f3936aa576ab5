import { throwIfCancelled } from "../errors.js";
import type { Generator } from "../types.js";
import { checkRecord } from "../checks.js";
import { BUILT_IN, createSession, type BuiltInOptions } from "./built-in.js";

/** What is used of the browser's session. */
interface LanguageModelSession {
  promptStreaming(prompt: string, options: { signal: AbortSignal }): ReadableStream<string>;
  clone(options: { signal: AbortSignal }): Promise<LanguageModelSession>;
  destroy(): void;
}

/** A generator that holds something of the browser's. */
export interface ClosableGenerator extends Generator {
  /** Gives the model's session back. */
  close(): void;
}

/** Options of `LanguageModel` that say which languages are read and written. */
export function languageModelOptions(languages: string[] | undefined): object {
  if (languages === undefined) return {};
  const texts = [{ type: "text", languages }];
  return { expectedInputs: texts, expectedOutputs: texts };
}

/**
 * The language model that is built into the browser: Chrome's `LanguageModel`. Each prompt is answered by itself, without memory of
 * those before.
 *
 * @throws LeafcutterError `generator-unavailable`, `user-activation`, `generator`.
 */
export async function builtInLanguageModel(options: BuiltInOptions = {}): Promise<ClosableGenerator> {
  checkRecord("options", options, BUILT_IN);
  const wanted = languageModelOptions(options.languages);
  const base = await createSession<LanguageModelSession, object>("LanguageModel", wanted, options);
  async function* generate(prompt: string, { signal }: { signal: AbortSignal }): AsyncGenerator<string, void, void> {
    throwIfCancelled(signal);
    const session = await base.clone({ signal });
    const reader = session.promptStreaming(prompt, { signal }).getReader();
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    } catch (error) {
      throwIfCancelled(signal);
      throw error;
    } finally {
      void reader.cancel().catch(() => {});
      session.destroy();
    }
  }
  return Object.assign(generate, { close: () => base.destroy() });
}
