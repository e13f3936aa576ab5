/** Which topic a key leads to, of those that are drawn. */

import type { Place } from "./layout.js";

/** Where the arrow keys lead: `in` is to the first topic below, `out` to the one above, the others along a level. */
export type Direction = "in" | "out" | "next" | "previous" | "first" | "last";

const KEYS: Record<string, Direction> = {
  ArrowDown: "next",
  ArrowUp: "previous",
  ArrowRight: "in",
  ArrowLeft: "out",
  Home: "first",
  End: "last",
};
const MIRRORED: Record<string, Direction> = { ...KEYS, ArrowRight: "out", ArrowLeft: "in" };

/** The direction of a key; in a picture that reads from right to left the two sideways are the other way round. */
export function directionOf(key: string, rightToLeft: boolean): Direction | undefined {
  return (rightToLeft ? MIRRORED : KEYS)[key];
}

/** The topic in that direction; `undefined` where there is none among `drawn`, which are from the top down. */
export function neighbor(from: Place, direction: Direction, drawn: readonly Place[]): Place | undefined {
  const level = drawn.filter(({ depth }) => depth === from.depth);
  switch (direction) {
    case "in":
      return drawn.find(({ parent }) => parent === from);
    case "out":
      return drawn.find((place) => place === from.parent);
    case "first":
      return level[0];
    case "last":
      return level.at(-1);
    default:
      return level[level.indexOf(from) + (direction === "next" ? 1 : -1)];
  }
}

/** The next topic, after `from` and then from the start, whose name begins with a letter. */
export function startingWith(letter: string, from: Place, drawn: readonly Place[]): Place | undefined {
  const at = drawn.indexOf(from) + 1;
  const begins = ({ data }: Place) => data.name.toLocaleLowerCase().startsWith(letter.toLocaleLowerCase());
  return [...drawn.slice(at), ...drawn.slice(0, at)].find(begins);
}
