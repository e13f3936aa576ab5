/**
 * Where a collection's text stands in the dataset's. The library reflows a plain text: white space is evened out and
 * characters that show nothing are dropped, while ranges of a dataset are over the text as it came.
 */

import { Failure } from "../errors.js";
import type { Range } from "./codepoints.js";

/** White space, controls, soft hyphens and the like: what may be in one of the texts and not in the other. */
const INVISIBLE = /[\s\p{C}]/u;

export class Alignment {
  /** For each UTF-16 unit of the kept text that shows something, the same unit of the original. */
  readonly #positions: Int32Array;

  /** @throws Failure if the visible characters of the two are not the same. */
  constructor(kept: string, original: string) {
    this.#positions = new Int32Array(kept.length).fill(-1);
    let position = 0;
    for (let index = 0; index < kept.length; index++) {
      const unit = kept[index]!;
      if (isInvisible(unit)) continue;
      while (position < original.length && !isSame(unit, original[position]!)) {
        if (!isInvisible(original[position]!)) break;
        position++;
      }
      if (position === original.length || !isSame(unit, original[position]!)) {
        const place = JSON.stringify(kept.slice(index, index + 20));
        throw new Failure(`the library's text departs from the dataset's at ${place}; take markup out of the dataset`);
      }
      this.#positions[index] = position++;
    }
  }

  /** The range in the original, from the first visible character to the last; `undefined` if there is none. */
  toOriginal({ start, end }: Range): Range | undefined {
    while (start < end && this.#positions[start] === -1) start++;
    while (start < end && this.#positions[end - 1] === -1) end--;
    return start < end ? { start: this.#positions[start]!, end: this.#positions[end - 1]! + 1 } : undefined;
  }
}

/** Half of a pair by itself is taken for visible: it is compared unit by unit, and so are whole pairs. */
function isInvisible(unit: string): boolean {
  return INVISIBLE.test(unit) && !isSurrogate(unit);
}

/** The library keeps U+FFFD in the place of half a pair. */
function isSame(kept: string, original: string): boolean {
  return kept === original || (kept === "\ufffd" && isSurrogate(original));
}

function isSurrogate(unit: string): boolean {
  return unit >= "\ud800" && unit <= "\udfff";
}
