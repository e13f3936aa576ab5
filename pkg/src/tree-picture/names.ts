/** Names of nodes: the few words that tell a topic from the others. */

import type { Tree, TreeNode } from "../results.js";

/** Words of a name. */
const WORDS = 3;
/** Of a passage without a heading, so many words from its beginning. */
const FIRST_WORDS = 8;
/** Of shorter words few tell anything. */
const SHORTEST = 3;
/** A word that is not so many times as frequent as elsewhere tells nothing. */
const LEAST_LIFT = 1.2;
/** Two words that begin alike say the same. */
const SAME_BEGINNING = 5;

/**
 * A name for each node, by its id. A passage is named by the heading that it stands under, else by its first words; a summary
 * by three of its words: those that hold for many of its own passages (their share), for more than elsewhere (the logarithm of
 * that share over the share of all) and for few of all (the logarithm of one over that), and that no topic above it is named by.
 *
 * @param parentOf - The parent under which a node is shown.
 */
export function nameNodes({ nodes }: Tree, parentOf: ReadonlyMap<number, number>): Map<number, string> {
  const leaves = nodes.filter(({ level }) => level === 0);
  const wordsOf = new Map(leaves.map(({ id, text }) => [id, new Set(splitWords(text).map(fold))]));
  const holders = new Map<string, number>();
  for (const words of wordsOf.values()) for (const word of words) holders.set(word, (holders.get(word) ?? 0) + 1);
  const below = leavesBelow(nodes);

  const names = new Map<number, string>();
  const used = new Map<number, string[]>();
  // From the top down, since a parent's words are not said again.
  for (const node of [...nodes].sort((a, b) => b.level - a.level || a.id - b.id)) {
    if (node.level === 0) {
      names.set(node.id, passageName(node));
      continue;
    }
    const own = [...below.get(node.id)!];
    const parent = parentOf.get(node.id);
    const said = (parent === undefined ? undefined : used.get(parent)) ?? [];
    const score = (word: string) => {
      const inside = own.filter((leaf) => wordsOf.get(leaf)?.has(word)).length / own.length;
      const overall = (holders.get(word) ?? leaves.length) / leaves.length;
      return inside < LEAST_LIFT * overall ? 0 : inside * Math.log(inside / overall) * -Math.log(overall);
    };
    const chosen = tellingWords(node.text, score, said);
    used.set(node.id, [...said, ...chosen.map(fold)]);
    names.set(node.id, chosen.length > 0 ? capital(chosen.join(", ")) : firstWords(node.text));
  }
  return names;
}

function tellingWords(text: string, score: (word: string) => number, said: readonly string[]): string[] {
  const forms = new Map<string, string>();
  for (const form of splitWords(text)) {
    const word = fold(form);
    // A word that also stands small was capital at the beginning of a sentence.
    if (isLongEnough(word) && (!forms.has(word) || form === word)) forms.set(word, form);
  }
  const ranked = [...forms]
    .map(([word, form]) => ({ word, form, score: score(word) }))
    .filter(({ score }) => score > 0);
  // Sorting is stable: of two that score the same, the one that comes first in the text.
  ranked.sort((a, b) => b.score - a.score);
  const chosen: { word: string; form: string }[] = [];
  for (const candidate of ranked) {
    if (chosen.length === WORDS) break;
    const others = [...said, ...chosen.map(({ word }) => word)];
    if (!others.some((other) => beginAlike(other, candidate.word))) chosen.push(candidate);
  }
  return chosen.map(({ form }) => form);
}

function passageName({ headingPaths, text }: TreeNode): string {
  return headingPaths[0]?.at(-1) ?? firstWords(text);
}

function firstWords(text: string): string {
  const words = text.trim().split(/\s+/);
  return words.length <= FIRST_WORDS ? words.join(" ") : `${words.slice(0, FIRST_WORDS).join(" ")} …`;
}

/** The leaves under each summary, through all of its children. */
function leavesBelow(nodes: readonly TreeNode[]): Map<number, Set<number>> {
  const below = new Map<number, Set<number>>();
  for (const { id, level, children } of [...nodes].sort((a, b) => a.level - b.level)) {
    below.set(id, level === 0 ? new Set([id]) : new Set(children.flatMap((child) => [...(below.get(child) ?? [])])));
  }
  return below;
}

const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);
const fold = (word: string) => word.toLowerCase();
const beginAlike = (a: string, b: string) => a.slice(0, SAME_BEGINNING) === b.slice(0, SAME_BEGINNING);
/** Scripts that put no spaces between words, where a word may be a single character. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const isLongEnough = (word: string) => word.length >= SHORTEST || UNSPACED.test(word);

function splitWords(text: string): string[] {
  if (!UNSPACED.test(text)) return text.match(/[\p{L}\p{N}][\p{L}\p{M}\p{N}’'-]*/gu) ?? [];
  const segments = new Intl.Segmenter(undefined, { granularity: "word" }).segment(text);
  return [...segments].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment);
}
