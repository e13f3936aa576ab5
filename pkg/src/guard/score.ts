/** From features to a score: logistic regressions, whose weights were fitted to passages of both kinds. */

import weights from "./weights.json" with { type: "json" };
import { FEATURES, windowsOf, type Reason, type Window } from "./windows.js";

/** What was found in a text. */
export interface Finding {
  /** How much its likeliest stretch speaks for instructions to a language model, 0 to 1; from 0.5 on a text is suspicious. */
  score: number;
  /** What speaks for it, most telling first, such as `"overrides"` or `"your-answer"`. */
  why: Reason[];
  /** The stretch in question, as it was read: hidden characters taken out, encodings undone. */
  text: string;
}

/** The most reasons that a finding names. */
const MOST_REASONS = 6;

/**
 * A stretch is compared by its embedding if its features and words give at least these log-odds; others are harmless. Most texts have no such
 * stretch, so that nothing is embedded for them.
 */
const OPEN_FROM = weights.openFrom;

/** The least log-odds of a stretch that holds a plain sign: a demand to ignore all instructions is one however short it is. */
const PLAIN = 1;

const atLeast = ({ plain }: Window, odds: number) => (plain ? Math.max(PLAIN, odds) : odds);

/** A stretch with the log-odds that it has. */
export interface Judged extends Window {
  odds: number;
}

/** Numbers as the file has them: a byte each, and what they are multiplied by. */
function numbers({ bytes, scale }: { bytes: string; scale: number }): Float32Array {
  return Float32Array.from(atob(bytes), (character) => ((character.charCodeAt(0) << 24) >> 24) * scale);
}

const BY_PATTERNS = numbers(weights.patterns);
const BY_WORDS = numbers(weights.words);
/** The same where the embedding is asked as well. */
const BOTH_BY_PATTERNS = numbers(weights.both.patterns);
const BOTH_BY_WORDS = numbers(weights.both.words);
const BY_EMBEDDING = numbers(weights.both.embedding);

/** A sentence, and what the model says of it that the weights of embeddings were fitted to. Others put the same elsewhere. */
export const PROBE = { text: weights.probe.text, embedding: numbers(weights.probe) };

const weighed = ({ features, words }: Window, byFeature: Float32Array, byWord: Float32Array) =>
  features.reduce((sum, feature) => sum + FEATURES[feature]!.value * byFeature[feature]!, 0) +
  words.buckets.reduce((sum, bucket) => sum + words.value * byWord[bucket]!, 0);

/** All stretches of a text, judged by their features and words. */
export function judge(text: string): Judged[] {
  return windowsOf(text).map((window) => ({
    ...window,
    odds: atLeast(window, weights.bias + weighed(window, BY_PATTERNS, BY_WORDS)),
  }));
}

/** Whether the embedding of a stretch should be asked as well. */
export const isOpen = ({ odds }: Judged) => odds >= OPEN_FROM;

/** The log-odds of a stretch by its features, its words and its embedding. */
export function withEmbedding(window: Window, embedding: Float32Array): number {
  let odds = weights.both.bias + weighed(window, BOTH_BY_PATTERNS, BOTH_BY_WORDS);
  for (let index = 0; index < embedding.length; index++) odds += embedding[index]! * BY_EMBEDDING[index]!;
  return atLeast(window, odds);
}

/** The finding of a text, from its likeliest stretch. */
export function findingOf(judged: readonly Judged[]): Finding {
  if (judged.length === 0) return { score: 0, why: [], text: "" };
  const likeliest = judged.reduce((best, each) => (each.odds > best.odds ? each : best));
  return { score: 1 / (1 + Math.exp(-likeliest.odds)), why: reasonsOf(likeliest), text: likeliest.text };
}

/** What of a stretch speaks for instructions; of a pair, half is counted for each. */
function reasonsOf({ features }: Window): Reason[] {
  const shares = new Map<Reason, number>();
  for (const feature of features) {
    const { reasons, value } = FEATURES[feature]!;
    const share = (value * BY_PATTERNS[feature]!) / reasons.length;
    for (const reason of reasons) shares.set(reason, (shares.get(reason) ?? 0) + share);
  }
  // That something was hidden is told whatever it weighs: a reader cannot see it.
  if (shares.has("disguised")) shares.set("disguised", Infinity);
  const telling = [...shares].filter(([, share]) => share > 0).sort(([, a], [, b]) => b - a);
  return telling.slice(0, MOST_REASONS).map(([reason]) => reason);
}
