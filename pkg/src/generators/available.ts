import { builtIn, type Availability } from "./built-in.js";
import { languageModelOptions } from "./language-model.js";
import { summarizerOptions } from "./summarizer.js";

/** What this browser and machine can generate text with. */
export interface AvailableGenerators {
  /** For {@link builtInLanguageModel}. */
  languageModel: Availability;
  /** For {@link builtInSummarizer}. */
  summarizer: Availability;
  /** Whether there is WebGPU with an adapter: {@link webLlm} needs it, {@link transformersJs} and {@link wllama} are faster with it. */
  webGpu: boolean;
  /** Whether the page may share memory between threads: {@link wllama} is faster with it. */
  threads: boolean;
}

/** Looks what is there. Nothing is loaded or downloaded for it. */
export async function availableGenerators({ languages }: { languages?: string[] } = {}): Promise<AvailableGenerators> {
  const ask = async (name: string, options: object): Promise<Availability> =>
    (await builtIn<unknown, object>(name)
      ?.availability(options)
      .catch(() => undefined)) ?? "unavailable";
  const told = languages === undefined ? {} : { languages };
  const [languageModel, summarizer, webGpu] = await Promise.all([
    ask("LanguageModel", languageModelOptions(languages)),
    ask("Summarizer", summarizerOptions(told)),
    hasWebGpu(),
  ]);
  return { languageModel, summarizer, webGpu, threads: globalThis.crossOriginIsolated === true };
}

async function hasWebGpu(): Promise<boolean> {
  const { gpu } = (globalThis.navigator ?? {}) as { gpu?: { requestAdapter(): Promise<unknown> } };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  return (adapter ?? null) !== null;
}
