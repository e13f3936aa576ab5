/**
 * The file of a collection's data key: 32 random bytes, encrypted under a key that is derived from the reader's secret. Another
 * secret is another such file, and no other byte of the collection changes.
 *
 * It is one of two, which are written by turns, so that a crash leaves the one before.
 */

import { LeafcutterError } from "../errors.js";
import { sealedJson, unsealedJson } from "../storage/checksum.js";
import { isEncrypted } from "../storage/encrypted.js";
import type { Room } from "../storage/storage.js";
import type { Secret } from "../types.js";
import { isRecord } from "../checks.js";

const VERSION = 1;
const SLOTS = ["key-0", "key-1"] as const;

/** Of PBKDF2-HMAC-SHA-256, as OWASP's Password Storage Cheat Sheet recommends. */
const ITERATIONS = 600_000;
/** More would only keep a reader waiting for what somebody else wrote there. */
const MOST_ITERATIONS = 10_000_000;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export interface KeyFile {
  version: typeof VERSION;
  /** Names the data key, whatever encrypts it. */
  id: string;
  /** How often the secret was changed. The file of two with the higher one counts. */
  generation: number;
  /** How the secret becomes a key: a passphrase slowly, a key that nobody could guess at once. */
  derivation: "PBKDF2" | "HKDF";
  /** Of PBKDF2. */
  iterations: number;
  /** In Base64, as are the next two. */
  salt: string;
  nonce: string;
  /** The data key and its tag. */
  wrapped: string;
}

export const isKeyFile = (name: string) => (SLOTS as readonly string[]).includes(name);

/**
 * The file that counts; `undefined` in a room where nothing was encrypted yet.
 *
 * @throws LeafcutterError `index-damaged` if something was, and there is no file, or only such as were cut short or changed.
 */
export async function readKeyFile(room: Room): Promise<KeyFile | undefined> {
  let sound = await soundFiles(room);
  // A crash may have cut short the first, before there was anything that it opens.
  if (sound.length > 0 || !(await room.readManifests()).some(isEncrypted)) return newest(sound);
  // Between the two looks for it, another may have put one in the place of the other.
  sound = await soundFiles(room);
  if (sound.length === 0) {
    const advice = "put back a copy of the storage, or delete the collection and add its documents again";
    throw new LeafcutterError("index-damaged", `the file of the collection's key is damaged or missing; ${advice}`);
  }
  return newest(sound);
}

async function soundFiles(room: Room): Promise<KeyFile[]> {
  const found = (await Promise.all(SLOTS.map((slot) => room.read(slot)))).filter((bytes) => bytes !== undefined);
  return found.map(unsealedJson).filter(isSound);
}

const newest = (files: KeyFile[]): KeyFile | undefined => files.sort((a, b) => b.generation - a.generation)[0];

/** Writes the file beside the one before it, which is then removed: its secret opens nothing any more. */
export async function writeKeyFile(room: Room, file: KeyFile): Promise<void> {
  const slot = file.generation % SLOTS.length;
  await room.write(SLOTS[slot]!, sealedJson(file));
  await room.remove(SLOTS[1 - slot]!);
}

/** A new data key. */
export async function makeKeyFile(collection: string, secret: Secret): Promise<{ file: KeyFile; key: CryptoKey }> {
  const raw = crypto.getRandomValues(new Uint8Array(32));
  const file = await wrap(raw, collection, secret, { id: crypto.randomUUID(), generation: 0 });
  return { file, key: await dataKey(raw) };
}

/**
 * The data key, which cannot be read out of what this gives.
 *
 * @throws LeafcutterError `wrong-passphrase`
 */
export async function openKeyFile(file: KeyFile, collection: string, secret: Secret): Promise<CryptoKey> {
  return dataKey(await unwrap(file, collection, secret));
}

