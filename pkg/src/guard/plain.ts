/** The best-known instructions, which are found however short they are. */

import { bears, REPORTS } from "./signs.js";

const IGNORE = "(?:ignore|disregard|forget)";
const SHOW = "(?:reveal|print|show|repeat|output|display|disclose|leak|recite)";
const EARLIER =
  "(?:(?:previous|prior|earlier|preceding|above|former|existing|initial|foregoing|system)(?:ly| |,|and|or|given)*)+";
const RULES = "(?:instructions?|prompts?|rules|directions|directives|guidelines|commands|orders)";

/** A sentence that begins with a demand to ignore what was said before, or to show the prompt. */
const PLAIN = new RegExp(
  "^(?:please,? |now |and |so |but |important: |attention: |note: )*(?:" +
    `${IGNORE}\\b (?:all |any |every |everything |each |of |the |your |my |these |those |and )*${EARLIER}${RULES}\\b|` +
    `${SHOW}\\b (?:me |us |back |out |all |the |of )*(?:` +
    "your (?:entire |full |complete |hidden |secret |original |initial |whole )*(?:system|initial|hidden|secret) (?:prompt|instructions|message)|" +
    "the (?:entire |full |complete |original |whole )*(?:system|hidden|secret) prompt)\\b)",
  "i",
);

/** Whether one of `sentences` is such a demand, and none reports, quotes or discusses it. */
export function isPlain(sentences: readonly string[]): boolean {
  return sentences.some((sentence) => PLAIN.test(sentence)) && !sentences.some((sentence) => bears(sentence, REPORTS));
}
