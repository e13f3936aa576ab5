/** What of encryption is known outside of what encrypts, which only those load who need it. */

import { LeafcutterError } from "../errors.js";
import type { OpenRequest } from "../protocol.js";
import type { EncryptionOptions, Secret } from "../types.js";
import { withStorageErrors } from "./errors.js";
import { openStorage } from "./index.js";
import type { Storage } from "./storage.js";

/** How every encrypted segment begins; its last byte is the version of the form. */
export const SEGMENT_MAGIC = new TextEncoder().encode("LEAFENC1");

/** Storage whose files are encrypted, and which can be locked. */
export interface EncryptedStorage extends Storage {
  /** Whether the key is not here. Then nothing can be read or written. */
  readonly locked: boolean;
  /** Drops the key. */
  lock(): void;
  /** @throws LeafcutterError `wrong-passphrase`, and `index-damaged` if the file of the key was changed. */
  unlock(secret: Secret): Promise<void>;
  /** Has the key opened by another secret from now on. Likewise. */
  changeSecret(current: Secret, next: Secret): Promise<void>;
}

/**
 * Puts encryption around a storage, for one collection of it.
 *
 * @param replacing - Whether what is there is to be replaced, so that it may be plain.
 */
export type Encrypt = (
  storage: Storage,
  collection: string,
  encryption: EncryptionOptions,
  replacing: boolean,
) => Promise<EncryptedStorage>;

export function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return start.every((byte, index) => bytes[index] === byte);
}

export const isEncrypted = (bytes: Uint8Array) => startsWith(bytes, SEGMENT_MAGIC);

export const lockedError = () =>
  new LeafcutterError("locked", "the collection is locked; call unlock with its passphrase or key");

export function encryptedError(): LeafcutterError {
  const advice = "open it with encryption: { passphrase } or { key }";
  return new LeafcutterError("encrypted", `the collection is encrypted; ${advice}`);
}

export function notEncryptedError(): LeafcutterError {
  const advice = "open it without encryption; to encrypt it, import what it exports with encryption";
  return new LeafcutterError("not-encrypted", `the collection is not encrypted; ${advice}`);
}

/**
 * What a collection is to be kept in, encrypted if it is to be; `undefined` for memory alone. An import takes the place of what is
 * plain, and not of what is encrypted, which takes its key.
 */
export async function storageOf(request: OpenRequest, encrypt: Encrypt | undefined): Promise<Storage | undefined> {
  const { name, encryption, bytes } = request;
  const storage = await openStorage(request.storage);
  if (storage && bytes && !encryption) {
    const manifests = await withStorageErrors(async () => (await storage.room(name)).readManifests());
    if (manifests.some(isEncrypted)) throw encryptedError();
  }
  if (!storage || !encryption) return storage;
  if (!encrypt) {
    const advice = "encryption needs that of leafcutter/encryption/worker";
    throw new LeafcutterError("invalid-option", `options.workerScript: ${advice}`);
  }
  return encrypt(storage, name, encryption, bytes !== undefined);
}
