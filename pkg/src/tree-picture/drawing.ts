/** Draws cells as an SVG tree that assistive technology reads as one. */

import { svg } from "../element/dom.js";
import type { Words } from "../element/strings.js";
import { WHOLE, type Cell, type Place } from "./layout.js";
import type { TreeStrings } from "./strings.js";

/** Colors of branches; as many classes stand in the style sheet. */
const HUES = 8;
/** Between a cell's border and its text, and between cells, in pixels. */
const PADDING = 8;
const GAP = 1;
/** From so high on, a cell has room for its name, and for the number of its passages below. */
const NAME_HEIGHT = 14;
const COUNT_HEIGHT = 40;
/** A strip is too narrow for either. */
const NARROWEST = 40;
const NAME_SIZE = 12.5;
const COUNT_SIZE = 11;

/** Cells as they are drawn. */
export interface Drawing {
  /** By the id of its node, the item that stands for a cell. */
  items: Map<number, SVGGElement>;
  /** Their texts, cut to the room that there is; for the eye alone, since the items are named in full. */
  labels: SVGGElement[];
}

/**
 * @param family - Fonts of the texts, as CSS lists them.
 * @param asked - Whether there is a question, beside whose answers all else steps back.
 */
export function drawCells(cells: readonly Cell[], words: Words<TreeStrings>, family: string, asked: boolean): Drawing {
  const look = (cell: Cell) => `${lookOf(cell, asked)} depth-${Math.min(cell.place.depth, 3)}`;
  return {
    items: new Map(cells.map((cell) => [cell.place.data.id, item(cell, words, look(cell))])),
    labels: cells.map((cell) =>
      svg("g", { class: `label ${look(cell)}`, "aria-hidden": "true" }, ...texts(cell, words, family)),
    ),
  };
}

function lookOf({ place, lit, leadsToLit }: Cell, asked: boolean): string {
  const state = lit ? "lit" : leadsToLit ? "leads" : asked ? "aside" : "plain";
  return `${state} ${place.data.id === WHOLE ? "whole" : `hue-${place.data.branch % HUES}`}`;
}

function item({ place, x, y, width, height, lit }: Cell, words: Words<TreeStrings>, look: string): SVGGElement {
  const siblings = place.parent?.children ?? [place];
  const cut = Math.min(GAP, height / 4);
  const rectangle = svg("rect", {
    x: x + GAP,
    y: y + cut,
    width: Math.max(0, width - 2 * GAP),
    height: Math.max(1, height - 2 * cut),
    rx: Math.min(5, height / 4),
  });
  return svg(
    "g",
    {
      role: "treeitem",
      class: `cell ${look}`,
      tabindex: -1,
      "aria-level": place.depth + 1,
      "aria-posinset": siblings.indexOf(place) + 1,
      "aria-setsize": siblings.length,
      "aria-label": describe(place, lit, words),
      "aria-describedby": "detail",
      "data-id": place.data.id,
    },
    rectangle,
  );
}

function texts({ place, x, y, width, height }: Cell, words: Words<TreeStrings>, family: string): SVGTextElement[] {
  if (height < NAME_HEIGHT || width < NARROWEST) return [];
  const at = words.direction === "rtl" ? x + width - PADDING : x + PADDING;
  const room = width - 2 * PADDING;
  const withCount = height >= COUNT_HEIGHT && place.children !== undefined;
  const middle = y + height / 2;
  const line = (text: string, className: string, size: number, weight: number, center: number) =>
    svg(
      "text",
      { x: at, y: center + size * 0.35, class: className, direction: words.direction },
      fit(text, room, `${weight} ${size}px ${family}`),
    );
  const [className, weight] = place.children ? ["name topic", 600] : ["name", 500];
  const name = line(place.data.name, className, NAME_SIZE, weight, withCount ? middle - 9 : middle);
  if (!withCount) return [name];
  return [name, line(words.count(words.strings.passages, leavesOf(place)), "count", COUNT_SIZE, 400, middle + 9)];
}

/** What a cell is called aloud. */
export function describe(place: Place, lit: boolean, words: Words<TreeStrings>): string {
  const { strings } = words;
  const kind = place.data.node?.level === 0 ? strings.passage : words.count(strings.passages, leavesOf(place));
  return [place.data.name, kind, lit && strings.lit].filter(Boolean).join(", ");
}

function leavesOf(place: Place): number {
  return place.leaves().filter(({ data }) => data.node?.level === 0).length;
}

let measure: CanvasRenderingContext2D | null | undefined;

/** The text, cut with an ellipsis to what fits into `room` pixels. */
function fit(text: string, room: number, font: string): string {
  measure ??= document.createElement("canvas").getContext("2d");
  if (!measure) return text;
  measure.font = font;
  if (measure.measureText(text).width <= room) return text;
  const characters = [...text];
  let [fits, tooMany] = [0, characters.length];
  while (tooMany - fits > 1) {
    const half = (fits + tooMany) >> 1;
    if (measure.measureText(`${characters.slice(0, half).join("")}…`).width <= room) fits = half;
    else tooMany = half;
  }
  return fits === 0 ? "" : `${characters.slice(0, fits).join("").trimEnd()}…`;
}
