/**
 * How much is taken in. Each has a default that no ordinary document or collection comes near; what is over one is refused with a
 * typed error, and nothing is changed. An index that was built under other limits is opened as it is.
 */
export interface Limits extends FileLimits {
  /**
   * Bytes of a document's text, Markdown or HTML in UTF-8, that of a file that was read into one too: `document-too-large`. Default
   * 67,108,864 (64 MiB).
   */
  documentBytes: number;
  /** Elements of HTML, or quotes and lists of Markdown, that stand in each other: `document-too-large`. Default 1024. */
  nesting: number;
  /** Chunks that one document is cut into: `document-too-large`. Default 100,000. */
  documentChunks: number;
  /** Chunks of all documents: `collection-too-large`. Default 1,000,000. */
  chunks: number;
  /** Bytes of memory in use while a change is made: `collection-too-large`. Default 2,147,483,648 (2 GiB). */
  memoryBytes: number;
}

/** What a file may be, so that a small one cannot fill the memory or take the time: `file-too-large`. */
export interface FileLimits {
  /** Bytes of a file as it comes. Default 536,870,912 (512 MiB). */
  fileBytes: number;
  /** Bytes of all that is in an archive; Word and EPUB files are archives too. Default 536,870,912 (512 MiB). */
  unpackedBytes: number;
  /** Files in an archive. Default 10,000. */
  files: number;
  /** How many times the bytes that it takes in its archive a file over a megabyte may unpack to. Default 250. */
  expansion: number;
  /** Pages of a PDF. Default 10,000. */
  pages: number;
  /** Characters of a page of a PDF. Default 1,000,000. */
  pageCharacters: number;
  /** Columns of a table, and cells of all of it. Default 10,000 and 10,000,000. */
  columns: number;
  cells: number;
  /** Elements of a Word or EPUB file, or arrays and objects of a line of JSON, that stand in each other. Default 1024. */
  fileNesting: number;
  /** Seconds that a file takes from one sign of life to the next, such as a page that is read, where a worker reads it. Default 8. */
  seconds: number;
}
