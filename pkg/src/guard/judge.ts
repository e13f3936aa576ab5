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

/** Of all-MiniLM-L6-v2. */
const DETECTOR = Uint8Array.from(atob(fitted.detector), (unit) => unit.charCodeAt(0));

/**
 * Looks for instructions to a language model in texts that nobody vouches for. A text whose wording leaves it open what it is, is read by
 * the model as well, its first 760 tokens, which finds more. That is so where the model is all-MiniLM-L6-v2, to which the detector
 * was fitted; with another one, or none, wording decides as in {@link findInstructions}.
 *
 * @returns One judgement a text, in their order. `text` and `why` are of the stretch whose wording is likeliest.
 * @throws LeafcutterError `cancelled`, and what the model's `detect` throws.
 */
export async function judge(
  texts: readonly string[],
  model: DetectingModel = {},
  { signal }: CallOptions = {},
): Promise<Judgement[]> {
  const judgements: Judgement[] = [];
  let turn = performance.now();
  let fits = model.detect !== undefined;
  for (const text of texts) {
    throwIfCancelled(signal);
    const views = viewsOf(text);
    const wording = wordingOf(views);
    let odds = wording?.odds ?? -Infinity;
    if (wording && fits && odds >= fitted.open) {
      const readings = views.map((view) => view.text);
      const found = await model.detect!(DETECTOR, readings, { signal });
      fits = found !== undefined;
      if (found) odds = Math.max(wording.least, Math.max(...found) + fitted.share * odds + fitted.bias);
    }
    judgements.push(judgement(wording, odds));
    if (performance.now() - turn < TURN_MS) continue;
    await yieldToEvents();
    turn = performance.now();
  }
  return judgements;
}
