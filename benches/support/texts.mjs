// The texts that are embedded.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../../tests/browser/harness.mjs";
import { required, Skip } from "./lab.mjs";
import { quick } from "./settings.mjs";

const SENTENCE =
  "The quick brown fox jumps over the lazy dog and then writes about retrieval augmented generation in a browser. ";

/** 16 passages of like length, 1,648 tokens in all. */
export const batch = Array.from({ length: 16 }, (_, index) => `${index} ${SENTENCE.repeat(5)}`);

export const query = "how do I build a tree of summaries?";

/** Lengths of the mixed passages, in tokens. */
const [SHORTEST, LONGEST, MIXED] = [5, 256, 128];

/**
 * 128 passages whose lengths are spread evenly from 5 to 256 tokens, from SciFact: the first document, in the order of its
 * file, that has a title, a sentence or a beginning of whole sentences of a length that is still wanted.
 *
 * @param {(texts: string[]) => Promise<number[]>} countTokens
 */
export async function mixedPassages(countTokens) {
  const wanted = new Set(
    Array.from({ length: MIXED }, (_, index) => Math.round(SHORTEST + ((LONGEST - SHORTEST) * index) / (MIXED - 1))),
  );
  const passages = [];
  const documents = sciFact();
  for (let start = 0; start < documents.length && wanted.size > 0; start += MIXED) {
    const candidates = documents.slice(start, start + MIXED).map(stretches);
    const counts = await countTokens(candidates.flat());
    for (const stretches of candidates) {
      const lengths = counts.splice(0, stretches.length);
      const fit = lengths.findIndex((length) => wanted.has(length));
      if (fit === -1) continue;
      wanted.delete(lengths[fit]);
      passages.push(stretches[fit]);
    }
  }
  if (wanted.size > 0) throw new Error(`SciFact has no passages of ${[...wanted]} tokens`);
  return passages;
}

/** A document's title, its sentences, and its beginnings of whole sentences. */
function stretches({ title, text }) {
  const sentences = text.split(/(?<=[.?!]) (?=[A-Z])/);
  const beginnings = sentences.map((_, index) => sentences.slice(0, index + 1).join(" "));
  return [title, ...sentences, ...beginnings.slice(1)];
}

/**
 * The first abstracts of SciFact, with their titles, that a model of 256 tokens reads whole.
 *
 * @param {(texts: string[]) => Promise<number[]>} countTokens
 */
export async function abstracts(count, countTokens) {
  const whole = [];
  const texts = sciFact().map(({ title, text }) => `${title} ${text}`);
  for (let start = 0; start < texts.length && whole.length < count; start += count) {
    const some = texts.slice(start, start + count);
    const lengths = await countTokens(some);
    whole.push(...some.filter((_, index) => lengths[index] <= LONGEST));
  }
  return whole.slice(0, count);
}

function sciFact() {
  const lines = readFileSync(join(required("eval/scifact"), "corpus.jsonl"), "utf8")
    .trim()
    .split("\n");
  return lines.map((line) => JSON.parse(line));
}

/** Moby-Dick by chapters; in a quick run its first ones. */
export function book() {
  const file = join(root, "www/samples/moby-dick.json");
  if (!existsSync(file)) throw new Skip("the book is missing: run make setup");
  return JSON.parse(readFileSync(file, "utf8")).slice(quick ? 2 : 0, quick ? 4 : undefined);
}
