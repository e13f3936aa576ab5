/** A token budget spent on the best nodes, as a union of ranges of the documents. */

import type { Citation } from "../types.js";
import type { NodeSource, SourceContext, StoredNode } from "./types.js";

/** Nodes in a row that may be too large for what is left of the budget before packing stops. */
const MISSES = 12;

/** A number of four digits costs at least as much as any that a context has. */
const ANY_NUMBER = 1000;

/** A stretch of one document; it may run over several chunks. */
interface Passage {
  /** Its first chunk and its last. */
  first: StoredNode;
  last: StoredNode;
  start: number;
  end: number;
  text: string;
}

export class Packer {
  readonly #leaves: ReadonlyMap<number, StoredNode>;
  readonly #count: (text: string) => Promise<number>;
  readonly #budget: number;
  /** What was taken, best first. */
  readonly #taken: NodeSource[] = [];
  /** Tokens that a passage costs, by its range. */
  readonly #costs = new Map<string, number>();

  /**
   * @param leaves - The chunks that sources are of, by id. A source whose chunk is missing is passed over.
   * @param count - Counts the tokens of a text.
   */
  constructor(leaves: ReadonlyMap<number, StoredNode>, count: (text: string) => Promise<number>, budget: number) {
    this.#leaves = leaves;
    this.#count = count;
    this.#budget = budget;
  }

  /** Takes of the nodes, best first, each that fits whole. */
  async take(nodes: StoredNode[]): Promise<void> {
    let misses = 0;
    for (const { sources } of nodes) {
      const before = this.#taken.length;
      this.#taken.push(...sources.filter(({ node }) => this.#leaves.has(node)));
      if (this.#taken.length === before) continue;
      let cost = 0;
      for (const passage of this.#union()) cost += await this.#cost(passage);
      if (cost <= this.#budget) {
        misses = 0;
        continue;
      }
      this.#taken.length = before;
      if (++misses === MISSES) break;
    }
  }

  async finish(): Promise<SourceContext> {
    for (;;) {
      const citations = this.#union().map(cite);
      const text = citations.map(render).join("\n");
      const tokens = await this.#count(text);
      if (tokens <= this.#budget) return { text, citations, tokens };
      // The sum of the parts was an estimate of the whole: give back the least until it holds.
      this.#taken.pop();
    }
  }

  /** What was taken in the order of the documents, with what overlaps or has only white space between it as one. */
  #union(): Passage[] {
    const passages = this.#taken.map(({ node, start, end }): Passage => {
      const leaf = this.#leaves.get(node)!;
      const offset = leaf.sources[0]!.start;
      return { first: leaf, last: leaf, start, end, text: leaf.text.slice(start - offset, end - offset) };
    });
    // Chunks are numbered in the order of the documents and of the text.
    const sameDocument = (a: Passage, b: Passage) => a.first.document === b.first.document;
    passages.sort((a, b) => (sameDocument(a, b) ? a.start - b.start || a.end - b.end : a.first.id - b.first.id));
    const union: Passage[] = [];
    for (const next of passages) {
      const last = union.at(-1);
      const between = last && sameDocument(last, next) ? whiteSpaceBetween(last, next) : undefined;
      if (!last || between === undefined) union.push({ ...next });
      else if (next.end > last.end) {
        last.text += between + next.text.slice(Math.max(0, last.end - next.start));
        last.end = next.end;
        last.last = next.last;
      }
    }
    return union;
  }

  async #cost(passage: Passage): Promise<number> {
    const key = `${passage.first.id} ${passage.start} ${passage.end}`;
    let cost = this.#costs.get(key);
    if (cost === undefined) {
      cost = await this.#count(render(cite(passage, ANY_NUMBER - 1)));
      this.#costs.set(key, cost);
    }
    return cost;
  }
}

/** What to put between two passages of a document to make them one; `undefined` if there are words between them. */
function whiteSpaceBetween(last: Passage, next: Passage): string | undefined {
  if (next.start <= last.end) return "";
  if (last.last.id === next.first.id) {
    const offset = next.first.sources[0]!.start;
    const between = next.first.text.slice(last.end - offset, next.start - offset);
    return between.trim() === "" ? between : undefined;
  }
  // Nothing but white space is between a chunk and the next. Which, the store does not know.
  const touching =
    next.first.id === last.last.id + 1 &&
    last.end === last.last.sources[0]!.end &&
    next.start === next.first.sources[0]!.start;
  return touching ? (next.start - last.end === 1 ? " " : "\n".repeat(next.start - last.end)) : undefined;
}

function cite({ first, start, end, text }: Passage, index: number): Citation {
  const { document, title, url, metadata, headings } = first;
  const reference = { id: document ?? "", title: title ?? "", metadata, ...(url !== null && { url }) };
  return { number: index + 1, document: reference, headingPath: headings, range: { start, end }, text };
}

/** As the core writes the passages of its own contexts. */
function render({ number, document: { title }, headingPath, text }: Citation): string {
  const place = [title, ...headingPath.filter((heading) => heading !== title)].join(" › ");
  return `<source id="${number}" title="${escapeAttribute(place)}">\n${escapeDelimiters(text)}\n</source>`;
}

function escapeAttribute(text: string): string {
  const escapes: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[&<>"\n\r]/g, (character) => escapes[character] ?? " ");
}

/** Brackets that look like the one that delimiters begin with, and the letters of their name. */
const BRACKETS = "[<\\uff1c\\ufe64\\u2039\\u2329\\u3008\\u27e8]";
const LETTERS: Record<string, string> = {
  s: "\\u0455\\u0405",
  o: "\\u043e\\u041e\\u03bf\\u039f",
  c: "\\u0441\\u0421",
  e: "\\u0435\\u0415\\u0395",
};
const UNSEEN =
  "[\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\u{e0000}-\\u{e0fff}]*";
const NAME = [..."source"].map((letter) => {
  const wide = [letter, letter.toUpperCase()].map((each) => String.fromCodePoint(each.charCodeAt(0) + 0xfee0)).join("");
  return `${UNSEEN}[${letter}${letter.toUpperCase()}${wide}${LETTERS[letter] ?? ""}]`;
});
const DELIMITER = new RegExp(
  `${BRACKETS}(?=(?:${UNSEEN}[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000/\\uff0f\\u2044\\u2215])*${NAME.join("")})`,
  "gu",
);

/** Makes it impossible for a passage to close its own source or to open another, or to seem to, as the core does. */
const escapeDelimiters = (text: string) => text.replace(DELIMITER, "&lt;");
