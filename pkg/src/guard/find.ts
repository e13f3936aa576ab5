/** From a text to a judgement by its wording: a logistic regression over its runs of words and characters, fitted to passages of both kinds. */

import weights from "./weights.json" with { type: "json" };
import { BUCKETS, gramsOf, weighed } from "./grams.js";
import { isPlain } from "./plain.js";
import { bears, SIGNS, type Sign } from "./signs.js";
import { stretchesOf, type Stretch } from "./stretches.js";
import { viewsOf, type View } from "./views.js";

/** What a reader is told of a stretch. */
export type Reason = Sign | "disguised";

/** What was found in a text. */
export interface Judgement {
  /** How much it speaks for instructions to a language model, 0 to 1. */
  score: number;
  /** What a reader may look at, such as `"overrides"` or `"addresses-model"`; empty where it is the wording alone. */
  why: Reason[];
  /** The stretch whose wording is likeliest, as it was read: hidden characters taken out, encodings undone. */
  text: string;
  /** Whether the score is at least 0.5. */
  suspicious: boolean;
}

/** What the wording of a text says. */
export interface Wording {
  /** The log-odds of the likeliest stretch. */
  odds: number;
  likeliest: Stretch;
  /** The least log-odds that the text can have, whatever else is found out about it. */
  least: number;
}

/** The least log-odds of a text with a plain demand. */
const PLAIN_ODDS = 1;

/** The most reasons that a judgement names. */
const MOST_REASONS = 6;

/** The weights of the buckets, of which the file has two in a byte, each from -7 to 7. */
const WEIGHTS = unpacked(weights.weights);

function unpacked(base64: string): Int8Array {
  const bytes = atob(base64);
  const unpacked = new Int8Array(BUCKETS);
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes.charCodeAt(at);
    unpacked[2 * at] = (byte << 28) >> 28;
    unpacked[2 * at + 1] = (byte << 24) >> 28;
  }
  return unpacked;
}

/**
 * Looks for instructions to a language model in a text that nobody vouches for, by its wording alone: at once and without a model.
 * {@link judge} finds more.
 */
export function findInstructions(text: string): Judgement {
  const wording = wordingOf(viewsOf(text));
  return judgement(wording, wording?.odds ?? 0);
}

/** What the wording of a text says in all its views; `undefined` where there is nothing to read. */
export function wordingOf(views: readonly View[]): Wording | undefined {
  let found: Wording | undefined;
  for (const likeliest of stretchesOf(views)) {
    const { sentences } = likeliest;
    const least = isPlain(sentences) ? PLAIN_ODDS : -Infinity;
    const weighted = weights.bias + weights.scale * weighed(gramsOf(sentences.join(" ")), WEIGHTS);
    const odds = Math.max(least, weighted);
    if (!found || odds > found.odds) found = { odds, likeliest, least: Math.max(least, found?.least ?? -Infinity) };
    else found.least = Math.max(least, found.least);
  }
  return found;
}

/** What a reader is told, whatever the log-odds are by. */
export function judgement(wording: Wording | undefined, odds: number): Judgement {
  if (!wording) return { score: 0, why: [], text: "", suspicious: false };
  const score = 1 / (1 + Math.exp(-odds));
  const { likeliest } = wording;
  return { score, why: reasonsOf(likeliest), text: likeliest.sentences.join("\n"), suspicious: score >= 0.5 };
}

/** The signs of a stretch. That something was hidden comes first: a reader cannot see it. */
function reasonsOf({ sentences, disguised }: Stretch): Reason[] {
  const signs = SIGNS.filter((sign) => sentences.some((sentence) => bears(sentence, [sign])));
  return [...(disguised ? (["disguised"] as const) : []), ...signs].slice(0, MOST_REASONS);
}
