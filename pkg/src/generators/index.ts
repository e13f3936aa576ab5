/** Generators and summarizers of whatever the reader's machine has, each a small adapter around a library or a browser's own model. */

export { availableGenerators, type AvailableGenerators } from "./available.js";
export type { Availability, BuiltInOptions } from "./built-in.js";
export { expandQuery, searchExpanded, type Expansion, type ExpandedQuery, type ExpandOptions } from "./expand.js";
export { builtInLanguageModel, type ClosableGenerator } from "./language-model.js";
export { openAiCompatible, type EndpointGenerator, type EndpointOptions } from "./openai-compatible.js";
export type { Sampling } from "./sampling.js";
export { builtInSummarizer, type BuiltInSummarizerOptions, type ClosableSummarizer } from "./summarizer.js";
export { summarizeWith } from "./summaries.js";
export { transformersJs, type TextGenerationPipeline, type TransformersModule } from "./transformers.js";
export { webLlm, type WebLlmEngine } from "./web-llm.js";
export { wllama, type WllamaInstance, type WllamaOptions } from "./wllama.js";
export type { Generator, Summarizer } from "../types.js";
