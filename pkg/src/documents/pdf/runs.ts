/** The text of a page as pieces with a place: upright, from the top left corner, in points. */

import type { PDFPageProxy } from "pdfjs-dist";
import type { TextContent } from "pdfjs-dist/types/src/display/api.js";

/** A piece of text on one baseline. */
export interface Run {
  text: string;
  left: number;
  right: number;
  /** Of the baseline, from the top of the page down. */
  y: number;
  /** Height of the font. */
  size: number;
  /** Where it stands in the order in which the page draws. */
  order: number;
  isRightToLeft: boolean;
}

/** A page of text. */
export interface Page {
  /** From 1. */
  number: number;
  width: number;
  height: number;
  runs: Run[];
}

/** A baseline may lean this much, in radians, and count as level. */
const LEVEL = 0.2;

/**
 * Reads the text of a page. What stands upright in a page that lies on its side comes last.
 *
 * @param check - Throws if so many characters are too many for a page.
 */
export async function readPage(page: PDFPageProxy, check: (characters: number) => void): Promise<Page> {
  const { width, height, transform } = page.getViewport({ scale: 1 });
  const items: TextContent["items"] = [];
  let characters = 0;
  const reader = page.streamTextContent({ includeMarkedContent: false }).getReader();
  for (;;) {
    const { done, value } = (await reader.read()) as { done: boolean; value?: TextContent };
    if (done) break;
    for (const item of value!.items) {
      items.push(item);
      // Pieces without a character take room as well.
      if ("str" in item) characters += item.str.length + 1;
    }
    check(characters);
  }
  const runs: Run[] = [];
  const aslant: Run[] = [];
  for (const [order, item] of items.entries()) {
    if (!("str" in item) || item.str.trim() === "") continue;
    const [a, b, c, d, x, y] = multiply(transform as Matrix, item.transform as Matrix);
    const size = Math.hypot(c, d) || Math.hypot(a, b);
    const lean = Math.atan2(b, a);
    const text = item.str.replace(/\s+/g, " ");
    const run = { text, left: x, right: x + item.width, y, size, order, isRightToLeft: item.dir === "rtl" };
    if (Math.abs(lean) <= LEVEL && size > 0) runs.push(trim(run));
    else aslant.push({ ...run, left: 0, right: item.width, y: height + 2 * (aslant.length + 1) * size });
  }
  return { number: page.pageNumber, width, height, runs: [...runs, ...aslant] };
}

type Matrix = [number, number, number, number, number, number];

function multiply([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix {
  return [a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * l + e, b * k + d * l + f];
}

/** Without the spaces at its ends, whose width is about that of the other characters. */
function trim(run: Run): Run {
  const width = (run.right - run.left) / run.text.length;
  const text = run.text.trim();
  const before = run.text.length - run.text.trimStart().length;
  const after = run.text.length - run.text.trimEnd().length;
  // A space is about half as wide as a letter.
  return { ...run, text, left: run.left + (before * width) / 2, right: run.right - (after * width) / 2 };
}
