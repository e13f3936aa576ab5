/** Encrypted files that are fetched while the key is still being made out. */

import { isLogFile } from "../storage/log.js";
import type { Room } from "../storage/storage.js";

type Bytes = Uint8Array<ArrayBuffer> | undefined;

export class ReadAhead {
  readonly #files: Promise<Map<string, Promise<Bytes>>>;
  /** Whether any file was asked for. */
  wasAsked = false;

  private constructor(files: Promise<Map<string, Promise<Bytes>>>) {
    this.#files = files;
  }

  /** Begins to read the files of a log. They are written once; one that is being written is found damaged, and read again. */
  static begin(room: () => Promise<Room>): ReadAhead {
    const begin = async () => {
      const inner = await room();
      const names = (await inner.list()).map(({ name }) => name).filter(isLogFile);
      return new Map(names.map((name) => [name, inner.read(name).catch(() => undefined)]));
    };
    // Who finds nothing here reads it again, and hears of what is wrong.
    return new ReadAhead(begin().catch(() => new Map()));
  }

  /** The bytes of a file, once; `undefined` if it was not read. */
  async take(name: string): Promise<Bytes> {
    this.wasAsked = true;
    const files = await this.#files;
    const bytes = files.get(name);
    files.delete(name);
    return bytes;
  }
}
