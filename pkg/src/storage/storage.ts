/** What the log of a collection is kept in: the one interface that browsers' storage and files of Node stand behind. */

/** Takes what is written piece by piece. A piece is there no longer than it is handed over. */
export interface FileSink {
  write(bytes: Uint8Array): void;
}

/** What is written to a file: bytes, or what hands them over, all before it returns. */
export type FileContent = Uint8Array | ((sink: FileSink) => void);

/** A file that is open to be read at any place, without waiting. */
export interface KeptFile {
  readonly size: number;
  /** Fills `into` with the bytes from `at` on, and says how many there were. */
  read(into: Uint8Array, at: number): number;
  close(): void;
}

/** The files of one collection. Each is written once, and never changed after but by {@link append}. */
export interface Room {
  /** Whether a crash may cut short the only manifest that there is, which is the first then; else it is there or not. */
  readonly firstMayTear: boolean;
  /** `undefined` if there is no such file. What decrypts it, which takes the processor, lets `after` go before. */
  read(name: string, after?: Promise<unknown>): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /**
   * Opens a file to be read at once; what others do to the room takes nothing away from it until it is closed. `undefined` where
   * that cannot be had: then the file is to be read as a whole.
   */
  open(name: string): Promise<KeptFile | undefined>;
  /** Resolves with its size once all of it is where a crash cannot reach it. A file of this name is replaced. */
  write(name: string, content: FileContent): Promise<number>;
  /** Adds to the end of a file, which is made if need be. A crash may cut short what was added last. */
  append(name: string, bytes: Uint8Array): Promise<void>;
  /** Passes over a file that is not there. */
  remove(name: string): Promise<void>;
  list(): Promise<{ name: string; size: number }[]>;
  /**
   * The manifests that are there, in no order: one, or two where one is written beside the other. Of two, one may have been cut
   * short by a crash.
   */
  readManifests(): Promise<Uint8Array<ArrayBuffer>[]>;
  /** Puts a manifest in place of the one before. After a crash there is either of them. */
  switchManifest(bytes: Uint8Array, sequence: number): Promise<void>;
}

/** Has content handed over to `write`. What that throws is thrown as it was, whatever the core that hands it over made of it. */
export function handOver(content: (sink: FileSink) => void, write: (bytes: Uint8Array) => void): void {
  let failure: { error: unknown } | undefined;
  const noting = (bytes: Uint8Array) => {
    try {
      write(bytes);
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  };
  try {
    content({ write: noting });
  } catch (error) {
    throw failure ? failure.error : error;
  }
}

/** All of it in one piece, for what can take no other. */
export function inOnePiece(content: FileContent): Uint8Array<ArrayBuffer> {
  if (typeof content !== "function") return content as Uint8Array<ArrayBuffer>;
  const pieces: Uint8Array[] = [];
  content({ write: (bytes) => void pieces.push(bytes.slice()) });
  return concatenated(pieces);
}

export function concatenated(pieces: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

/** Where collections are kept. */
export interface Storage {
  readonly kind: "opfs" | "indexeddb" | "files";
  /** Whether nobody tells of a change: then the manifest is to be looked at each time. */
  readonly silent: boolean;
  /** The room of a collection, made if need be. */
  room(name: string): Promise<Room>;
  /** The names of all rooms, those among them that nothing was committed to. */
  list(): Promise<string[]>;
  delete(name: string): Promise<void>;
  /**
   * Runs a task while nobody else, in this tab or another, runs one for the same collection. `ifFree`: resolves with `undefined`
   * instead of waiting.
   */
  exclusive<T>(name: string, task: () => Promise<T>, options?: ExclusiveOptions): Promise<T | undefined>;
}

export interface ExclusiveOptions {
  /** Ends the wait. */
  signal?: AbortSignal;
  ifFree?: boolean;
}
