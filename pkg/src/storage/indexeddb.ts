/** Collections in IndexedDB, for browsers without an origin private file system that can be written to. */

import { browserLock } from "./browser-lock.js";
import {
  concatenated,
  inOnePiece,
  type ExclusiveOptions,
  type FileContent,
  type Room,
  type Storage,
} from "./storage.js";

const DATABASE = "leafcutter";
const FILES = "files";
const MANIFEST = "manifest";

/** Of a piece of a file: the collection, the file, the number of the piece. */
type Key = [string, string, number];

/** `undefined` where there is none, or it is forbidden. */
export async function openIndexedDb(): Promise<Storage | undefined> {
  try {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => void request.result.createObjectStore(FILES);
    const database = await settled(request);
    // Another version of this package may want to change it.
    database.onversionchange = () => database.close();
    return new IndexedDb(database);
  } catch {
    return undefined;
  }
}

class IndexedDb implements Storage {
  readonly kind = "indexeddb";
  readonly silent = false;
  readonly #database: IDBDatabase;

  constructor(database: IDBDatabase) {
    this.#database = database;
  }

  async room(name: string): Promise<Room> {
    return new IndexedDbRoom(this.#database, name);
  }

  async list(): Promise<string[]> {
    const keys = (await settled(store(this.#database, "readonly").getAllKeys())) as Key[];
    return [...new Set(keys.map(([name]) => name))].sort();
  }

  async delete(name: string): Promise<void> {
    await written(this.#database, (files) => files.delete(allOf(name)));
  }

  exclusive<T>(name: string, task: () => Promise<T>, options?: ExclusiveOptions): Promise<T | undefined> {
    return browserLock(name, task, options);
  }
}

class IndexedDbRoom implements Room {
  readonly firstMayTear = false;
  readonly #database: IDBDatabase;
  readonly #name: string;

  constructor(database: IDBDatabase, name: string) {
    this.#database = database;
    this.#name = name;
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const pieces: Uint8Array[] = await settled(store(this.#database, "readonly").getAll(allOf(this.#name, name)));
    if (pieces.length === 0) return undefined;
    return concatenated(pieces);
  }

  /** It answers only to those who wait. */
  open(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async write(name: string, content: FileContent): Promise<number> {
    const bytes = inOnePiece(content);
    await written(this.#database, (files) => {
      files.delete(allOf(this.#name, name));
      files.put(bytes, [this.#name, name, 0] satisfies Key);
    });
    return bytes.length;
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    await written(this.#database, (files) => {
      const cursor = files.openKeyCursor(allOf(this.#name, name), "prev");
      cursor.onsuccess = () => {
        const last = (cursor.result?.key as Key | undefined)?.[2] ?? -1;
        files.put(bytes, [this.#name, name, last + 1] satisfies Key);
      };
    });
  }

  async remove(name: string): Promise<void> {
    await written(this.#database, (files) => files.delete(allOf(this.#name, name)));
  }

  async list(): Promise<{ name: string; size: number }[]> {
    const sizes = new Map<string, number>();
    const cursor = store(this.#database, "readonly").openCursor(allOf(this.#name));
    await new Promise<void>((resolve, reject) => {
      cursor.onerror = () => reject(cursor.error ?? new Error("it cannot be read"));
      cursor.onsuccess = () => {
        if (!cursor.result) return resolve();
        const [, name] = cursor.result.key as Key;
        sizes.set(name, (sizes.get(name) ?? 0) + (cursor.result.value as Uint8Array).length);
        cursor.result.continue();
      };
    });
    sizes.delete(MANIFEST);
    return Array.from(sizes, ([name, size]) => ({ name, size }));
  }

  async readManifests(): Promise<Uint8Array<ArrayBuffer>[]> {
    const manifest = await this.read(MANIFEST);
    return manifest ? [manifest] : [];
  }

  async switchManifest(bytes: Uint8Array): Promise<void> {
    await this.write(MANIFEST, bytes);
  }
}

/** The keys of a collection, or of one file of it. */
function allOf(name: string, file?: string): IDBKeyRange {
  // An array sorts after every string.
  return file === undefined ? IDBKeyRange.bound([name], [name, []]) : IDBKeyRange.bound([name, file], [name, file, []]);
}

function store(database: IDBDatabase, mode: IDBTransactionMode): IDBObjectStore {
  return database.transaction(FILES, mode, { durability: "strict" }).objectStore(FILES);
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("it cannot be read"));
  });
}

/** Writes in one transaction, and waits until that is complete. */
function written(database: IDBDatabase, write: (files: IDBObjectStore) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const files = store(database, "readwrite");
    const { transaction } = files;
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("it cannot be written to"));
    write(files);
  });
}
