/** Which files of a folder are documents. */

/** How the text of a document is written. */
export type TextFormat = "text" | "markdown" | "html";

/** The kinds of files that can be read. Those beside the texts are read by `leafcutter/documents`. */
export type FileFormat = TextFormat | "pdf" | "docx" | "epub" | "csv" | "tsv" | "jsonl" | "zip";

/** The kinds of files that can be read, by their extension in lower case, without the dot. */
export const FILE_FORMATS: ReadonlyMap<string, FileFormat> = new Map<string, FileFormat>([
  ["md", "markdown"],
  ["markdown", "markdown"],
  ["html", "html"],
  ["htm", "html"],
  ["xhtml", "html"],
  ["txt", "text"],
  ["text", "text"],
  ["pdf", "pdf"],
  ["docx", "docx"],
  ["epub", "epub"],
  ["csv", "csv"],
  ["tsv", "tsv"],
  ["jsonl", "jsonl"],
  ["ndjson", "jsonl"],
  ["zip", "zip"],
]);

/** The same by media type, for files without an extension that says something. */
const TYPES: ReadonlyMap<string, FileFormat> = new Map<string, FileFormat>([
  ["text/plain", "text"],
  ["text/markdown", "markdown"],
  ["text/x-markdown", "markdown"],
  ["text/html", "html"],
  ["application/xhtml+xml", "html"],
  ["application/pdf", "pdf"],
  ["application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"],
  ["application/epub+zip", "epub"],
  ["text/csv", "csv"],
  ["text/tab-separated-values", "tsv"],
  ["application/jsonl", "jsonl"],
  ["application/x-ndjson", "jsonl"],
  ["application/zip", "zip"],
  ["application/x-zip-compressed", "zip"],
]);

/** The format of a file by the extension of its name or path; `undefined` for one that cannot be read. */
export function formatOfFile(path: string): FileFormat | undefined {
  return FILE_FORMATS.get(/\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? "");
}

/** The format by a media type, its parameters aside. */
export function formatOfType(type: string): FileFormat | undefined {
  return TYPES.get(type.split(";")[0]!.trim().toLowerCase());
}

/** Whether a format is text as it stands, for the core to read. */
export function isText(format: FileFormat): format is TextFormat {
  return format === "text" || format === "markdown" || format === "html";
}

/** Whether a file or folder of this name is a tool's rather than a reader's: hidden, or installed packages. */
export function isPassedOver(name: string): boolean {
  return name.startsWith(".") || name === "node_modules" || name === "__MACOSX";
}
