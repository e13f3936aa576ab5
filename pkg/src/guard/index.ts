/**
 * Instructions to a language model in texts that nobody vouches for: found by their wording, in many languages and disguises, and by what
 * the collection's own model makes of them.
 * `context()` and `answer()` of a collection use it by themselves; this entry is for texts from elsewhere.
 */

export { findInstructions, type Judgement, type Reason } from "./find.js";
export { judge, type DetectingModel } from "./judge.js";
export { screen, type ContextModel, type ScreeningOptions } from "./screen.js";
export type { Sign } from "./signs.js";
