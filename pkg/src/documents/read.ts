/** From files to sources, each parser loaded when the first file of its kind arrives. */

import { formatOfFile, formatOfType, isPassedOver, isText, FILE_FORMATS, type FileFormat } from "../files.js";
import type { Source } from "../types.js";
import { LeafcutterError, throwIfCancelled } from "./errors.js";
import { decodeText } from "./text.js";
import type { DocumentFile, Limits, Parse, ParsedFile, ParseOptions, Reading, ReadOptions } from "./types.js";
import { Budget, openZip } from "./unzip.js";

const LIMITS: Limits = { unpackedBytes: 512e6, files: 10_000 };

/** Archives in archives are opened down to here. */
const DEEPEST = 2;

// Written out one by one, so that bundlers see them.
const PARSERS: Readonly<Partial<Record<FileFormat, () => Promise<{ parse: Parse }>>>> = {
  pdf: () => import("./pdf/index.js"),
  docx: () => import("./docx.js"),
  epub: () => import("./epub.js"),
  csv: () => import("./delimited.js"),
  tsv: () => import("./delimited.js"),
  jsonl: () => import("./json-lines.js"),
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
  const reading: Reading = { documents: [], failures: [] };
  for (const file of files) {
    const named: DocumentFile = file instanceof Blob ? { path: pathOf(file), blob: file } : file;
    const { path, blob, format = formatOfFile(path) ?? formatOfType(blob.type) } = named;
    const { signal, password, limits } = options;
    const load = async () => new Uint8Array(await blob.arrayBuffer());
    const budget = new Budget({ ...LIMITS, ...limits });
    await read(load, { path, format, password, signal, budget }, 0, reading);
  }
  return reading;
}

/** The path of a file from the folder that was chosen, else its name. */
function pathOf(blob: Blob): string {
  const { webkitRelativePath, name } = blob as Partial<File>;
  return webkitRelativePath || name || "";
}

interface ReadFile extends Omit<ParseOptions, "format"> {
  format: FileFormat | undefined;
}

async function read(load: () => Promise<Uint8Array>, file: ReadFile, depth: number, into: Reading): Promise<void> {
  const { path, format, signal } = file;
  throwIfCancelled(signal);
  try {
    if (format === undefined) throw unsupported(path);
    if (format === "zip") return await readArchive(await load(), file, depth, into);
    into.documents.push(toSource(path, await parseFile(await load(), { ...file, format })));
  } catch (error) {
    throwIfCancelled(signal);
    into.failures.push({ path, error: error as Error });
  }
}

async function readArchive(bytes: Uint8Array, file: ReadFile, depth: number, into: Reading): Promise<void> {
  const { path, budget } = file;
  if (depth >= DEEPEST) {
    const message = `"${path}" is an archive too deep within others; unpack it and add it by itself`;
    throw new LeafcutterError("file-too-large", message);
  }
  const archive = openZip(bytes, path, budget);
  const known = archive.paths.filter((inner) => formatOfFile(inner) && !inner.split("/").some(isPassedOver));
  if (known.length === 0) throw new LeafcutterError("file-without-text", `"${path}" holds no documents; ${KINDS}`);
  for (const inner of known) {
    const load = async () => {
      const content = archive.read([inner]).get(inner);
      if (content) return content;
      throw new LeafcutterError("file-damaged", `"${inner}" of "${path}" cannot be unpacked; get another copy`);
    };
    await read(load, { ...file, path: `${path}/${inner}`, format: formatOfFile(inner) }, depth + 1, into);
  }
}

const KINDS = `files that can be read end in ${[...FILE_FORMATS.keys()].map((extension) => `.${extension}`).join(", ")}`;

function unsupported(path: string): LeafcutterError {
  return new LeafcutterError("unsupported-format", `"${path}" is of no kind that can be read; ${KINDS}`);
}

async function parseFile(bytes: Uint8Array, options: ParseOptions): Promise<ParsedFile> {
  const { path, format, signal } = options;
  if (isText(format)) {
    const text = decodeText(bytes);
    return { content: format === "html" ? { html: text } : format === "markdown" ? { markdown: text } : { text } };
  }
  const load = PARSERS[format];
  if (!load) throw unsupported(path);
  const { parse } = await load().catch((error: unknown) => {
    const message = `the parser of "${path}" could not be loaded (${(error as Error)?.message}); check the connection and try again`;
    throw new LeafcutterError("parser-fetch", message, { cause: error });
  });
  throwIfCancelled(signal);
  return parse(bytes, options);
}

function toSource(path: string, { content, title, metadata }: ParsedFile): Source {
  return { ...(path && { id: path }), ...(title && { title }), ...(metadata && { metadata }), ...content };
}
