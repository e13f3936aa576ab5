/** The public entry of the package: all that the commands know of it. The only importer, so that it can stay a file of its own. */

export { convertModel, FILE_FORMATS, formatOfFile, isPassedOver, Leafcutter, LeafcutterError } from "../index.js";
export type * from "../types.js";
