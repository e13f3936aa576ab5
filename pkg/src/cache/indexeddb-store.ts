/** Values by their keys in IndexedDB, which keeps them from one visit to the next. */

import { LeafcutterError } from "../errors.js";
import type { CacheStore } from "./stores.js";

const VALUES = "values";

const settled = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(failed(request.error));
  });

const failed = (cause: DOMException | null) =>
  new LeafcutterError("storage-failed", `the cache cannot be used: ${cause?.message ?? "IndexedDB failed"}`, { cause });

/**
 * A store in the browser's IndexedDB. It grows without bound: `deleteAll` empties it.
 *
 * @param name - Of the database.
 */
export function indexedDbStore<T>(name: string): CacheStore<T> & { deleteAll(): Promise<void> } {
  let opening: Promise<IDBDatabase> | undefined;
  const open = () => {
    const request = indexedDB.open(`leafcutter-cache-${name}`, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(VALUES);
    return settled(request);
  };
  const store = async (mode: IDBTransactionMode) =>
    (await (opening ??= open())).transaction(VALUES, mode).objectStore(VALUES);
  return {
    async get(keys) {
      const values = await store("readonly");
      return Promise.all(keys.map((key) => settled(values.get(key)) as Promise<T | undefined>));
    },
    async set(keys, given) {
      const values = await store("readwrite");
      await Promise.all(keys.map((key, index) => settled(values.put(given[index], key))));
    },
    async deleteAll() {
      await settled((await store("readwrite")).clear());
    },
  };
}
