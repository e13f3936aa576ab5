/**
 * Embeddings kept from one run to the next, in files that only ever grow.
 *
 * Each model has a folder, named by the hash of its identity. In it every process that computes something writes a
 * segment of its own, so that two at a time cannot tear each other's records. A segment is a header and records, each as
 * long as what is kept of its text:
 *
 *     header   "LFCTEMB2"
 *     record   key (the first 16 bytes of the text's SHA-256), count u32, count x f32, CRC-32 of all before it
 *
 * All numbers are little-endian. What is damaged is passed over, and so is a record that an interrupted run left half
 * written; after a damaged count the rest of its segment is not found. At worst a text is embedded again.
 */

import { createHash, randomBytes } from "node:crypto";
import { closeSync, fstatSync, mkdirSync, openSync, readdirSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { crc32 } from "node:zlib";

import type { EmbeddingCache } from "./library.js";

const HEADER = Buffer.from("LFCTEMB2");
const KEY_LENGTH = 16;
/** Key and count. */
const PREFIX_LENGTH = KEY_LENGTH + 4;
const CHECKSUM_LENGTH = 4;
const EXTENSION = ".embeddings";

/** How much of a segment is read at once to find its keys. */
const SCAN_BYTES = 1 << 22;

/** Where a record's bytes are. */
interface Place {
  path: string;
  offset: number;
  length: number;
}

export class FileEmbeddingCache implements EmbeddingCache {
  readonly #folder: string;
  readonly #models = new Map<string, ModelCache>();
  hits = 0;
  misses = 0;
  /** Why nothing is written any more, such as a full disk: a run goes on without. */
  failure: Error | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  get(texts: string[], model: string): (Float32Array | undefined)[] {
    const cache = this.#of(model);
    return texts.map((text) => {
      const embedding = cache.get(keyOf(text));
      if (embedding) this.hits++;
      else this.misses++;
      return embedding;
    });
  }

  set(texts: string[], embeddings: Float32Array[], model: string): void {
    if (this.failure || texts.length === 0) return;
    try {
      this.#of(model).append(texts.map(keyOf), embeddings);
    } catch (error) {
      this.failure = error as Error;
    }
  }

  close(): void {
    for (const cache of this.#models.values()) cache.close();
    this.#models.clear();
  }

  #of(model: string): ModelCache {
    let cache = this.#models.get(model);
    if (!cache) {
      const name = createHash("sha256").update(model).digest("hex").slice(0, 32);
      cache = new ModelCache(join(this.#folder, name));
      this.#models.set(model, cache);
    }
    return cache;
  }
}

/** The segments of one model. */
class ModelCache {
  readonly #folder: string;
  readonly #places = new Map<string, Place>();
  /** The segment that was read last: there may be more of them than a process may have open files. */
  #reading: { path: string; file: number } | undefined;
  /** The segment of this process, once it has something to write. */
  #own: { path: string; file: number; end: number } | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    for (const name of segments(folder)) {
      try {
        this.#scan(join(folder, name));
      } catch {
        // What cannot be read counts as not there; when the folder cannot be written either, `append` says so.
      }
    }
  }

  get(key: Buffer): Float32Array | undefined {
    const place = this.#places.get(key.toString("latin1"));
    if (!place) return undefined;
    try {
      const record = Buffer.alloc(place.length);
      const read = readSync(this.#open(place.path), record, 0, place.length, place.offset);
      return read === place.length ? decodeRecord(record, key) : undefined;
    } catch {
      // The segment was removed in the meantime, or its disk fails.
      return undefined;
    }
  }

  append(keys: Buffer[], embeddings: Float32Array[]): void {
    const own = (this.#own ??= this.#create());
    const records = keys.map((key, index) => encodeRecord(key, embeddings[index]!));
    writeFully(own.file, Buffer.concat(records), own.end);
    keys.forEach((key, index) => {
      const { length } = records[index]!;
      this.#places.set(key.toString("latin1"), { path: own.path, offset: own.end, length });
      own.end += length;
    });
  }

  close(): void {
    if (this.#reading) closeSync(this.#reading.file);
    if (this.#own) closeSync(this.#own.file);
  }

  #open(path: string): number {
    if (this.#reading?.path !== path) {
      if (this.#reading) closeSync(this.#reading.file);
      this.#reading = undefined;
      this.#reading = { path, file: openSync(path, "r") };
    }
    return this.#reading.file;
  }

  #create() {
    mkdirSync(this.#folder, { recursive: true });
    const path = join(this.#folder, `${Date.now()}-${randomBytes(4).toString("hex")}${EXTENSION}`);
    const file = openSync(path, "wx");
    writeFully(file, HEADER, 0);
    return { path, file, end: HEADER.length };
  }

  /** Notes where each record of a segment is. Whether it is sound shows when it is read. */
  #scan(path: string): void {
    const file = this.#open(path);
    const { size } = fstatSync(file);
    const block = Buffer.alloc(SCAN_BYTES);
    const header = block.subarray(0, readSync(file, block, 0, HEADER.length, 0));
    if (!header.equals(HEADER)) return;
    for (let start = HEADER.length; start < size;) {
      const read = readSync(file, block, 0, block.length, start);
      let position = 0;
      while (position + PREFIX_LENGTH <= read) {
        const offset = start + position;
        const length = recordLength(block.readUInt32LE(position + KEY_LENGTH));
        if (offset + length > size) return;
        const key = block.toString("latin1", position, position + KEY_LENGTH);
        this.#places.set(key, { path, offset, length });
        position += length;
      }
      if (position === 0) return;
      start += position;
    }
  }
}

function segments(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(EXTENSION))
      .sort();
  } catch {
    return [];
  }
}

function keyOf(text: string): Buffer {
  return createHash("sha256").update(text).digest().subarray(0, KEY_LENGTH);
}

function recordLength(values: number): number {
  return PREFIX_LENGTH + 4 * values + CHECKSUM_LENGTH;
}

function encodeRecord(key: Buffer, embedding: Float32Array): Buffer {
  const record = Buffer.alloc(recordLength(embedding.length));
  key.copy(record);
  record.writeUInt32LE(embedding.length, KEY_LENGTH);
  embedding.forEach((value, index) => record.writeFloatLE(value, PREFIX_LENGTH + 4 * index));
  const body = record.subarray(0, record.length - CHECKSUM_LENGTH);
  record.writeUInt32LE(crc32(body), body.length);
  return record;
}

/** The embedding, or `undefined` for a record that is not sound. */
function decodeRecord(record: Buffer, key: Buffer): Float32Array | undefined {
  const body = record.subarray(0, record.length - CHECKSUM_LENGTH);
  if (!body.subarray(0, KEY_LENGTH).equals(key) || record.readUInt32LE(body.length) !== crc32(body)) return undefined;
  const embedding = new Float32Array((body.length - PREFIX_LENGTH) / 4);
  for (let index = 0; index < embedding.length; index++) embedding[index] = body.readFloatLE(PREFIX_LENGTH + 4 * index);
  return embedding;
}

function writeFully(file: number, bytes: Buffer, position: number): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(file, bytes, written, bytes.length - written, position + written);
  }
}
