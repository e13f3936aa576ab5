/** From signs to a score: logistic regressions, whose weights were fitted to passages of both kinds. */

import weights from "./weights.json" with { type: "json" };
import { FEATURES, windowsOf, type Window } from "./windows.js";

/** What was found in a text. */
export interface Finding {
  /** How likely it is, 0 to 1, that the text holds instructions to a language model, as its likeliest stretch has it. */
  score: number;
  /** The signs that speak for it, most telling first, such as `"overrides"` or `"asks-for-prompt"`. */
  why: string[];
  /** The stretch in question, as it was read: hidden characters taken out, encodings undone. */
  text: string;
}

/** From which score on a text is suspicious: the least at which no harmless passage of the tuning part is. */
export const THRESHOLDS: { readonly patterns: number; readonly embeddings: number } = weights.thresholds;

/** A window is compared by its embedding if its signs leave it open what it is: between these log-odds. */
const OPEN = { from: -2.6, to: 3 };

/** A stretch with the log-odds that its signs give. */
export interface Judged extends Window {
  odds: number;
}

/** All stretches of a text, judged by their signs. */
export function judge(text: string): Judged[] {
  return windowsOf(text).map((window) => {
    const odds = weights.features.reduce((sum, weight, index) => sum + weight * window.features[index]!, weights.bias);
    return { ...window, odds };
  });
}

/** Whether the embedding of a stretch should be asked as well. */
export const isOpen = ({ odds }: Judged) => odds >= OPEN.from && odds <= OPEN.to;

/**
 * The log-odds of a stretch by its signs and its embedding.
 *
 * @param closeness - How much closer it is to the nearest three instructions than to the nearest three harmless sentences, by cosine.
 */
export function withCloseness(odds: number, closeness: number): number {
  return weights.joint.bias + weights.joint.odds * odds + weights.joint.closeness * closeness;
}

/** The finding of a text, from its likeliest stretch. */
export function findingOf(judged: readonly Judged[]): Finding {
  if (judged.length === 0) return { score: 0, why: [], text: "" };
  const likeliest = judged.reduce((best, each) => (each.odds > best.odds ? each : best));
  const why = FEATURES.flatMap((sign, index) => {
    const weight = weights.features[index]!;
    return sign !== undefined && likeliest.features[index]! > 0 && weight > 0 ? [{ sign, weight }] : [];
  });
  why.sort((a, b) => b.weight - a.weight);
  return { score: 1 / (1 + Math.exp(-likeliest.odds)), why: why.map(({ sign }) => sign), text: likeliest.text };
}
