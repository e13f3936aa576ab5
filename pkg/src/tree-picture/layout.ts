/** Where each node of the tree stands in the picture: an icicle, whose columns are levels and whose heights are tokens. */

import { hierarchy, partition, type HierarchyRectangularNode } from "d3-hierarchy";

import type { Tree, TreeNode } from "../results.js";
import { nameNodes } from "./names.js";

/** What stands above the topmost summaries: the collection as a whole, which is no node. */
export const WHOLE = -1;

/** A node in its place, or the whole collection. */
export interface Topic {
  id: number;
  /** Of the whole, `undefined`. */
  node: TreeNode | undefined;
  name: string;
  /** Number of the topmost topic that it belongs to, which has a color of its own. */
  branch: number;
}

/** A topic with its extent: `x` from 0 to 1 over the tokens of all passages, `depth` 0 for the whole. */
export type Place = HierarchyRectangularNode<Topic>;

/** The tree, laid out once; a picture shows a part of it. */
export class TreeLayout {
  readonly whole: Place;
  readonly #places: Map<number, Place>;

  /**
   * A node with several parents is shown under its first, and its tokens count there alone.
   *
   * @param name - Of the whole.
   */
  constructor(tree: Tree, name: string) {
    const nodes = new Map(tree.nodes.map((node) => [node.id, node]));
    const parentOf = new Map(
      tree.nodes.flatMap(({ id, parents }) => (parents[0] === undefined ? [] : [[id, parents[0]] as const])),
    );
    const childrenOf = new Map<number, number[]>();
    for (const { id } of tree.nodes) {
      const parent = parentOf.get(id) ?? WHOLE;
      const children = childrenOf.get(parent);
      if (children) children.push(id);
      else childrenOf.set(parent, [id]);
    }
    const names = nameNodes(tree, parentOf);
    const topic = (id: number, branch: number): Topic => ({
      id,
      node: nodes.get(id),
      name: names.get(id) ?? name,
      branch,
    });
    const root = hierarchy<Topic>(topic(WHOLE, 0), ({ id, branch }) =>
      (childrenOf.get(id) ?? []).map((child, index) => topic(child, id === WHOLE ? index : branch)),
    );
    root.sum(({ node }) => (node?.level === 0 ? Math.max(1, node.tokens) : 0));
    this.whole = partition<Topic>()(root);
    this.#places = new Map(this.whole.descendants().map((place) => [place.data.id, place]));
  }

  /** Where a node stands; the whole for {@link WHOLE} and for nodes that are not there. */
  place(id: number): Place {
    return this.#places.get(id) ?? this.whole;
  }
}

/** A rectangle of the picture, in pixels. */
export interface Cell {
  place: Place;
  x: number;
  y: number;
  width: number;
  height: number;
  lit: boolean;
  /** Whether a node below it is lit. */
  leadsToLit: boolean;
}

/** What of a layout is shown, and how large. */
export interface Viewport {
  /** The topic that fills the height. */
  focus: Place;
  /** In pixels. */
  width: number;
  height: number;
  /** The most levels below the focus beside each other; fewer are shown where the last would be all but empty. */
  columns: number;
  rightToLeft: boolean;
  /** Ids of the nodes that answer. */
  lit: ReadonlySet<number>;
}

/** Lower ones are not drawn, unless they are lit: one must go nearer to see them. */
const LOWEST = 5;
/** How high a lit one is at the least. */
const LOWEST_LIT = 3;

/** How wide the focus is, which is named above the picture: a strip to go back by. */
const STRIP = 26;
/** A column that fills less of its height than this share says too little for the room that it takes. */
const EMPTY = 0.3;

/** The rectangles to draw, each before those below it, and these from the top down. */
export function cellsOf(viewport: Viewport): Cell[] {
  const { focus, height, columns } = viewport;
  const cells = cellsIn(viewport);
  const last = cells.filter(({ place, lit }) => place.depth === focus.depth + columns && !lit);
  const filled = last.reduce((sum, cell) => sum + cell.height, 0);
  return columns > 1 && filled < EMPTY * height ? cellsOf({ ...viewport, columns: columns - 1 }) : cells;
}

function cellsIn({ focus, width, height, columns, rightToLeft, lit }: Viewport): Cell[] {
  const scale = height / (focus.x1 - focus.x0);
  const column = (width - STRIP) / columns;
  const cells: Cell[] = [];
  const visit = (place: Place): boolean => {
    const below = place.depth - focus.depth;
    const isLit = lit.has(place.data.id);
    const full = (place.x1 - place.x0) * scale;
    const left = below === 0 ? 0 : STRIP + (below - 1) * column;
    const across = below === 0 ? STRIP : column;
    const cell: Cell = {
      place,
      x: rightToLeft ? width - left - across : left,
      y: (place.x0 - focus.x0) * scale,
      width: across,
      height: Math.max(full, LOWEST_LIT),
      lit: isLit,
      leadsToLit: false,
    };
    if (below <= columns && (full >= LOWEST || isLit)) cells.push(cell);
    cell.leadsToLit = (place.children ?? []).map(visit).includes(true);
    return isLit || cell.leadsToLit;
  };
  visit(focus);
  return cells;
}
