/** Which storage there is, and what is done to collections that are not open. */

import { LeafcutterError } from "../errors.js";
import { canLock } from "./browser-lock.js";
import { announce } from "./channel.js";
import { withStorageErrors } from "./errors.js";
import { nodeFiles, openFiles } from "./files.js";
import { openIndexedDb } from "./indexeddb.js";
import { openOpfs } from "./opfs.js";
import type { Storage } from "./storage.js";

/** Where a collection is kept, as it is sent to the thread that keeps it. */
export type StorageChoice = "persistent" | "memory" | "default" | { directory: string };

/**
 * The storage of a choice; `undefined` for memory alone.
 *
 * @throws LeafcutterError `storage-failed` if there is none of the kind.
 */
export async function openStorage(choice: StorageChoice): Promise<Storage | undefined> {
  if (choice === "memory") return undefined;
  const node = nodeFiles();
  if (typeof choice === "object") {
    if (node) return openFiles(node, choice.directory);
    throw new LeafcutterError(
      "storage-failed",
      'only Node keeps collections in a directory; elsewhere use "persistent"',
    );
  }
  const browser = node || !canLock() ? undefined : ((await openOpfs()) ?? (await openIndexedDb()));
  if (browser || choice === "default") return browser;
  const advice = node
    ? "in Node, name a directory"
    : 'that takes a secure origin (https) and the browser\'s leave; use "memory"';
  throw new LeafcutterError("storage-failed", `nothing can be kept here: ${advice}`);
}

/** All storages that a collection may be in: which one depends on the thread that opened it. */
async function storages(choice: StorageChoice): Promise<Storage[]> {
  if (choice === "memory") return [];
  if (typeof choice === "object" || nodeFiles()) {
    const storage = await openStorage(choice === "default" ? "persistent" : choice);
    return storage ? [storage] : [];
  }
  if (!canLock()) return [];
  const found = await Promise.all([openOpfs(), openIndexedDb()]);
  return found.filter((storage) => storage !== undefined);
}

/** The names of all that is kept. */
export function listCollections(choice: StorageChoice): Promise<string[]> {
  return withStorageErrors(async () => {
    const names = new Set<string>();
    for (const storage of await storages(choice)) {
      for (const name of await storage.list()) {
        if ((await (await storage.room(name)).readManifests()).length > 0) names.add(name);
      }
    }
    return [...names].sort();
  });
}

/** Removes a collection, after a change to it that is under way. Whoever has it open finds it empty. */
export function deleteCollection(name: string, choice: StorageChoice): Promise<void> {
  return withStorageErrors(async () => {
    for (const storage of await storages(choice)) {
      await storage.exclusive(name, () => storage.delete(name));
      if (!storage.silent) announce(name);
    }
  });
}
