/** The page's drawings: leaf pieces, the tree they grow into, and the trail they travel along. */

import { svg } from "./dom.ts";

/** A leaf within 20 units, its stalk at the lower left, where the page's rounded boxes have their square corner. */
const WHOLE = "M-10 10V0A10 10 0 0 1 0-10H10V0A10 10 0 0 1 0 10Z";
/** The same with an ant's bite taken from its tip. */
const CUT = "M-10 10V0A10 10 0 0 1 0-10H3.2A5.5 5.5 0 0 0 10-3.2V0A10 10 0 0 1 0 10Z";
const RIBS = "M-8 8 3-3M-4.5 4.5-5-1.5M-4.5 4.5 1.5 5M.5-.5.2-5.5M.5-.5 5.5-.2";
const MIDRIB = "M-8 8 2.5-2.5";

/** Below this size side ribs would only blur. */
const RIBBED = 15;

/** A leaf, `size` units across, its stalk pointing down when `turn` is 0. */
function leaf(x: number, y: number, size: number, turn: number, kind: "cut" | "whole", part = ""): SVGElement {
  return svg(
    "g",
    { class: `piece ${kind} ${part}`, transform: `translate(${x} ${y}) rotate(${turn - 45}) scale(${size / 20})` },
    svg("path", { class: "blade", d: kind === "cut" ? CUT : WHOLE }),
    svg("path", { class: "rib", d: size < RIBBED ? MIDRIB : RIBS }),
  );
}

function icon(...children: SVGElement[]): SVGElement {
  return svg("svg", { viewBox: "0 0 24 24", width: 18, height: 18, class: "icon", "aria-hidden": "true" }, ...children);
}

/** The badge of a leaf (level 0) or of a summary. */
export function levelIcon(level: number): SVGElement {
  return level === 0
    ? icon(leaf(12, 12, 17, 45, "cut"))
    : icon(
        leaf(12, 6.5, 10.5, 0, "whole"),
        leaf(6, 18, 8, 20, "whole", "below"),
        leaf(18, 18, 8, -20, "whole", "below"),
      );
}

/** The other theme's sign. */
export function themeIcon(theme: "light" | "dark"): SVGElement {
  const stroke = { fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round" };
  return theme === "dark"
    ? icon(
        svg("path", { ...stroke, "stroke-linejoin": "round", d: "M20 14.5A8.5 8.5 0 1 1 9.5 4a7 7 0 0 0 10.5 10.5Z" }),
      )
    : icon(
        svg("circle", { ...stroke, cx: 12, cy: 12, r: 4.2 }),
        svg("path", {
          ...stroke,
          d: "M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22M5 5l1.7 1.7M17.3 17.3 19 19M19 5l-1.7 1.7M6.7 17.3 5 19",
        }),
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
    [
      [0, 0],
      [0, 1],
      [0, 2],
      [1, 3],
      [1, 4],
      [1, 5],
      [2, 5],
      [2, 6],
      [2, 7],
      [3, 8],
      [3, 9],
    ],
    [
      [0, 0],
      [0, 1],
      [1, 2],
      [1, 3],
    ],
    [
      [0, 0],
      [0, 1],
    ],
  ];
  // Each stem leaves the child at its tip and meets the parent at its stalk.
  const stems = links.flatMap((pairs, below) =>
    pairs.map(([parent, child]) => {
      const [x0, y0, x1, y1] = [
        levels[below].xs[child],
        levels[below].y,
        levels[below + 1].xs[parent],
        levels[below + 1].y + levels[below + 1].size * 0.7,
      ];
      const middle = (y0 + y1) / 2;
      return svg("path", { class: "stem", d: `M${x0} ${y0}C${x0} ${middle} ${x1} ${middle} ${x1} ${y1}` });
    }),
  );
  const pieces = levels.flatMap(({ y, size, xs }, level) =>
    xs.map((x, index) => {
      const turn = level === 3 ? 0 : ((index * 53 + level * 31) % 50) - 25;
      return leaf(x, y, size, turn, level === 0 ? "cut" : "whole", level === 0 && index === 5 ? "found" : "");
    }),
  );
  return svg("svg", { viewBox: "0 0 404 316", class: "hero-tree" }, ...stems, ...pieces);
}

const TRAIL_PIECES = 28;

/** The trail on which pieces are carried home, and a function that shows `share` (0 to 1) of it as done. */
export function trail(): { element: SVGElement; show(share: number): void } {
  const pieces = Array.from({ length: TRAIL_PIECES }, (_, index) => {
    const x = 14 + index * 26;
    return leaf(x, 22 + 7 * Math.sin(index / 2.4), 16, ((index * 47) % 80) - 40, "cut", "waiting");
  });
  return {
    element: svg("svg", { viewBox: `0 0 ${TRAIL_PIECES * 26} 44`, class: "trail" }, ...pieces),
    show(share) {
      const done = Math.round(share * TRAIL_PIECES);
      pieces.forEach((each, index) => each.classList.toggle("waiting", index >= done));
    },
  };
}
