/**
 * Segments: bytes that are encrypted and authenticated as a whole, and for one place alone.
 *
 * Each has a key of its own, by HKDF-SHA-256 (RFC 5869) of the collection's data key, a random salt and the place, so that no nonce is
 * ever used twice under a key and a segment that was moved elsewhere is of no key. Its blocks are AES-256-GCM, each under the nonce of
 * its number and of whether it is the last: the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár ("Online
 * Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance", 2015), by which blocks that are cut off, added or put in another order
 * are noticed.
 */

import { LeafcutterError } from "../errors.js";
import { concatenated } from "../storage/storage.js";
import { SEGMENT_MAGIC, startsWith } from "../storage/encrypted.js";

/**
 * Bytes of plaintext in a block; the last may have fewer. Each is a task for another thread, which small ones would not be worth, and
 * copied for that, for which the memory of large ones would be fetched anew each time.
 */
const BLOCK = 256 * 1024;
/** So many are decrypted at a time. */
const AT_ONCE = 16;
const TAG = 16;
const SALT = 32;
const NONCE = 12;
const HEAD = SEGMENT_MAGIC.length + SALT;

/** What a segment is bound to: the collection, the file, and where it stands in that. */
export type Place = readonly [collection: string, file: string, position: number | "whole"];

/** The magic, the salt, and the blocks, each followed by its tag. */
export async function seal(plain: Uint8Array, dataKey: CryptoKey, place: Place): Promise<Uint8Array<ArrayBuffer>> {
  const salt = crypto.getRandomValues(new Uint8Array(SALT));
  const key = await segmentKey(dataKey, salt, place, "encrypt");
  const count = Math.max(1, Math.ceil(plain.length / BLOCK));
  const blocks = Array.from({ length: count }, (_, index) => {
    const block = plain.subarray(index * BLOCK, (index + 1) * BLOCK) as Uint8Array<ArrayBuffer>;
    return crypto.subtle.encrypt(algorithm(index, count), key, block);
  });
  const sealed = await Promise.all(blocks);
  return concatenated([SEGMENT_MAGIC, salt, ...sealed.map((block) => new Uint8Array(block))]);
}

/**
 * The plaintext of {@link seal}, which is put where the ciphertext was: fresh memory would take as long as decrypting does.
 *
 * @param after - What goes before decrypting, and is waited for whatever comes of it.
 * @throws LeafcutterError `index-damaged` unless every byte is as it was written, at this place.
 */
export async function unseal(
  bytes: Uint8Array<ArrayBuffer>,
  dataKey: CryptoKey,
  place: Place,
  after?: Promise<unknown>,
): Promise<Uint8Array<ArrayBuffer>> {
  if (!startsWith(bytes, SEGMENT_MAGIC) || bytes.length < HEAD + TAG) throw damaged(place);
  const salt = bytes.slice(SEGMENT_MAGIC.length, HEAD);
  const key = await segmentKey(dataKey, salt, place, "decrypt");
  await after?.catch(() => {});
  const count = Math.ceil((bytes.length - HEAD) / (BLOCK + TAG));
  let next = 0;
  const open = async () => {
    while (next < count) {
      const index = next++;
      const at = HEAD + index * (BLOCK + TAG);
      const block = bytes.subarray(at, at + BLOCK + TAG);
      const plain = await crypto.subtle.decrypt(algorithm(index, count), key, block);
      // It ends before the next block's ciphertext begins, and of those before it all was taken.
      bytes.set(new Uint8Array(plain), index * BLOCK);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, open));
  } catch (error) {
    throw damaged(place, error);
  }
  return bytes.subarray(0, bytes.length - HEAD - count * TAG);
}

/** What says that a file is not what was written, or not where. */
export function damaged([, file]: Place, cause?: unknown): LeafcutterError {
  const what = `the encrypted file "${file}" was damaged or changed by somebody without the key`;
  const advice = "put back a copy of the storage, or delete the collection and add its documents again";
  return new LeafcutterError("index-damaged", `${what}; ${advice}`, { cause });
}

async function segmentKey(
  dataKey: CryptoKey,
  salt: Uint8Array<ArrayBuffer>,
  place: Place,
  usage: "encrypt" | "decrypt",
): Promise<CryptoKey> {
  const info = new TextEncoder().encode(JSON.stringify(["leafcutter segment", ...place]));
  const derivation = { name: "HKDF", hash: "SHA-256", salt, info };
  return crypto.subtle.deriveKey(derivation, dataKey, { name: "AES-GCM", length: 256 }, false, [usage]);
}

/** The nonce of a block: 8 bytes of its number, and one that tells the last. */
function algorithm(index: number, count: number): AesGcmParams {
  const iv = new Uint8Array(NONCE);
  new DataView(iv.buffer).setBigUint64(0, BigInt(index));
  iv[NONCE - 1] = index === count - 1 ? 1 : 0;
  return { name: "AES-GCM", iv };
}
