/** `leafcutter/search-controller`: what `<leafcutter-search>` does, for those who draw their own. It needs no page. */

export { LeafcutterError, type ErrorCode } from "../errors.js";
export { CollectionSource, type SearchableCollection } from "./collection-source.js";
export { SearchController, type SearchControllerOptions } from "./controller.js";
export { stretches, type Stretch } from "./marks.js";
export { SiteSource, type SiteSourceOptions } from "./site-source.js";
export type * from "./types.js";
