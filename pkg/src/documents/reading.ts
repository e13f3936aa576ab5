/** From files to sources, each parser loaded when the first file of its kind arrives. */

import { formatOfFile, isPassedOver, isText, FILE_FORMATS, type FileFormat } from "../files.js";
import type { Source } from "../types.js";
import { LeafcutterError, throwIfCancelled } from "./errors.js";
import { check } from "./limits.js";
import { decodeText } from "./text.js";
import type { ParsedFile, ParseOptions, Parsers, Reading } from "./types.js";
import { openZip } from "./unzip.js";

/** Archives in archives are opened down to here. */
const DEEPEST = 2;

/** A file that is read, its format known if it is one that can be. */
export interface ReadFile extends Omit<ParseOptions, "format"> {
  format: FileFormat | undefined;
  parsers: Parsers;
}

/** Reads a file into a document or, of an archive, one for each file in it; what cannot be read is noted. */
export async function readFile(blob: Blob, file: ReadFile): Promise<Reading> {
  const reading: Reading = { documents: [], failures: [] };
  const load = async () => {
    check(file.path, file.limits, "fileBytes", blob.size);
    return new Uint8Array(await blob.arrayBuffer());
  };
  await read(load, file, 0, reading);
  return reading;
}

async function read(load: () => Promise<Uint8Array>, file: ReadFile, depth: number, into: Reading): Promise<void> {
  const { path, format, signal } = file;
  throwIfCancelled(signal);
  file.alive();
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

async function parseFile(bytes: Uint8Array, options: ParseOptions & { parsers: Parsers }): Promise<ParsedFile> {
  const { path, format, signal, parsers } = options;
  if (isText(format)) {
    const text = decodeText(bytes);
    return { content: format === "html" ? { html: text } : format === "markdown" ? { markdown: text } : { text } };
  }
  const load = parsers[format];
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
