/** How the files of a site's index are named. */

/** The only file whose name does not tell what it holds. */
export const ROOT_FILE = "root.leafcutter";
/** All files of the index, a line each, for those who keep them all. */
export const LIST_FILE = "files.txt";

/** How the names of shards end. */
export const SHARD_EXTENSION = ".lcs";

/** Where in the index's folder a shard is. */
export function shardPath(name: string): string {
  return `${name.slice(0, 2)}/${name.slice(2)}${SHARD_EXTENSION}`;
}
