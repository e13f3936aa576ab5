/** The public entries of the package: all that the commands know of it. The only importer, so that they can stay files of their own. */

export {
  convertModel,
  FILE_FORMATS,
  formatOfFile,
  isPassedOver,
  isText,
  Leafcutter,
  LeafcutterError,
} from "../index.js";
/** Loaded when there is a file to read that is no text. */
export const loadDocuments = () => import("../documents/index.js");
export { exportNodes } from "../vector-source/index.js";
export type * from "../types.js";
export type * from "../vector-source/types.js";
