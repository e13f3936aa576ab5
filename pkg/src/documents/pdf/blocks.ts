/** Lines to paragraphs, headings and tables. */

import { median } from "./columns.js";
import type { Line } from "./lines.js";
import { beginsRow, continues, readTable, tableLength, type PdfTable } from "./tables.js";
import { Vocabulary } from "./words.js";

/** A stretch of a block's text on one page. */
export interface Piece {
  page: number;
  text: string;
}

export type Block =
  | { kind: "paragraph"; pieces: Piece[] }
  | { kind: "heading"; level: number; pieces: Piece[] }
  | { kind: "table"; table: PdfTable };

/** The titles of a file's outline with their depths, from 1. */
export type Outline = ReadonlyMap<string, number>;

/** How much larger than the text a heading is at least, and how long it is at most. */
const LARGER = 1.12;
const LONGEST_HEADING = 200;
const DEEPEST = 6;
/** How far sizes of one paragraph lie apart, as a part. */
const SAME_SIZE = 0.08;
/** How much wider than usual the gap before a paragraph is, as a part. */
const WIDER = 1.3;
/** How far its first line is indented, as parts of the font's height. */
const INDENTED = 0.8;
/** A line that ends this part of the column before its edge is the last of a paragraph if a sentence ends there. */
const SHORT = 0.2;

