/** The page's drawings: leaf pieces, the tree they grow into, and the trail they travel along. */

import { svg } from "./dom.ts";

/** A piece of leaf, 20 units across: the leaf's margin on the right, the ant's round cut on the left, a rib between. */
function piece(x: number, y: number, size: number, turn: number, part: string): SVGElement {
  const scale = size / 20;
  return svg(
    "g",
    { class: `piece ${part}`, transform: `translate(${x} ${y}) rotate(${turn}) scale(${scale})` },
    svg("path", { class: "blade", d: "M-1 -10A10.5 10.5 0 1 0 -1 10.500C6 9 9.5 5 9 0 9.5 -5 6 -9 -1 -10Z" }),
    svg("path", { class: "rib", d: "M-7 1.500C-2 .5 3 0 9 0M-2 .7 2 -5M0 .5 4 5" }),
  );
}

function icon(...children: SVGElement[]): SVGElement {
  return svg("svg", { viewBox: "0 0 24 24", width: 18, height: 18, class: "icon", "aria-hidden": "true" }, ...children);
}

/** The badge of a leaf (level 0) or of a summary. */
export function levelIcon(level: number): SVGElement {
  return level === 0
    ? icon(piece(12, 12, 19, -35, "whole"))
    : icon(piece(12, 7, 11, -90, "whole"), piece(6.5, 17.5, 9, -35, "part"), piece(17.5, 17.5, 9, -20, "part"));
}

/** The other theme's sign. */
export function themeIcon(theme: "light" | "dark"): SVGElement {
  const stroke = { fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round" };
  return theme === "dark"
    ? icon(svg("path", { ...stroke, "stroke-linejoin": "round", d: "M20 14.500A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.500Z" }))
    : icon(
        svg("circle", { ...stroke, cx: 12, cy: 12, r: 4.2 }),
        svg("path", { ...stroke, d: "M12 2v2.500M12 19.500V22M2 12h2.500M19.5 12H22M5 5l1.7 1.700M17.3 17.3 19 19M19 5l-1.7 1.700M6.7 17.3 5 19" }),
      );
}

/** A tree of summaries as leaf pieces: many below, fewer above, each joined to the ones that it was made of. */
export function heroTree(): SVGElement {
  const levels = [
    { y: 292, size: 27, xs: [22, 62, 102, 142, 182, 222, 262, 302, 342, 382] },
    { y: 196, size: 37, xs: [62, 162, 262, 352] },
    { y: 106, size: 48, xs: [112, 302] },
    { y: 34, size: 62, xs: [207] },
  ];
  // By index of parent and child; one piece has two parents, as a passage may.
  const links = [
    [[0, 0], [0, 1], [0, 2], [1, 3], [1, 4], [1, 5], [2, 5], [2, 6], [2, 7], [3, 8], [3, 9]],
    [[0, 0], [0, 1], [1, 2], [1, 3]],
    [[0, 0], [0, 1]],
  ];
  const stems = links.flatMap((pairs, below) =>
    pairs.map(([parent, child]) => {
      const [x0, y0, x1, y1] = [levels[below].xs[child], levels[below].y, levels[below + 1].xs[parent], levels[below + 1].y];
      const middle = (y0 + y1) / 2;
      return svg("path", { class: "stem", d: `M${x0} ${y0}C${x0} ${middle} ${x1} ${middle} ${x1} ${y1}` });
    }),
  );
  const pieces = levels.flatMap(({ y, size, xs }, level) =>
    xs.map((x, index) => {
      const turn = level === 3 ? -90 : -70 + ((index * 53 + level * 31) % 90);
      return piece(x, y, size, turn, `level-${level}${level === 0 && index === 5 ? " found" : ""}`);
    }),
  );
  return svg("svg", { viewBox: "0 0 404 316", class: "hero-tree" }, ...stems, ...pieces);
}

const TRAIL_PIECES = 28;

/** The trail on which pieces are carried home, and a function that shows `share` (0 to 1) of it as done. */
export function trail(): { element: SVGElement; show(share: number): void } {
  const pieces = Array.from({ length: TRAIL_PIECES }, (_, index) => {
    const x = 14 + index * 26;
    return piece(x, 22 + 7 * Math.sin(index / 2.4), 17, -60 + ((index * 47) % 80), "waiting");
  });
  return {
    element: svg("svg", { viewBox: `0 0 ${TRAIL_PIECES * 26} 44`, class: "trail" }, ...pieces),
    show(share) {
      const done = Math.round(share * TRAIL_PIECES);
      pieces.forEach((each, index) => each.classList.toggle("waiting", index >= done));
    },
  };
}
