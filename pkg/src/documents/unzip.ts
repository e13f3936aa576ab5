/** Zip archives, unpacked within limits. */

import { unzipSync } from "fflate";
import { LeafcutterError } from "./errors.js";
import type { FileLimits } from "../limits.js";
import { tooLarge } from "./limits.js";

/** What may still be unpacked, over all archives that lie in one file. */
export class Budget {
  #bytes = 0;
  #files = 0;

  constructor(readonly limits: FileLimits) {}

  /** @throws LeafcutterError `file-too-large`. */
  take(path: string, bytes: number): void {
    this.#bytes += bytes;
    this.#files += 1;
    const { unpackedBytes, files } = this.limits;
    if (this.#bytes <= unpackedBytes && this.#files <= files) return;
    if (this.#files > files) throw tooLarge(path, `holds more than ${files} files`, "files");
    throw tooLarge(path, `unpacks to more than ${Math.round(unpackedBytes / 1e6)} MB`, "unpackedBytes");
  }
}

/** Bytes of a file that is looked at more closely. */
const LARGE = 2 ** 20;

/** The files of an archive. */
export interface Archive {
  /** Paths in the order of the archive, without folders. */
  paths: string[];
  /** @throws LeafcutterError `file-damaged`, `file-too-large`. */
  read(paths: readonly string[]): Map<string, Uint8Array>;
}

/**
 * Looks into an archive, and unpacks nothing yet.
 *
 * @throws LeafcutterError `file-damaged`, or `file-too-large` for one that says that it holds more than is left of the budget.
 */
export function openZip(bytes: Uint8Array, path: string, budget: Budget): Archive {
  const paths: string[] = [];
  let packed = 0;
  guarded(path, () =>
    unzipSync(bytes, {
      filter({ name, size, originalSize }) {
        if (!name.endsWith("/")) paths.push(name);
        budget.take(path, originalSize);
        packed += size;
        const { expansion } = budget.limits;
        if (originalSize > LARGE && originalSize > expansion * size) {
          throw tooLarge(path, `holds "${name}", which unpacks to more than ${expansion} times its size`, "expansion");
        }
        return false;
      },
    }),
  );
  if (packed > bytes.length) {
    throw new LeafcutterError("file-damaged", `the files in "${path}" overlap; get another copy`);
  }
  return {
    paths,
    read(wanted) {
      const names = new Set(wanted);
      // No more is unpacked of a file than the archive says that it has.
      const files = guarded(path, () => unzipSync(bytes, { filter: ({ name }) => names.has(name) }));
      return new Map(Object.entries(files));
    },
  };
}

function guarded<T>(path: string, unpack: () => T): T {
  try {
    return unpack();
  } catch (error) {
    if (error instanceof LeafcutterError) throw error;
    const message = `"${path}" is damaged or no zip archive (${(error as Error).message}); get another copy`;
    throw new LeafcutterError("file-damaged", message, { cause: error });
  }
}
