import type { FileFormat } from "../files.js";
import type { FileLimits } from "../limits.js";
import type { Metadata, Source } from "../types.js";
import type { Budget } from "./unzip.js";

/** A file with its path, by which its format is told: from the folder that was chosen, or in its archive. */
export interface DocumentFile {
  path: string;
  blob: Blob;
  /** Where neither the path nor the blob's type says it. */
  format?: FileFormat;
}

/** How files are read. */
export interface ReadOptions {
  /** Opens encrypted PDFs. */
  password?: string;
  /** Aborting it rejects the call with an `AbortError`. */
  signal?: AbortSignal;
  limits?: Partial<FileLimits>;
}

/** A file that could not be read, and why. */
export interface ReadFailure {
  path: string;
  /** Its `code` is one of `unsupported-format`, `file-damaged`, `file-password`, `file-without-text`, `file-too-large`, `parser-fetch`. */
  error: Error;
}

/** What became of a number of files. */
export interface Reading {
  documents: Source[];
  failures: ReadFailure[];
}

/** What a parser makes of a file: its content as the core reads it. */
export interface ParsedFile {
  content: { html: string } | { markdown: string } | { text: string };
  title?: string | undefined;
  metadata?: Metadata;
}

/** What a parser is handed beside the bytes. */
export interface ParseOptions {
  path: string;
  format: FileFormat;
  password: string | undefined;
  signal: AbortSignal | undefined;
  budget: Budget;
  limits: FileLimits;
  assets: PdfAssets;
  /** To be called whenever a part is done. */
  alive(): void;
}

/** Addresses of what pdf.js loads. */
export interface PdfAssets {
  worker: string;
  cmaps: string;
}

/** The function that each parser's module exports. */
export type Parse = (bytes: Uint8Array, options: ParseOptions) => Promise<ParsedFile>;

/** The parser of each kind of files, loaded when it is called. */
export type Parsers = Readonly<Partial<Record<FileFormat, () => Promise<{ parse: Parse }>>>>;