/** The same data key under another secret. Likewise. */
export async function rewrapKeyFile(
  file: KeyFile,
  collection: string,
  current: Secret,
  next: Secret,
): Promise<KeyFile> {
  const raw = await unwrap(file, collection, current);
  try {
    return await wrap(raw, collection, next, { id: file.id, generation: file.generation + 1 });
  } finally {
    raw.fill(0);
  }
}

async function wrap(
  raw: Uint8Array<ArrayBuffer>,
  collection: string,
  secret: Secret,
  about: Pick<KeyFile, "id" | "generation">,
): Promise<KeyFile> {
  const random = (size: number) => toBase64(crypto.getRandomValues(new Uint8Array(size)));
  const derived =
    "passphrase" in secret
      ? { derivation: "PBKDF2" as const, iterations: ITERATIONS }
      : { derivation: "HKDF" as const, iterations: 0 };
  const head = { version: VERSION, ...about, ...derived, salt: random(32), nonce: random(12) } as const;
  const key = await wrappingKey(head, secret);
  const wrapped = await crypto.subtle.encrypt(algorithm(head, collection), key, raw);
  return { ...head, wrapped: toBase64(new Uint8Array(wrapped)) };
}

async function unwrap(file: KeyFile, collection: string, secret: Secret): Promise<Uint8Array<ArrayBuffer>> {
  const wrong = (message: string, cause?: unknown) => new LeafcutterError("wrong-passphrase", message, { cause });
  const derivation = "passphrase" in secret ? "PBKDF2" : "HKDF";
  if (derivation !== file.derivation) {
    const [asked, given] = derivation === "HKDF" ? ["a passphrase", "a key"] : ["a key", "a passphrase"];
    throw wrong(`the collection is opened by ${asked}, not by ${given}`);
  }
  const key = await wrappingKey(file, secret);
  try {
    const raw = await crypto.subtle.decrypt(algorithm(file, collection), key, fromBase64(file.wrapped));
    return new Uint8Array(raw);
  } catch (error) {
    throw wrong("this passphrase or key does not open the collection; try another", error);
  }
}

async function dataKey(raw: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  try {
    return await crypto.subtle.importKey("raw", raw, "HKDF", false, ["deriveKey"]);
  } finally {
    raw.fill(0);
  }
}

type Head = Omit<KeyFile, "wrapped">;

async function wrappingKey({ derivation, iterations, salt }: Head, secret: Secret): Promise<CryptoKey> {
  // Keyboards differ in how they write the same letter.
  const bytes =
    "passphrase" in secret
      ? new TextEncoder().encode(secret.passphrase.normalize("NFC"))
      : (secret.key as BufferSource);
  const base = await crypto.subtle.importKey("raw", bytes, derivation, false, ["deriveKey"]);
  const own = derivation === "PBKDF2" ? { iterations } : { info: new TextEncoder().encode("leafcutter wrapping key") };
  const how = { name: derivation, hash: "SHA-256", salt: fromBase64(salt), ...own };
  return crypto.subtle.deriveKey(how, base, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

/** Binds the data key to its collection and to all that the file says of it. */
function algorithm({ version, id, generation, derivation, iterations, salt, nonce }: Head, collection: string) {
  const about = ["leafcutter key", collection, version, id, generation, derivation, iterations, salt];
  const additionalData = new TextEncoder().encode(JSON.stringify(about));
  return { name: "AES-GCM", iv: fromBase64(nonce), additionalData };
}

function isSound(value: unknown): value is KeyFile {
  return (
    isRecord(value) &&
    value.version === VERSION &&
    typeof value.id === "string" &&
    Number.isSafeInteger(value.generation) &&
    (value.derivation === "PBKDF2" || value.derivation === "HKDF") &&
    Number.isSafeInteger(value.iterations) &&
    (value.iterations as number) >= (value.derivation === "PBKDF2" ? 1 : 0) &&
    (value.iterations as number) <= MOST_ITERATIONS &&
    [value.salt, value.nonce, value.wrapped].every((text) => typeof text === "string" && BASE64.test(text))
  );
}

const toBase64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text: string) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
