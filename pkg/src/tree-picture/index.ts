/** `leafcutter/tree-picture`: defines `<leafcutter-tree>`. */

import { define } from "../element/dom.js";
import { LeafcutterTree, type NodeEvent } from "./element.js";

export { LeafcutterError, type ErrorCode } from "../errors.js";
export { LeafcutterTree, type CollectionWithTree, type NodeEvent } from "./element.js";
export { nameNodes } from "./names.js";
export type { TreeStrings } from "./strings.js";

define("leafcutter-tree", LeafcutterTree);

/** The attributes of `<leafcutter-tree>`, for the types of frameworks' templates. */
export interface LeafcutterTreeAttributes {
  for?: string;
  theme?: "light" | "dark" | "system";
  lang?: string;
}

declare global {
  interface HTMLElementTagNameMap {
    "leafcutter-tree": LeafcutterTree;
  }
  interface HTMLElementEventMap {
    "leafcutter-node": NodeEvent;
  }
}
