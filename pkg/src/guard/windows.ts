/** A text cut into the stretches that are judged, with the signs of each. */

import { SIGNS, signsOf, type Sign } from "./signs.js";
import { viewsOf } from "./views.js";

/** Sentences of a stretch: an instruction is often spread over two or three. */
const SENTENCES = 3;
/** UTF-16 units of a sentence; a longer one is cut, so that no text makes a search long. */
const MOST_UNITS = 600;

/** Sentences that stand together. */
export interface Window {
  text: string;
  /** How much it has of each of `FEATURES`, from 0 to 1. */
  features: number[];
}

/** What makes a sign weigh more or less beside others: several signs together say more than their sum. */
const COMBINATIONS: readonly ((bears: (...signs: Sign[]) => boolean, evidence: number) => boolean)[] = [
  (bears) => bears("commands") && bears(...OF_MODEL),
  (bears) => bears("commands") && bears(...OF_USER),
  (bears) => bears("hidden") && bears(...OF_MODEL, ...OF_USER, "directs-answer", "dictates-words"),
  (bears) => bears("commands") && bears("speaks-of-chat", "directs-answer"),
  (bears) => bears(...ORDERS) && bears(...OF_MODEL, ...OF_USER) && !bears(...REPORTS),
  (bears) => bears(...STRONG) && !bears(...REPORTS),
  (bears) => bears(...STRONG) && bears("commands") && !bears(...REPORTS),
  (bears) => !bears(...ANCHORS),
  (_, evidence) => evidence >= 2,
  (_, evidence) => evidence >= 3,
];
const OF_MODEL: Sign[] = ["addresses-model", "mentions-model"];
const OF_USER: Sign[] = ["speaks-of-user", "works-on-user"];
const ORDERS: Sign[] = ["commands", "dictates-words", "changes-role", "directs-answer"];
/** What ties a stretch to a model that reads it, rather than to a person. */
const ANCHORS: Sign[] = [
  ...OF_MODEL,
  ...OF_USER,
  "overrides",
  "asks-for-prompt",
  "control-tokens",
  "directs-answer",
  "forges-roles",
  "lifts-limits",
  "sends-out",
  "speaks-of-chat",
];
const STRONG: Sign[] = ["overrides", "asks-for-prompt", "addresses-model", "control-tokens", "conceals"];
const REPORTS: Sign[] = ["discusses", "reports-speech", "quotes"];
/** Signs of harmless texts. */
const CALM: readonly Sign[] = [...REPORTS, "sets-work"];
/** What the other signs count of a stretch that reports what somebody said or wrote. */
const REPORTED = 0.6;
/** Signs that harmless texts have almost as often. */
const WEAK: readonly Sign[] = ["mentions-model", "commands", "hidden", "labels-roles"];

/** What is weighed, in the order of the weights. Those that are no signs have no name that a reader is told. */
export const FEATURES: readonly (Sign | "disguised" | undefined)[] = [
  ...SIGNS,
  "disguised",
  ...COMBINATIONS.map(() => undefined),
];

/** The stretches of all views of a text. */
export function windowsOf(text: string): Window[] {
  return viewsOf(text).flatMap(({ text: view, disguised }) => {
    const sentences = cut(view).map((sentence) => ({ sentence, signs: signsOf(sentence) }));
    if (sentences.length === 0) return [];
    const last = Math.max(1, sentences.length - SENTENCES + 1);
    return Array.from({ length: last }, (_, first) => {
      const together = sentences.slice(first, first + SENTENCES);
      const borne = new Set(SIGNS.filter((_, index) => together.some((each) => each.signs[index])));
      const bears = (...signs: Sign[]) => signs.some((sign) => borne.has(sign));
      const evidence = [...borne].filter((sign) => !CALM.includes(sign) && !WEAK.includes(sign)).length;
      const share = bears(...REPORTS) ? REPORTED : 1;
      const features = [
        ...SIGNS.map((sign) => (borne.has(sign) ? (CALM.includes(sign) ? 1 : share) : 0)),
        disguised ? share : 0,
        ...COMBINATIONS.map((holds) => (holds(bears, evidence) ? share : 0)),
      ];
      return { text: together.map(({ sentence }) => sentence).join("\n"), features };
    });
  });
}

function cut(text: string): string[] {
  return text
    .split(/(?<=[.!?]["'”»)]?)\s+|(?<=[。！？])|\n+/)
    .map((sentence) => sentence.replace(/\s+/g, " ").trim())
    .filter((sentence) => sentence !== "")
    .flatMap((sentence) => sentence.match(new RegExp(`.{1,${MOST_UNITS}}`, "gs")) ?? []);
}
