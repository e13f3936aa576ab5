/** From texts to judgements by their wording and by what a collection's model makes of them. */

import { throwIfCancelled } from "../errors.js";
import { yieldToEvents } from "../platform.js";
import type { CallOptions } from "../types.js";
import fitted from "./detector.json" with { type: "json" };
import { judgement, wordingOf, type Judgement } from "./find.js";
import { viewsOf } from "./views.js";

/** What can tell by its model whether a text speaks to one, such as any `Leafcutter`. */
export interface DetectingModel {
  /** The log-odds of each text; `undefined` if the detector was fitted to another model. */
  detect?(detector: Uint8Array, texts: string[], options?: CallOptions): Promise<Float32Array | undefined>;
}

/** The page has a turn after so long. */
const TURN_MS = 12;
/** Texts that the model is given at a time. */
const BATCH = 8;

/** Of all-MiniLM-L6-v2. */
const DETECTOR = Uint8Array.from(atob(fitted.detector), (unit) => unit.charCodeAt(0));

/**
 * Looks for instructions to a language model in texts that nobody vouches for. A text whose wording leaves it open what it is, is read by
 * the model as well, which finds more. That is so where the model is all-MiniLM-L6-v2, to which the detector was fitted; with another
 * one, or none, wording decides as in {@link findInstructions}.
 */
export async function judge(
  texts: readonly string[],
  model: DetectingModel = {},
  { signal }: CallOptions = {},
): Promise<Judgement[]> {
  const wordings = await inTurns(texts, wordingOf, signal);
  const odds = wordings.map((wording) => wording?.odds ?? -Infinity);
  const open = odds.flatMap((each, index) => (each >= fitted.open ? [index] : []));
  for (let at = 0; at < open.length; at += BATCH) {
    const batch = open.slice(at, at + BATCH);
    const views = batch.map((index) => viewsOf(texts[index]!).map(({ text }) => text));
    const found = await model.detect?.(DETECTOR, views.flat(), { signal });
    if (!found) break;
    let end = 0;
    batch.forEach((index, place) => {
      const own = found.subarray(end, (end += views[place]!.length));
      const both = Math.max(...own) + fitted.share * odds[index]! + fitted.bias;
      odds[index] = Math.max(both, wordings[index]!.least);
    });
  }
  return inTurns(wordings, (wording, index) => judgement(wording, odds[index]!), signal);
}

/** `map`, in which the page has its turns. */
async function inTurns<T, U>(
  items: readonly T[],
  map: (item: T, index: number) => U,
  signal: AbortSignal | undefined,
): Promise<U[]> {
  const mapped: U[] = [];
  let turn = performance.now();
  for (const [index, item] of items.entries()) {
    throwIfCancelled(signal);
    mapped.push(map(item, index));
    if (performance.now() - turn < TURN_MS) continue;
    await yieldToEvents();
    turn = performance.now();
  }
  return mapped;
}
