/** A text cut into the stretches that are judged, with what is weighed of each. */

import { CONCEPTS, conceptsOf, type Concept } from "./concepts.js";
import { SIGNS, signsOf, type Sign } from "./signs.js";
import { viewsOf } from "./views.js";
import { wordsOf, type Words } from "./words.js";

/** Sentences of a stretch: an instruction is often spread over two or three. */
const SENTENCES = 3;
/** UTF-16 units of a sentence; a longer one is cut, so that no text makes a search long. */
const MOST_UNITS = 600;

/** What a reader is told of a feature. */
export type Reason = Sign | Concept | "disguised";

/** Something that a stretch has or has not. */
export interface Feature {
  /** What it is made of: one thing, or two that stand in one sentence. */
  reasons: readonly Reason[];
  /** What it counts before it is weighed. Of the many pairs each counts less, so that none is trusted for a few passages' sake. */
  value: number;
}

/** Sentences that stand together. */
export interface Window {
  text: string;
  /** Which of `FEATURES` it has, by their numbers. */
  features: number[];
  words: Words;
  /** Whether it holds one of `PLAIN_SIGNS` outside of quotations and reports nothing. */
  plain: boolean;
}

/** Signs that need no other beside them: they are instructions wherever nobody reports, quotes or discusses them. */
const PLAIN_SIGNS: readonly Sign[] = ["overrides", "asks-for-prompt"];
const REPORTS: readonly Sign[] = ["discusses", "reports-speech", "quotes", "sets-work"];

const single = (reason: Reason): Feature => ({ reasons: [reason], value: 1 });

/**
 * What is weighed: the signs and concepts of a stretch; its concepts once more as they stand outside of quotations, and all pairs
 * of these within one sentence.
 */
export const FEATURES: readonly Feature[] = [
  ...SIGNS.map(single),
  single("disguised"),
  ...CONCEPTS.map(single),
  ...CONCEPTS.map(single),
  ...CONCEPTS.flatMap((first, index) =>
    CONCEPTS.slice(index + 1).map((second): Feature => ({ reasons: [first, second], value: 0.5 })),
  ),
];
const DISGUISED = SIGNS.length;
const ANYWHERE = DISGUISED + 1;
const OUTSIDE = ANYWHERE + CONCEPTS.length;
const PAIRS = OUTSIDE + CONCEPTS.length;

/** The stretches of all views of a text. */
export function windowsOf(text: string): Window[] {
  return viewsOf(text).flatMap(({ text: view, disguised }) => {
    const sentences = cut(view).map((sentence) => ({
      sentence,
      features: featuresOf(sentence),
      plain: bearsOne(withoutQuotations(sentence), PLAIN_SIGNS),
      reports: bearsOne(sentence, REPORTS),
    }));
    if (sentences.length === 0) return [];
    const last = Math.max(1, sentences.length - SENTENCES + 1);
    return Array.from({ length: last }, (_, first) => {
      const together = sentences.slice(first, first + SENTENCES);
      const features = new Set(together.flatMap((each) => each.features));
      if (disguised) features.add(DISGUISED);
      const plain = together.some((each) => each.plain) && !together.some((each) => each.reports);
      const text = together.map(({ sentence }) => sentence).join("\n");
      return { text, features: [...features], words: wordsOf(text), plain };
    });
  });
}

/** The features of a sentence by itself. */
function featuresOf(sentence: string): number[] {
  const outside = numbersOf(conceptsOf(withoutQuotations(sentence)));
  const pairs = outside.flatMap((first, index) => outside.slice(index + 1).map((second) => pairOf(first, second)));
  return [
    ...numbersOf(signsOf(sentence)),
    ...numbersOf(conceptsOf(sentence)).map((concept) => ANYWHERE + concept),
    ...outside.map((concept) => OUTSIDE + concept),
    ...pairs,
  ];
}

function bearsOne(sentence: string, signs: readonly Sign[]): boolean {
  const borne = signsOf(sentence);
  return signs.some((sign) => borne[SIGNS.indexOf(sign)]);
}

const numbersOf = (has: boolean[]) => has.flatMap((each, index) => (each ? [index] : []));

/** The feature of two concepts, `first` being the lesser: pairs stand in the order in which `FEATURES` has them. */
function pairOf(first: number, second: number): number {
  return PAIRS + first * CONCEPTS.length - (first * (first + 1)) / 2 + (second - first - 1);
}

/** The sentence with what others said or wrote left out. */
function withoutQuotations(sentence: string): string {
  return sentence
    .replace(/(["“«„»`])[^"”»“«`\n]{2,200}?["”»“«`]/g, "$1…$1")
    .replace(/(^|[\s(\[:=,])'[^'\n]{3,200}'(?=[\s.,;:!?)\]}]|$)/g, "$1'…'");
}

function cut(text: string): string[] {
  return text
    .split(/(?<=[.!?]["'”»)]?)\s+|(?<=[。！？])|\n+/)
    .map((sentence) => sentence.replace(/\s+/g, " ").trim())
    .filter((sentence) => sentence !== "")
    .flatMap((sentence) => sentence.match(new RegExp(`.{1,${MOST_UNITS}}`, "gs")) ?? []);
}
