/** A text cut into the stretches that are judged. */

import type { View } from "./views.js";

/** Sentences of a stretch: an instruction is often spread over two or three. */
const SENTENCES = 3;
/** Characters of a sentence; a longer one is cut, so that no text makes a search long. */
const MOST_CHARACTERS = 600;
const PARTS = new RegExp(`.{1,${MOST_CHARACTERS}}`, "gsu");

/** Sentences that stand together. */
export interface Stretch {
  sentences: string[];
  /** Whether somebody had to disguise them for them to be read so. */
  disguised: boolean;
}

/** The stretches of all views of a text. */
export function stretchesOf(views: readonly View[]): Stretch[] {
  return views.flatMap(({ text, disguised }) => {
    const sentences = cut(text);
    if (sentences.length === 0) return [];
    const last = Math.max(1, sentences.length - SENTENCES + 1);
    return Array.from({ length: last }, (_, first) => ({
      sentences: sentences.slice(first, first + SENTENCES),
      disguised,
    }));
  });
}

function cut(text: string): string[] {
  return text
    .split(/(?<=[.!?]["'”»)]?)\s+|(?<=[。！？])|\n+/)
    .map((sentence) => sentence.replace(/\s+/g, " ").trim())
    .filter((sentence) => sentence !== "")
    .flatMap((sentence) => sentence.match(PARTS) ?? []);
}
