/** Which files of a folder are documents. */

/** How a document is written. */
export type FileFormat = "text" | "markdown" | "html";

/** The kinds of files that can be read, by their extension in lower case, without the dot. */
export const FILE_FORMATS: ReadonlyMap<string, FileFormat> = new Map<string, FileFormat>([
  ["md", "markdown"],
  ["markdown", "markdown"],
  ["html", "html"],
  ["htm", "html"],
  ["xhtml", "html"],
  ["txt", "text"],
  ["text", "text"],
]);

/** The format of a file by the extension of its name or path; `undefined` for one that cannot be read. */
export function formatOfFile(path: string): FileFormat | undefined {
  return FILE_FORMATS.get(/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "");
}

/** Whether a file or folder of this name is a tool's rather than a reader's: hidden, or installed packages. */
export function isPassedOver(name: string): boolean {
  return name.startsWith(".") || name === "node_modules";
}
