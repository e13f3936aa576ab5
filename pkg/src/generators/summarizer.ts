import { throwIfCancelled } from "../errors.js";
import type { Summarizer } from "../types.js";
import { checkRecord, oneOf } from "../checks.js";
import { BUILT_IN, createSession, type BuiltInOptions } from "./built-in.js";

/** What is used of the browser's session. */
interface SummarizerSession {
  summarize(text: string, options: { signal: AbortSignal }): Promise<string>;
  destroy(): void;
}

export interface BuiltInSummarizerOptions extends BuiltInOptions {
  /** About one sentence, three or five. Default `"medium"`, which fits the summaries of the tree. */
  length?: "short" | "medium" | "long";
}

/** A summarizer that holds something of the browser's. */
export interface ClosableSummarizer extends Summarizer {
  /** Gives the model's session back. */
  close(): void;
}

/** Options of `Summarizer` that make summaries of the tree. */
export function summarizerOptions({ languages, length = "medium" }: BuiltInSummarizerOptions): object {
  const told = languages && { expectedInputLanguages: languages, outputLanguage: languages[0] };
  return { type: "tldr", format: "plain-text", length, ...told };
}

/**
 * The summarizer that is built into the browser: Chrome's `Summarizer`.
 *
 * @throws LeafcutterError `generator-unavailable`, `user-activation`, `generator`.
 */
export async function builtInSummarizer(options: BuiltInSummarizerOptions = {}): Promise<ClosableSummarizer> {
  checkRecord("options", options, { ...BUILT_IN, length: oneOf("short", "medium", "long") });
  const session = await createSession<SummarizerSession, object>("Summarizer", summarizerOptions(options), options);
  const summarize: Summarizer = async (requests, { signal }) => {
    const summaries: string[] = [];
    for (const { passages } of requests) {
      throwIfCancelled(signal);
      const texts = passages.map(({ sentences }) => sentences.map(({ text }) => text).join(" "));
      summaries.push(await session.summarize(texts.join("\n\n"), { signal }));
    }
    return summaries;
  };
  return Object.assign(summarize, { close: () => session.destroy() });
}
