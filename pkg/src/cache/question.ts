/** What in the words of an English question must agree with another's for both to ask for the same. */

import { EMPTY, meaning, NUMBER_WORDS, OPPOSITES, stem } from "./words.js";

/** A question, read. */
export interface ReadQuestion {
  /** What is asked for: a time, a place, a person and so on. */
  asksFor: string;
  /** Sorted. */
  numbers: string[];
  /** Words with a capital letter that do not begin the question, stemmed, in order. */
  names: string[];
  isNegated: boolean;
  /** Whether it is in the passive voice or a comparison, where the order of names says something else. */
  isPassive: boolean;
  compares: boolean;
  /** Words that say what it is about, by what they mean, in order, each with itself. */
  content: Map<string, string>;
  /** Those of them that only say of what kind the answer is: "city" of "which city". */
  categories: Set<string>;
}

/** What a question asks for, by how it does; the first that fits. */
const ASKS: [kind: string, pattern: RegExp][] = [
  ["number", /\b(how many|(what|which) number|number of)\b/],
  ["amount", /\b(how much|(what|which) amount)\b/],
  ["frequency", /\bhow often\b/],
  ["duration", /\bhow long\b/],
  ["time", /\b(when|(what|which) (time|year|day|date|month|century))\b/],
  ["place", /\b(where|(what|which) place)\b/],
  ["reason", /\b(why|how come|(what|which)( \w+){0,3} (reason|cause)s?|what (made|makes|caused|causes))\b/],
  ["object", /(?<!\b(by|of|from) )\bwhom\b/],
  ["person", /\b(who|whom|whose|(what|which) person)\b/],
  ["degree", /\bhow (big|large|tall|high|deep|heavy|wide|far|old|fast|hot|cold|strong|salty|loud|thick)\b/],
  ["manner", /\b(how|in (what|which) way|what (should|do|must|can) (i|you|we) (do|have to do))\b/],
  ["thing", /\b(what|which)\b/],
];

/** Kinds that may stand for each other, as in "What is the height of ...?" and "How tall is ...?" */
const INTERCHANGEABLE = [
  ["thing", "degree"],
  ["thing", "duration"],
  ["thing", "person"],
  ["thing", "manner"],
];

const NEGATIONS = /\b(not|no|never|none|neither|nor|without|cannot|nobody|nothing|except)\b|n't\b/;

/** Reads a question. */
export function readQuestion(question: string): ReadQuestion {
  const plain = question.normalize("NFKC").replace(/[\u2018\u2019]/g, "'");
  const small = plain.toLowerCase();
  const words = plain.match(/[\p{L}\p{N}]+(?:['.,-][\p{L}\p{N}]+)*/gu) ?? [];
  const read: ReadQuestion = {
    asksFor: ASKS.find(([, pattern]) => pattern.test(small))?.[0] ?? "yes or no",
    numbers: [],
    names: [],
    isNegated: NEGATIONS.test(small),
    isPassive: /\bby\b/.test(small),
    compares: /\bthan\b/.test(small),
    content: new Map(),
    categories: new Set(),
  };
  words.forEach((word, index) => {
    const own = word.toLowerCase().replace(/'s$/, "");
    const number = /^\p{N}/u.test(own) ? own.replace(/,/g, "") : NUMBER_WORDS.get(own);
    if (number !== undefined && own !== "one") read.numbers.push(number);
    else if (index > 0 && /^\p{Lu}/u.test(word) && own !== "i") read.names.push(stem(own));
    if (EMPTY.has(own)) return;
    read.content.set(meaning(own), own);
    if (/^(which|what)$/i.test(words[index - 1] ?? "")) read.categories.add(own);
  });
  read.numbers.sort();
  return read;
}

/** The words of one that the other has not: `[of a, of b]`. A category that only one of them names is none of them. */
export function difference(a: ReadQuestion, b: ReadQuestion): [string[], string[]] {
  const beyond = (own: ReadQuestion, other: ReadQuestion) =>
    [...own.content].filter(([meaning]) => !other.content.has(meaning)).map(([, word]) => word);
  const [ofA, ofB] = [beyond(a, b), beyond(b, a)];
  const onlyCategories = (words: string[], { categories }: ReadQuestion) => words.every((word) => categories.has(word));
  if (ofA.length === 0 && onlyCategories(ofB, b)) return [[], []];
  if (ofB.length === 0 && onlyCategories(ofA, a)) return [[], []];
  return [ofA, ofB];
}

/** Whether nothing in the words of two questions says that they ask for different things. */
export function canBeSame(a: ReadQuestion, b: ReadQuestion): boolean {
  return (
    asksForSame(a.asksFor, b.asksFor) &&
    a.isNegated === b.isNegated &&
    String(a.numbers) === String(b.numbers) &&
    haveSameNames(a, b) &&
    !areOpposed(a, b)
  );
}

function asksForSame(a: string, b: string): boolean {
  return a === b || INTERCHANGEABLE.some((pair) => pair.includes(a) && pair.includes(b));
}

/** The same names; in another order only where the one says by whom and the other who. What is compared keeps its order. */
function haveSameNames(a: ReadQuestion, b: ReadQuestion): boolean {
  if (String([...a.names].sort()) !== String([...b.names].sort())) return false;
  const order = (own: ReadQuestion, other: ReadQuestion) =>
    [...own.content.keys()].filter((word) => other.content.has(word));
  if (a.compares && b.compares && String(order(a, b)) !== String(order(b, a))) return inOrderOf(a, b);
  return a.names.length < 2 || String(a.names) === String(b.names) || a.isPassive !== b.isPassive;
}

/** Whether the two last words of one, which are what it compares, stand in the order of the other. */
function inOrderOf(a: ReadQuestion, b: ReadQuestion): boolean {
  const places = [...b.content.keys()];
  const [first, second] = [...a.content.keys()].filter((word) => places.includes(word) && word !== "more").slice(-2);
  return first === undefined || second === undefined || places.indexOf(first) < places.indexOf(second);
}

function areOpposed(a: ReadQuestion, b: ReadQuestion): boolean {
  const apart = (one: string, other: string) =>
    a.content.has(one) && !b.content.has(one) && b.content.has(other) && !a.content.has(other);
  return OPPOSITES.some(([one, other]) => apart(one, other) || apart(other, one));
}
