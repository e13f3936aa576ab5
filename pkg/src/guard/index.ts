/**
 * Instructions to a language model in texts that nobody vouches for: found by patterns in many languages and disguises and, where
 * there is a model to embed with, by what its embeddings say. `context()` and `answer()` of a collection use it by
 * themselves; this entry is for texts from elsewhere.
 */

export { findInstructions, InstructionScanner, type Embed, type Judgement } from "./scanner.js";
export { screen, type ContextModel, type ScreeningOptions } from "./screen.js";
export type { Finding } from "./score.js";
export type { Reason } from "./windows.js";
export type { Concept } from "./concepts.js";
export type { Sign } from "./signs.js";
