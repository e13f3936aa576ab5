import { LeafcutterError, throwIfCancelled } from "./errors.js";
import { FILE_FORMATS, formatOfFile, formatOfType, isText, type FileFormat, type TextFormat } from "./files.js";
import type { ParsedSource } from "./protocol.js";
import type { Limits, Source } from "./types.js";
import { aString, checkRecord, invalid, isRecord, milliseconds } from "./checks.js";
import { checkMetadata } from "./validate.js";

/** Of `documentBytes`. */
const DOCUMENT_BYTES = 2 ** 26;

const FORMATS: TextFormat[] = ["text", "markdown", "html"];

/**
 * Checks documents before the first file is read.
 *
 * @throws LeafcutterError `invalid-option`, or `unsupported-format` for a file of another kind.
 */
export function checkSources(documents: unknown): asserts documents is Source[] {
  if (!Array.isArray(documents)) throw invalid("documents", "an array", documents);
  documents.forEach((document, index) => checkSource(`documents[${index}]`, document));
}

/**
 * Checked documents as the core takes them: files read, ids given.
 *
 * @param hidden - Whether nothing of what is masked may be told by an id, as a hash of the content would.
 * @throws LeafcutterError `invalid-option` for a document that is then without an id.
 */
export async function readSources(
  documents: Source[],
  limits: Partial<Limits>,
  signal: AbortSignal | undefined,
  hidden: boolean,
): Promise<ParsedSource[]> {
  const sources: ParsedSource[] = [];
  for (const document of documents) {
    throwIfCancelled(signal);
    for (const source of await unpack(document, limits, signal)) sources.push(await readSource(source, limits, hidden));
  }
  return sources;
}

function checkSource(name: string, document: unknown): void {
  if (!isRecord(document)) throw invalid(name, "an object", document);
  checkRecord(name, document, {
    id: (name, id) => {
      if (typeof id !== "string" || id === "") throw invalid(name, "a string that is not empty", id);
    },
    title: aString,
    url: aString,
    metadata: checkMetadata,
    updatedAt: milliseconds,
    expiresAt: milliseconds,
    page: (name, page) => {
      if (!isRecord(page)) throw invalid(name, "an object", page);
      checkRecord(name, page, { main: aString });
    },
    text: aString,
    markdown: aString,
    html: aString,
    blob: (name, blob) => {
      if (!(blob instanceof Blob)) throw invalid(name, "a Blob or File", blob);
      fileFormat(blob);
    },
    password: aString,
  });
  const given = [...FORMATS, "blob"].filter((form) => document[form] !== undefined);
  if (given.length !== 1) {
    const got = given.length === 0 ? "none" : given.join(" and ");
    throw new LeafcutterError("invalid-option", `${name}: give one of text, markdown, html and blob, got ${got}`);
  }
}

/** A file that is no text as one that is; of an archive, all that is in it. */
async function unpack(source: Source, limits: Partial<Limits>, signal: AbortSignal | undefined): Promise<Source[]> {
  const { blob, password, id, url, title, updatedAt, expiresAt } = source;
  if (!blob || isText(fileFormat(blob))) return [source];
  const format = fileFormat(blob);
  const name = id ?? url ?? filePath(blob);
  const { readDocument } = await import("./documents/index.js").catch((error: unknown) => {
    const message = `what reads a ${format} file could not be loaded (${(error as Error)?.message}); check the connection and try again`;
    throw new LeafcutterError("parser-fetch", message, { cause: error });
  });
  const options = { limits, ...(password !== undefined && { password }), ...(signal && { signal }) };
  const documents = await readDocument({ path: name ?? format, blob, format }, options);
  return documents.map((document): Source => {
    const given = {
      ...(url !== undefined && { url }),
      ...(updatedAt !== undefined && { updatedAt }),
      ...(expiresAt !== undefined && { expiresAt }),
      metadata: { ...document.metadata, ...source.metadata },
    };
    // Each file of an archive is named by its path in it, and by its own title.
    if (format === "zip") return { ...document, ...given };
    const { id: _, ...unnamed } = document;
    return { ...unnamed, ...(name !== undefined && { id: name }), ...(title !== undefined && { title }), ...given };
  });
}

async function readSource(
  source: Source,
  { documentBytes = DOCUMENT_BYTES }: Partial<Limits>,
  hidden: boolean,
): Promise<ParsedSource> {
  const { id, title, url, metadata, updatedAt, expiresAt, blob, page } = source;
  let format: TextFormat;
  let content: string;
  // Before it is copied anywhere; the core counts exactly. A character takes a byte at least.
  const least = blob?.size ?? (source.text ?? source.markdown ?? source.html)!.length;
  if (least > documentBytes) {
    const name = id ?? url ?? filePath(blob) ?? "";
    const message = `document "${name}" has ${least} bytes, the limit is ${documentBytes}; split it or raise the limit`;
    throw new LeafcutterError("document-too-large", message);
  }
  if (blob) {
    format = fileFormat(blob) as TextFormat;
    content = decode(await blob.arrayBuffer());
  } else {
    format = FORMATS.find((form) => source[form] !== undefined)!;
    content = source[format]!;
  }
  const parsed: ParsedSource = {
    id: id ?? url ?? filePath(blob) ?? contentId(content, hidden),
    format,
    content,
    metadata: { ...metadata },
  };
  if (title !== undefined) parsed.title = title;
  if (url !== undefined) parsed.url = url;
  if (updatedAt !== undefined) parsed.updatedAt = milliseconds("updatedAt", updatedAt);
  if (expiresAt !== undefined) parsed.expiresAt = milliseconds("expiresAt", expiresAt);
  if (page !== undefined) parsed.page = page;
  return parsed;
}

function filePath(blob: Blob | undefined): string | undefined {
  const { webkitRelativePath, name } = (blob ?? {}) as Partial<File>;
  return webkitRelativePath || name || undefined;
}

/** By extension if there is one that says something: types of Markdown files differ from system to system. */
function fileFormat(blob: Blob): FileFormat {
  const path = filePath(blob);
  const format = formatOfFile(path ?? "") ?? formatOfType(blob.type);
  if (format) return format;
  const what = path === undefined ? `a blob of type "${blob.type}"` : `"${path}"`;
  throw new LeafcutterError(
    "unsupported-format",
    `${what} is of no kind that can be read: ${[...FILE_FORMATS.keys()].map((extension) => `.${extension}`).join(", ")}`,
  );
}

/** UTF-8, unless a byte order mark says otherwise. */
function decode(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  return new TextDecoder().decode(bytes);
}

/** The same for the same content. FNV-1a over UTF-16 units, twice with different bases: 64 bits. */
function contentId(content: string, hidden: boolean): string {
  if (hidden) {
    const advice = "give each document an id: one made from its content would tell about what is masked";
    throw new LeafcutterError("invalid-option", `id: ${advice}`);
  }
  let low = 0x811c9dc5;
  let high = 0x01234567;
  for (let index = 0; index < content.length; index++) {
    const unit = content.charCodeAt(index);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit, 0x01000193);
  }
  const hex = (word: number) => (word >>> 0).toString(16).padStart(8, "0");
  return `text-${hex(high)}${hex(low)}`;
}
