/** The files of a collection, each of which is a segment, or several where it was added to. */

import { isEncrypted, startsWith } from "../storage/encrypted.js";
import { concatenated, inOnePiece, type FileContent, type Room } from "../storage/storage.js";
import { isKeyFile } from "./key-file.js";
import type { ReadAhead } from "./read-ahead.js";
import { damaged, seal, unseal, type Place } from "./segment.js";

/** How each piece of a file begins that is added to: then comes its length in 4 bytes, then its segment. */
const PIECE_MAGIC = new TextEncoder().encode("LEAFADD1");
const PIECE_HEAD = PIECE_MAGIC.length + 4;

/** What manifests are bound to: a browser may have two, whose names only their storage knows. */
const MANIFEST = "manifest";

export class EncryptedRoom implements Room {
  readonly firstMayTear;
  readonly #inner: Room;
  readonly #collection: string;
  readonly #key: () => CryptoKey;
  /** What was read before it was asked for, until it is taken or the manifests are looked at again. */
  #ahead: ReadAhead | undefined;
  /** The pieces of files that were added to. */
  readonly #pieces = new Map<string, number>();

  /** @param key - Throws while the collection is locked. */
  constructor(inner: Room, collection: string, key: () => CryptoKey, ahead?: ReadAhead) {
    this.firstMayTear = inner.firstMayTear;
    this.#inner = inner;
    this.#collection = collection;
    this.#key = key;
    this.#ahead = ahead;
  }

  async read(name: string, after?: Promise<unknown>): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const key = this.#key();
    const ahead = await this.#ahead?.take(name);
    if (ahead) {
      const plain = await unseal(ahead, key, this.#place(name, "whole"), after).catch(() => undefined);
      // Else another was just writing it.
      if (plain) return plain;
    }
    const bytes = await this.#inner.read(name);
    if (!bytes) return undefined;
    if (isEncrypted(bytes)) return unseal(bytes, key, this.#place(name, "whole"), after);
    const { pieces } = piecesOf(bytes);
    if (pieces.length === 0) throw damaged(this.#place(name, 0));
    const unsealed = pieces.map((piece, index) => unseal(piece, key, this.#place(name, index), after));
    return concatenated(await Promise.all(unsealed));
  }

  /** What decrypts answers only to those who wait, so all of it is held in memory. */
  open(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  async write(name: string, content: FileContent): Promise<number> {
    const sealed = await seal(inOnePiece(content), this.#key(), this.#place(name, "whole"));
    this.#pieces.delete(name);
    return this.#inner.write(name, sealed);
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    const count = this.#pieces.get(name) ?? (await this.#trim(name));
    // Unless this gets there whole, it is to be looked at again.
    this.#pieces.delete(name);
    const segment = await seal(bytes, this.#key(), this.#place(name, count));
    const head = new Uint8Array(PIECE_HEAD);
    head.set(PIECE_MAGIC);
    new DataView(head.buffer).setUint32(PIECE_MAGIC.length, segment.length, true);
    await this.#inner.append(name, concatenated([head, segment]));
    this.#pieces.set(name, count + 1);
  }

  remove(name: string): Promise<void> {
    this.#pieces.delete(name);
    return this.#inner.remove(name);
  }

  async list(): Promise<{ name: string; size: number }[]> {
    return (await this.#inner.list()).filter(({ name }) => !isKeyFile(name));
  }

  /** One that cannot be decrypted is as one that was cut short, and is not believed either. */
  async readManifests(): Promise<Uint8Array<ArrayBuffer>[]> {
    const key = this.#key();
    const read = (bytes: Uint8Array<ArrayBuffer>) =>
      unseal(bytes, key, this.#place(MANIFEST, "whole")).catch(() => new Uint8Array(0));
    const manifests = await Promise.all((await this.#inner.readManifests()).map(read));
    if (this.#ahead?.wasAsked) this.#ahead = undefined;
    return manifests;
  }

  async switchManifest(bytes: Uint8Array, sequence: number): Promise<void> {
    const sealed = await seal(bytes, this.#key(), this.#place(MANIFEST, "whole"));
    await this.#inner.switchManifest(sealed, sequence);
    // Where there are two, both are the last one: else who damages that would bring back the one before.
    if (this.firstMayTear) await this.#inner.switchManifest(sealed, sequence + 1).catch(() => {});
  }

  /** Takes away a piece that a crash has cut short, and says how many there are before it. */
  async #trim(name: string): Promise<number> {
    const bytes = await this.#inner.read(name);
    if (!bytes) return 0;
    const { pieces, end } = piecesOf(bytes);
    if (end < bytes.length) await this.#inner.write(name, bytes.subarray(0, end));
    return pieces.length;
  }

  #place(file: string, position: Place[2]): Place {
    return [this.#collection, file, position];
  }
}

/** The segments of a file that was added to, up to the first that is cut short, and where that begins. */
function piecesOf(bytes: Uint8Array<ArrayBuffer>): { pieces: Uint8Array<ArrayBuffer>[]; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let end = 0;
  while (end + PIECE_HEAD <= bytes.length && startsWith(bytes.subarray(end), PIECE_MAGIC)) {
    const after = end + PIECE_HEAD + view.getUint32(end + PIECE_MAGIC.length, true);
    if (after > bytes.length) break;
    pieces.push(bytes.subarray(end + PIECE_HEAD, after));
    end = after;
  }
  return { pieces, end };
}
