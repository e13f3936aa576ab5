/** The signs of the element, as paths in a square of 24. */

import { svg } from "./dom.js";

const PATHS = {
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13Zm4.8-1.7L20 20",
  close: "M6.5 6.5l11 11m0-11l-11 11",
  document: "M7 3.5h7l4 4v13H7zM14 3.5v4h4M10 12h5m-5 4h5",
  section: "M9.5 4.5l-2 15m9-15l-2 15M5 9.5h14.5M4.5 14.5H19",
  summary: "M12 20v-6m0 0c0-4 3-5.5 6.5-5.5C18.5 12.5 16 14 12 14Zm0-2c0-4-2.5-6-6.5-6 0 4.5 2.5 6 6.5 6Z",
  enter: "M19 6v5.5a2 2 0 0 1-2 2H6m3.5-4L5.5 13.5l4 4",
  filter: "M4 7h16M7 12h10m-7 5h4",
  warning: "M12 4.5L21 19.5H3zM12 10.5v4m0 2.200v.3",
} as const;

export type IconName = keyof typeof PATHS;

/** A sign that says nothing to a screen reader: what it means stands beside it. */
export function icon(name: IconName): SVGSVGElement {
  const path = svg("path", { d: PATHS[name] });
  return svg("svg", { viewBox: "0 0 24 24", class: `icon icon-${name}`, "aria-hidden": "true" }, path);
}