const BULLET = /^[•◦▪‣●○■□◆–*·]\s|^[-—]\s/u;
const NUMBERED = /^\(?(?:\d{1,3}|[a-z]|[ivx]+)[.)]\s/u;
const ENDS = /[.!?:;…]["'”’»)\]]*$/u;

/** What blocks are told by in all of a file. */
interface Style {
  /** The font's height of running text. */
  body: number;
  /** Those of headings, the largest first. */
  headings: number[];
  outline: Outline;
  words: Vocabulary;
}

/** The blocks of columns in reading order. */
export function toBlocks(columns: readonly (readonly Line[])[], outline: Outline): Block[] {
  const style = styleOf(columns, outline);
  const blocks: Block[] = [];
  for (const column of columns) new ColumnReader(column, style, blocks).read();
  return blocks;
}

/** A title as it is compared: without its number. */
export function titleKey(title: string): string {
  const plain = title.toLowerCase().replace(/\s+/g, " ").trim();
  return plain
    .replace(/^(?:(?:chapter|section|appendix|part)\s+)?(?:\d+|[a-z]|[ivxlc]+)(?:\.\d+)*\.?\s+/u, "")
    .replace(/[^\p{L}\p{N}]+/gu, "");
}

function styleOf(columns: readonly (readonly Line[])[], outline: Outline): Style {
  const characters = new Map<number, number>();
  const words = new Vocabulary();
  for (const line of columns.flat()) {
    const size = rounded(line.size);
    characters.set(size, (characters.get(size) ?? 0) + line.text.length);
    words.add(line.text);
  }
  const [body] = [...characters].sort(([a, most], [b, other]) => other - most || a - b)[0] ?? [0];
  const headings = [...characters.keys()].filter((size) => size >= LARGER * body).sort((a, b) => b - a);
  return { body, headings, outline, words };
}

function rounded(size: number): number {
  return Math.round(size * 2) / 2;
}

/** The block in the making. */
interface OpenBlock {
  last: Line;
  /** How many it has. */
  lines: number;
  /** Its first line begins with a bullet or number, from which the others are set off. */
  hanging: boolean;
}

class ColumnReader {
  readonly #left: number;
  readonly #right: number;
  readonly #leading: number;
  #open: OpenBlock | undefined;

  constructor(
    readonly lines: readonly Line[],
    readonly style: Style,
    readonly blocks: Block[],
  ) {
    this.#left = Math.min(...lines.map(({ left }) => left));
    this.#right = Math.max(...lines.map(({ right }) => right));
    const gaps = lines.slice(1).map((line, index) => line.y - lines[index]!.y);
    this.#leading = median(gaps.filter((gap, index) => gap > 0 && gap < 2.5 * lines[index]!.size));
  }

  read(): void {
    for (let index = 0; index < this.lines.length;) {
      const line = this.lines[index]!;
      const mayBegin = line.cells.length > 1 || beginsRow(line, this.lines[index + 1]);
      const rows = mayBegin ? tableLength(this.lines, index) : 0;
      if (rows > 0) {
        this.#addTable(readTable(this.lines.slice(index, index + rows)));
        index += rows;
        continue;
      }
      const level = this.#headingLevel(line);
      if (level === undefined) this.#addLine(line);
      else this.#addHeading(line, level);
      index++;
    }
  }

  #addTable(table: PdfTable): void {
    this.#open = undefined;
    const before = this.blocks.at(-1);
    if (before?.kind === "table" && before.table.pages.at(-1)! < table.pages[0]! && continues(before.table, table)) {
      // A header that is repeated on the next page is no row.
      const repeats = table.rows[0]!.join("\n") === before.table.rows[0]!.join("\n") ? 1 : 0;
      before.table.rows.push(...table.rows.slice(repeats));
      before.table.pages.push(...table.pages.slice(repeats));
    } else {
      this.blocks.push({ kind: "table", table });
    }
  }

  #headingLevel(line: Line): number | undefined {
    if (!/[\p{L}\p{N}]/u.test(line.text) || line.text.length > LONGEST_HEADING) return undefined;
    const { body, headings, outline } = this.style;
    if (line.size >= 0.95 * body) {
      const depth = outline.get(titleKey(line.text));
      if (depth !== undefined) return Math.min(depth, DEEPEST);
    }
    const place = headings.indexOf(rounded(line.size));
    return place < 0 ? undefined : Math.min(place + 1, DEEPEST);
  }

  #addHeading(line: Line, level: number): void {
    const before = this.blocks.at(-1);
    const last = this.#open?.last;
    const goesOn =
      before?.kind === "heading" &&
      before.level === level &&
      last !== undefined &&
      Math.abs(last.size - line.size) <= SAME_SIZE * line.size &&
      line.y - last.y > 0 &&
      line.y - last.y < 1.7 * line.size &&
      before.pieces.reduce((sum, { text }) => sum + text.length, 0) + line.text.length <= LONGEST_HEADING;
    if (goesOn) {
      this.#append(before.pieces, line);
      this.#open!.last = line;
    } else {
      const pieces = [{ page: line.page, text: line.text }];
      this.blocks.push({ kind: "heading", level, pieces });
      this.#open = { last: line, lines: 1, hanging: false };
    }
  }

  #addLine(line: Line): void {
    const before = this.blocks.at(-1);
    if (before?.kind === "paragraph") {
      const goesOn = this.#open ? !this.#begins(line, this.#open) : this.#isRest(line, before.pieces.at(-1)!.text);
      if (goesOn) {
        this.#append(before.pieces, line);
        const { lines, hanging } = this.#open ?? { lines: 1, hanging: false };
        this.#open = { last: line, lines: lines + 1, hanging };
        return;
      }
    }
    const pieces = [{ page: line.page, text: line.text }];
    this.blocks.push({ kind: "paragraph", pieces });
    this.#open = { last: line, lines: 1, hanging: BULLET.test(line.text) || NUMBERED.test(line.text) };
  }

  /** Whether a line begins a paragraph, below the line before it. */
  #begins(line: Line, { last, lines, hanging }: OpenBlock): boolean {
    const gap = line.y - last.y;
    if (Math.abs(line.size - last.size) > SAME_SIZE * last.size || gap <= 0) return true;
    if (this.#leading > 0 && gap > WIDER * Math.max(this.#leading, last.size)) return true;
    if (BULLET.test(line.text)) return true;
    const isShort = last.right < this.#right - SHORT * (this.#right - this.#left);
    if ((isShort && ENDS.test(last.text)) || (NUMBERED.test(line.text) && (isShort || ENDS.test(last.text))))
      return true;
    if (Vocabulary.isParted(last.text)) return false;
    const indent = line.left - last.left;
    if (indent > INDENTED * line.size) return !(hanging && lines === 1) && indent < 0.5 * (this.#right - this.#left);
    return indent < -INDENTED * line.size && lines > 1;
  }

  /** Whether a column begins with the rest of a paragraph that ends as `text` does. */
  #isRest(line: Line, text: string): boolean {
    if (Vocabulary.isParted(text)) return /^\p{Ll}/u.test(line.text);
    return (
      !ENDS.test(text) &&
      !BULLET.test(line.text) &&
      (/^\p{Ll}/u.test(line.text) || /[,\p{Ll}]$/u.test(text)) &&
      Math.abs(line.size - this.style.body) <= SAME_SIZE * line.size
    );
  }

  #append(pieces: Piece[], line: Line): void {
    const last = pieces.at(-1)!;
    if (last.page === line.page) {
      last.text = this.style.words.join(last.text, line.text);
      return;
    }
    // A word that a page parts stands on the first of the two.
    const joined = this.style.words.join(last.text, line.text);
    const end = joined.indexOf(" ", Math.max(0, last.text.length - 1));
    if (Vocabulary.isParted(last.text) && end > 0) {
      last.text = joined.slice(0, end);
      pieces.push({ page: line.page, text: joined.slice(end).trim() });
    } else {
      pieces.push({ page: line.page, text: line.text });
    }
  }
}
