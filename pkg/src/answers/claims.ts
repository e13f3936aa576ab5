/** An answer as it comes, cut into sentences with the numbers of the sources that they name. */

import type { TextRange } from "../types.js";

/** A sentence of an answer. */
export interface Statement {
  /** Without the numbers of sources. */
  text: string;
  /** In the answer's text, numbers included. */
  range: TextRange;
  /** Numbers of the sources that it names, each once, in their order. */
  cites: number[];
}

/** `[1]`, `[2, 3]`, `[4-6]`, `[source 7]`. */
const MARKER = /\s*\[\s*(?:sources?\s*)?(\d{1,4}(?:\s*[,;–-]\s*\d{1,4})*)\s*\]/giu;

/** What a range such as `[1-900]` may name at most. */
const MOST_OF_A_RANGE = 20;

const HAS_WORD = /[\p{L}\p{N}]/u;

const sentences = new Intl.Segmenter(undefined, { granularity: "sentence" });

/** Takes an answer piece by piece and gives each sentence once it is complete. */
export class StatementReader {
  /** What has come and is of no complete sentence yet. */
  #pending = "";
  /** Where it begins in the answer. */
  #start = 0;

  /** Sentences that are complete with this piece. */
  push(piece: string): Statement[] {
    this.#pending += piece;
    const parts = this.#parts();
    // The last one still grows. Until it has a word, it may belong to the one before, as a number of a source does.
    const last = parts.pop() ?? "";
    if (!HAS_WORD.test(withoutMarkers(last))) parts.pop();
    return this.#take(parts);
  }

  /** What is left at the answer's end. */
  finish(): Statement[] {
    return this.#take(this.#parts());
  }

  /** The pending text in parts: a sentence each, with the numbers and the white space that follow it. */
  #parts(): string[] {
    const parts: string[] = [];
    // Numbers are blanked out for it, lest they be taken for the beginning of a sentence.
    for (const { index, segment } of sentences.segment(withoutMarkers(this.#pending))) {
      parts.push(this.#pending.slice(index, index + segment.length));
    }
    return parts;
  }

  #take(parts: string[]): Statement[] {
    const statements: Statement[] = [];
    for (const part of parts) {
      const start = this.#start + part.length - part.trimStart().length;
      this.#start += part.length;
      this.#pending = this.#pending.slice(part.length);
      const text = part.replace(MARKER, "").trim();
      const range = { start, end: start + part.trim().length };
      if (HAS_WORD.test(text)) statements.push({ text, range, cites: citesOf(part) });
    }
    return statements;
  }
}

/** The text with spaces for the numbers of sources, and for what may become one at its end. */
function withoutMarkers(text: string): string {
  return text.replace(MARKER, blank).replace(/\[[^\]]{0,40}$/u, blank);
}

const blank = (marker: string) => " ".repeat(marker.length);

function citesOf(part: string): number[] {
  const cites = new Set<number>();
  for (const [, list] of part.matchAll(MARKER)) {
    for (const item of list!.split(/[,;]/)) {
      const [first = 0, last = first] = item.split(/[–-]/).map(Number);
      for (let number = first; number <= Math.min(last, first + MOST_OF_A_RANGE); number++) cites.add(number);
    }
  }
  return [...cites];
}

/** The sentences of a text, and each two that follow each other: what a statement is compared with. */
export function windowsOf(text: string): string[] {
  const single = [...sentences.segment(text)].map(({ segment }) => segment.trim()).filter((segment) => segment !== "");
  const pairs = single.slice(1).map((sentence, index) => `${single[index]} ${sentence}`);
  return [...single, ...pairs];
}
