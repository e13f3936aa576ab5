/** From files that a reader chose or dropped to documents as Leafcutter takes them. */

import { type FileFormat, formatOfFile, type Source } from "leafcutter";
import { type DocumentFile, readDocuments, type ReadFailure } from "leafcutter/documents";

/** What was read, and what could not be. */
export interface Reading {
  documents: Source[];
  failures: ReadFailure[];
}

/** What a reader narrows down by. */
const KINDS: Record<FileFormat, string> = {
  markdown: "Markdown",
  html: "HTML",
  text: "Text",
  pdf: "PDF",
  docx: "Word",
  epub: "EPUB",
  csv: "Table",
  tsv: "Table",
  jsonl: "Table",
  zip: "Archive",
};

/** Reads files; those that cannot be read are told of, and the others go on. */
export async function readFiles(files: readonly DocumentFile[], signal: AbortSignal | undefined): Promise<Reading> {
  const reading: Reading = { documents: [], failures: [] };
  for (const file of files) {
    const { documents, failures } = await readDocuments([file], signal ? { signal } : {});
    const changed = file.blob instanceof File ? { changed: new Date(file.blob.lastModified).getFullYear() } : {};
    for (const document of documents) {
      const path = document.id ?? file.path;
      const folder = path.split("/").slice(0, -1).join("/");
      const kind = KINDS[formatOfFile(path) ?? "text"];
      reading.documents.push({ ...document, metadata: { kind, ...changed, ...(folder === "" ? {} : { folder }) } });
    }
    reading.failures.push(...failures);
  }
  return reading;
}
