/**
 * Documents as they come: PDF, Word, EPUB, HTML, Markdown, tables, archives and folders of these, to what `add` takes. `add`
 * itself uses this for a `blob`; by itself it tells which of many files cannot be read, and goes on with the others.
 */

export { chosenFiles, droppedFiles } from "./drop.js";
export { readDocument, readDocuments } from "./read.js";
export type { DocumentFile, ReadFailure, Reading, ReadOptions } from "./types.js";
export type { FileLimits } from "../limits.js";
export * from "../tables/index.js";
