/** UTF-16 offsets, which JavaScript counts in, to Unicode code points, which the datasets count in. The only place that converts. */

export interface Range {
  start: number;
  end: number;
}

/** Converts offsets of one text. */
export class CodePoints {
  /** Where the second halves of surrogate pairs stand, in order. */
  readonly #seconds: number[] = [];

  constructor(text: string) {
    for (let index = 1; index < text.length; index++) {
      if (isHigh(text.charCodeAt(index - 1)) && isLow(text.charCodeAt(index))) this.#seconds.push(index);
    }
  }

  /** @throws RangeError for an offset in the middle of a character. */
  fromUtf16(offset: number): number {
    const before = this.#countBelow(offset);
    if (this.#seconds[before] === offset) throw new RangeError(`offset ${offset} is in the middle of a character`);
    return offset - before;
  }

  range({ start, end }: Range): Range {
    return { start: this.fromUtf16(start), end: this.fromUtf16(end) };
  }

  /** How many second halves stand before an offset: binary search. */
  #countBelow(offset: number): number {
    let low = 0;
    let high = this.#seconds.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#seconds[middle]! < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** How many code points a text has; half a surrogate pair by itself counts as one, as in Python. */
export function countCodePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

const isHigh = (unit: number) => unit >= 0xd800 && unit < 0xdc00;
const isLow = (unit: number) => unit >= 0xdc00 && unit < 0xe000;
