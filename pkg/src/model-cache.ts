/** Large files that a browser keeps from one visit to the next, and the beginnings of those that did not come whole. */

/** Begins the names of the caches, one a file. */
const PREFIX = "leafcutter-model ";

/** What has come is kept piece by piece, so that little is lost when the page goes away in the middle. */
const PIECE = 1 << 22;

/** Never requested: the names under which a cache of the Cache API keeps things are addresses. */
const ABOUT = "https://leafcutter.invalid/about";
const pieceName = (index: number) => `https://leafcutter.invalid/${index}`;

/** What is kept beside the pieces. */
interface About {
  size: number;
  /** By which the server knows this version of the file again. */
  validator?: string;
  /** Of the whole file, once it is there. */
  sha256?: string;
}

/** A file, or its beginning. */
export interface Kept {
  /** As long as the file will be. */
  bytes: Uint8Array<ArrayBuffer>;
  filled: number;
  validator: string | undefined;
  whole: boolean;
}

/** Whether there is a Cache API: not in Node, nor on pages that are not of a secure origin. */
export function canKeepFiles(): boolean {
  return "caches" in globalThis;
}

/**
 * One file. Where nothing can be stored, for want of room or of permission, nothing is, and nobody is told: the file in
 * hand is as good without.
 */
export class KeptFile {
  readonly #name: string;
  /** Held on to: where another page begins the file anew, what this one still writes must not get into that. */
  #cache: Cache | undefined;
  #pieces = 0;
  #refused = !canKeepFiles();

  constructor(name: string) {
    this.#name = PREFIX + name;
  }

  /** What is there of the file. A whole one that is not what was stored is dropped. */
  async read(): Promise<Kept | undefined> {
    try {
      if (this.#refused || !(await caches.has(this.#name))) return undefined;
      const cache = (this.#cache = await caches.open(this.#name));
      const about: About | undefined = await (await cache.match(ABOUT))?.json();
      if (!about) return undefined;
      const bytes = new Uint8Array(about.size);
      let filled = 0;
      for (this.#pieces = 0; filled < about.size; this.#pieces++) {
        const piece = await (await cache.match(pieceName(this.#pieces)))?.arrayBuffer();
        if (!piece) break;
        bytes.set(new Uint8Array(piece), filled);
        filled += piece.byteLength;
        // The last one of a beginning is short, and is written again once there is more of it.
        if (piece.byteLength < PIECE) break;
      }
      const whole = about.sha256 !== undefined;
      if (!whole || (filled === about.size && (await sha256(bytes)) === about.sha256)) {
        return { bytes, filled, validator: about.validator, whole };
      }
    } catch {
      // As if there were nothing.
    }
    await this.remove();
    return undefined;
  }

  /** Begins anew, with a file of this size and version. */
  async begin(size: number, validator: string): Promise<void> {
    await this.remove();
    await this.#store(async (cache) => cache.put(ABOUT, Response.json({ size, validator } satisfies About)));
  }

  /** Stores the pieces that are complete in the first `filled` bytes; at the `end`, the last one as well. */
  async save(bytes: Uint8Array<ArrayBuffer>, filled: number, end = false): Promise<void> {
    await this.#store(async (cache) => {
      for (let start = this.#pieces * PIECE; start < filled; start = this.#pieces * PIECE) {
        const stop = Math.min(start + PIECE, filled);
        if (stop - start < PIECE && !end) break;
        await cache.put(pieceName(this.#pieces++), new Response(bytes.subarray(start, stop)));
      }
    });
  }

  /** Stores what is not yet stored of the whole file, and the sum that it will be held against. */
  async finish(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.save(bytes, bytes.length, true);
    await this.#store(async (cache) => {
      const about: About = { size: bytes.length, sha256: await sha256(bytes) };
      await cache.put(ABOUT, Response.json(about));
    });
  }

  /** Forgets the file; another can take its place. */
  async remove(): Promise<void> {
    this.#pieces = 0;
    this.#cache = undefined;
    if (canKeepFiles()) await caches.delete(this.#name).catch(() => {});
  }

  async #store(task: (cache: Cache) => Promise<void>): Promise<void> {
    if (this.#refused) return;
    try {
      await task((this.#cache ??= await caches.open(this.#name)));
    } catch {
      // No room, or no permission. What was stored so far takes room that the page may need.
      this.#refused = true;
      await this.remove();
    }
  }
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
