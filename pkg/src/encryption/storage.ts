/** Storage of one collection whose every file is encrypted, around any other storage. */

import { LeafcutterError } from "../errors.js";
import { lockedError, notEncryptedError, type EncryptedStorage } from "../storage/encrypted.js";
import { withStorageErrors } from "../storage/errors.js";
import type { ExclusiveOptions, Room, Storage } from "../storage/storage.js";
import type { Secret } from "../types.js";
import {
  isKeyFile,
  makeKeyFile,
  openKeyFile,
  readKeyFile,
  rewrapKeyFile,
  writeKeyFile,
  type KeyFile,
} from "./key-file.js";
import { ReadAhead } from "./read-ahead.js";
import { EncryptedRoom } from "./room.js";

/**
 * Opens the encryption of a collection with its secret, or begins one where nothing is kept yet.
 *
 * @throws LeafcutterError `wrong-passphrase`, `not-encrypted`, `index-damaged`.
 */
export function encrypt(
  inner: Storage,
  collection: string,
  secret: Secret,
  replacing: boolean,
): Promise<EncryptedStorage> {
  // Keys and manifests take their turns; meanwhile the files can be fetched that they will lead to.
  const ahead = replacing ? undefined : ReadAhead.begin(() => inner.room(collection));
  /** Opens it; `undefined` where another secret began it and nothing was kept by that. */
  const openBy = async (file: KeyFile): Promise<EncryptedFiles | undefined> => {
    try {
      return new EncryptedFiles(inner, collection, file, await openKeyFile(file, collection, secret), ahead);
    } catch (error) {
      if (await holdsAnything(await inner.room(collection))) throw error;
      return undefined;
    }
  };
  const begin = async (): Promise<EncryptedFiles> => {
    const room = await inner.room(collection);
    // Another tab may have been first.
    const other = await readKeyFile(room);
    const opened = other && (await openBy(other));
    if (opened) return opened;
    if (!other && (await holdsAnything(room))) {
      if (!replacing) throw notEncryptedError();
      await inner.delete(collection);
    }
    const { file, key } = await makeKeyFile(collection, secret);
    await writeKeyFile(await inner.room(collection), file);
    return new EncryptedFiles(inner, collection, file, key);
  };
  return withStorageErrors(async () => {
    const found = await readKeyFile(await inner.room(collection));
    return (found && (await openBy(found))) ?? (await inner.exclusive(collection, begin))!;
  });
}

/** Whether anything is kept, be it only unfinished work. */
async function holdsAnything(room: Room): Promise<boolean> {
  const [manifests, files] = await Promise.all([room.readManifests(), room.list()]);
  return manifests.length > 0 || files.some(({ name }) => !isKeyFile(name));
}

class EncryptedFiles implements EncryptedStorage {
  readonly kind;
  readonly silent;
  readonly #inner: Storage;
  readonly #collection: string;
  /** As it was read last. It opens nothing without the secret. */
  #file: KeyFile;
  /** Not here while it is locked, and never to be read out. */
  #key: CryptoKey | undefined;
  /** For the first who reads. */
  #ahead: ReadAhead | undefined;

  constructor(inner: Storage, collection: string, file: KeyFile, key: CryptoKey, ahead?: ReadAhead) {
    this.kind = inner.kind;
    this.silent = inner.silent;
    this.#inner = inner;
    this.#collection = collection;
    this.#file = file;
    this.#key = key;
    this.#ahead = ahead;
  }

  get locked(): boolean {
    return this.#key === undefined;
  }

  lock(): void {
    this.#key = undefined;
  }

  async unlock(secret: Secret): Promise<void> {
    const file = (await readKeyFile(await this.#inner.room(this.#collection))) ?? this.#file;
    this.#key = await openKeyFile(file, this.#collection, secret);
    this.#file = file;
  }

  async changeSecret(current: Secret, next: Secret): Promise<void> {
    const change = async () => {
      await this.room(this.#collection);
      const file = await rewrapKeyFile(this.#file, this.#collection, current, next);
      await writeKeyFile(await this.#inner.room(this.#collection), file);
      this.#file = file;
    };
    await withStorageErrors(() => this.#inner.exclusive(this.#collection, change));
  }

  async room(name: string): Promise<Room> {
    const room = await this.#inner.room(name);
    const file = await readKeyFile(room);
    if (file ? file.id !== this.#file.id : await holdsAnything(room)) {
      const advice = "close it and open it again as it is kept now";
      throw new LeafcutterError(
        "conflict",
        `the collection was deleted and begun anew under another key or none; ${advice}`,
      );
    }
    if (file) this.#file = file;
    // It was deleted by another, and begins anew as it was opened here.
    else await writeKeyFile(room, this.#file);
    const key = () => {
      if (!this.#key) throw lockedError();
      return this.#key;
    };
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return new EncryptedRoom(room, this.#collection, key, ahead);
  }

  list(): Promise<string[]> {
    return this.#inner.list();
  }

  delete(name: string): Promise<void> {
    return this.#inner.delete(name);
  }

  exclusive<T>(name: string, task: () => Promise<T>, options?: ExclusiveOptions): Promise<T | undefined> {
    return this.#inner.exclusive(name, task, options);
  }
}
