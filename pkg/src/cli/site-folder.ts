/** The folder that `leafcutter build --site` writes: the root of the index, and its shards under the hash of what they hold. */

import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflateRaw } from "node:zlib";

import { LIST_FILE, SHARD_EXTENSION } from "../site/paths.js";
import type { SiteFile } from "./library.js";
import { writeWhole } from "./paths.js";

const deflate = promisify(deflateRaw);

export interface SiteFolder {
  files: number;
  /** Those that were not there before. */
  written: number;
  /** Of all files, as they are served. */
  bytes: number;
}

/**
 * Writes the files of an index that are not there yet, then the root that leads to them, and removes what nothing leads to any
 * more.
 */
export async function writeSite(folder: string, files: SiteFile[], signal: AbortSignal): Promise<SiteFolder> {
  const root = files.at(-1)!;
  const shards = new Map(files.slice(0, -1).map(({ path, bytes }) => [path, bytes]));
  const before = new Set(await shardsIn(folder));
  let written = 0;
  let bytes = 0;
  for (const [path, content] of shards) {
    signal.throwIfAborted();
    const file = join(folder, path);
    if (!before.has(path)) {
      written++;
      await writeWhole(file, await deflate(content, { level: 9 }));
    }
    bytes += (await stat(file)).size;
  }
  const deflated = await deflate(root.bytes, { level: 9 });
  await writeWhole(join(folder, root.path), deflated);
  await writeWhole(join(folder, LIST_FILE), [root.path, ...shards.keys()].map((path) => `${path}\n`).join(""));
  for (const path of before) if (!shards.has(path)) await rm(join(folder, path), { force: true });
  return { files: shards.size + 1, written, bytes: bytes + deflated.length };
}

/** The paths of the shards that are there, with slashes. */
async function shardsIn(folder: string): Promise<string[]> {
  const list = (path: string) => readdir(path).catch(() => [] as string[]);
  const found: string[] = [];
  for (const prefix of await list(folder)) {
    if (!/^[0-9a-f]{2}$/.test(prefix)) continue;
    for (const name of await list(join(folder, prefix)))
      if (name.endsWith(SHARD_EXTENSION)) found.push(`${prefix}/${name}`);
  }
  return found;
}
