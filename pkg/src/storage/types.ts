/** What callers say and hear about storage. */

/**
 * Where a collection is kept.
 *
 * - `"persistent"`: in the browser, under the collection's name: in the origin private file system, or in IndexedDB where that
 *   cannot be written to. The page must be of a secure origin.
 * - `"memory"`: not at all.
 * - `{ directory }`: in Node, in files below that directory.
 */
export type StorageOption = "persistent" | "memory" | { directory: string };

/** What keeps a collection. */
export interface StorageStats {
  kind: "opfs" | "indexeddb" | "files" | "memory";
  /** Of this collection. */
  bytes: number;
  /** Files of this collection: a whole state, and the changes since. */
  files: number;
  /** Whether they are encrypted. */
  encrypted?: true;
  /** In browsers: whether the browser has promised not to clear the site's storage when space is short. */
  persisted?: boolean;
  /** In browsers: bytes that the site uses, and how many it may, both estimates. */
  usage?: number;
  quota?: number;
}
