/** Files to sources: by a worker where there is one to be had. */

import { formatOfFile, formatOfType, isText } from "../files.js";
import type { Source } from "../types.js";
import { readApart } from "./apart.js";
import { throwIfCancelled } from "./errors.js";
import { FILE_LIMITS } from "./limits.js";
import { PARSERS } from "./parsers.js";
import { readFile } from "./reading.js";
import type { DocumentFile, Reading, ReadOptions } from "./types.js";
import { Budget } from "./unzip.js";

// Written out one by one, so that bundlers see them.
const ASSETS = {
  worker: new URL("./pdf.worker.js", import.meta.url).href,
  /** What the codes of fonts in East Asian languages mean that say no more than its name. */
  cmaps: new URL("./cmaps.zip", import.meta.url).href,
};

/**
 * Reads a file into documents: one, or of an archive one for each file in it, whose ids begin with the archive's path. All are
 * read or none.
 *
 * @throws LeafcutterError `unsupported-format`, `file-damaged`, `file-password`, `file-without-text`, `file-too-large`,
 * `parser-fetch`, `cancelled`.
 */
export async function readDocument(file: Blob | DocumentFile, options: ReadOptions = {}): Promise<Source[]> {
  const { documents, failures } = await readDocuments([file], options);
  if (failures[0]) throw failures[0].error;
  return documents;
}

/**
 * Reads files into documents. Those that cannot be read are in `failures`, the others go on; of an archive, that holds for
 * each file in it. Files in an archive that are of no known kind are passed over.
 *
 * @throws LeafcutterError `cancelled`.
 */
export async function readDocuments(files: Iterable<Blob | DocumentFile>, options: ReadOptions = {}): Promise<Reading> {
  const { signal, password } = options;
  const limits = { ...FILE_LIMITS, ...options.limits };
  const reading: Reading = { documents: [], failures: [] };
  for (const file of files) {
    throwIfCancelled(signal);
    const named: DocumentFile = file instanceof Blob ? { path: pathOf(file), blob: file } : file;
    const { path, blob, format = formatOfFile(path) ?? formatOfType(blob.type) } = named;
    // What is text already, or is refused, takes no time.
    const little = format === undefined || isText(format) || blob.size > limits.fileBytes;
    const request = { blob, path, format, password, limits, assets: ASSETS };
    const { documents, failures } =
      (little ? undefined : await readApart(request, signal)) ??
      (await readFile(blob, { ...request, signal, budget: new Budget(limits), alive: () => {}, parsers: PARSERS }));
    for (const document of documents) reading.documents.push(document);
    reading.failures.push(...failures);
  }
  return reading;
}

/** The path of a file from the folder that was chosen, else its name. */
function pathOf(blob: Blob): string {
  const { webkitRelativePath, name } = blob as Partial<File>;
  return webkitRelativePath || name || "";
}
