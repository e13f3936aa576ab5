/** `leafcutter/element`: defines `<leafcutter-search>`. */

import { define } from "./dom.js";
import { LeafcutterSearch, type ChangeEvent, type SelectEvent } from "./element.js";

export { LeafcutterError, type ErrorCode } from "../errors.js";
export { CollectionSource, type SearchableCollection } from "./collection-source.js";
export { SearchController, type SearchControllerOptions } from "./controller.js";
export { LeafcutterSearch, type ChangeEvent, type SelectEvent };
export type { Selection } from "./results-view.js";
export { SiteSource, type SiteSourceOptions } from "./site-source.js";
export type { Plural, SearchStrings } from "./strings.js";
export type * from "./types.js";

define("leafcutter-search", LeafcutterSearch);

/** The attributes of `<leafcutter-search>`, for the types of frameworks' templates. */
export interface LeafcutterSearchAttributes {
  index?: string;
  "model-url"?: string;
  model?: "on-focus" | "eager" | "never";
  k?: number | string;
  facets?: string;
  display?: "inline" | "dialog";
  placeholder?: string;
  shortcut?: string;
  theme?: "light" | "dark" | "system";
  lang?: string;
}

declare global {
  interface HTMLElementTagNameMap {
    "leafcutter-search": LeafcutterSearch;
  }
  interface HTMLElementEventMap {
    "leafcutter-select": SelectEvent;
    "leafcutter-change": ChangeEvent;
  }
}
