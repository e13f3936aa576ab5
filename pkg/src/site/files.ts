/** Loads the files of a site's index. */

import { LeafcutterError, throwIfCancelled } from "../errors.js";
import { fetchOrRead } from "../platform.js";
import { ROOT_FILE, shardPath } from "./paths.js";

const CACHE = "leafcutter-site";
/** Of so many files, most are of builds that are gone. */
const MOST_KEPT = 4000;

export class SiteFiles {
  readonly #base: URL;
  readonly #kept: Promise<Cache | undefined>;

  constructor(base: URL) {
    this.#base = base;
    this.#kept = openCache();
  }

  /** The root as it is now. */
  async root(signal: AbortSignal | undefined): Promise<Uint8Array> {
    return inflate(await this.#fetch(ROOT_FILE, signal, "no-cache"));
  }

  /** A shard, from the browser's cache if it is there. What is in a file of that name never changes. */
  async shard(name: string, again: boolean): Promise<Uint8Array> {
    const path = shardPath(name);
    const kept = await this.#kept;
    const url = new URL(path, this.#base).href;
    if (!again) {
      const before = await kept?.match(url).catch(() => undefined);
      if (before) return inflate(before);
    }
    const response = await this.#fetch(path, undefined, again ? "reload" : "default");
    // A full disk is no reason not to answer.
    kept?.put(url, response.clone()).catch(() => {});
    return inflate(response);
  }

  async #fetch(path: string, signal: AbortSignal | undefined, cache: RequestCache): Promise<Response> {
    const url = new URL(path, this.#base);
    const fail = (reason: string, cause?: unknown) =>
      new LeafcutterError(
        "index-fetch",
        `${url.href}: ${reason}; check that all files of "leafcutter build --site" are served, or load the page again ` +
          "if the site was built anew",
        { cause },
      );
    try {
      const response =
        url.protocol === "file:" ? await fetchOrRead(url, signal) : await fetch(url, { signal: signal ?? null, cache });
      if (!response.ok) throw fail(`the server answered with status ${response.status}`);
      return response;
    } catch (error) {
      throwIfCancelled(signal);
      if (error instanceof LeafcutterError) throw error;
      throw fail((error as Error).message, error);
    }
  }
}

/** The files are compressed as they are, since many servers compress none that they do not know. */
async function inflate(response: Response): Promise<Uint8Array> {
  const inflated = response.body!.pipeThrough(new DecompressionStream("deflate-raw"));
  try {
    return new Uint8Array(await new Response(inflated).arrayBuffer());
  } catch (error) {
    throw new LeafcutterError("index-damaged", `a file of the index is damaged: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function openCache(): Promise<Cache | undefined> {
  try {
    const { caches } = globalThis as { caches?: CacheStorage };
    const cache = await caches?.open(CACHE);
    if (cache && (await cache.keys()).length > MOST_KEPT) {
      await caches!.delete(CACHE);
      return await caches!.open(CACHE);
    }
    return cache;
  } catch {
    // Not in pages without a secure origin, nor where storage is blocked.
    return undefined;
  }
}
