/** The public entries of the package: all that the commands know of it. The only importer, so that they can stay files of their own. */

export { convertModel, FILE_FORMATS, formatOfFile, isPassedOver, Leafcutter, LeafcutterError } from "../index.js";
export { exportNodes } from "../vector-source/index.js";
export type * from "../types.js";
export type * from "../vector-source/types.js";
