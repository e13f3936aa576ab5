/** CRC-32, by which torn and damaged records are known. What is in segments has checksums of its own. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

export function crc32(bytes: Uint8Array): number {
  let value = ~0;
  for (let index = 0; index < bytes.length; index++) value = (value >>> 8) ^ TABLE[(value ^ bytes[index]!) & 0xff]!;
  return ~value >>> 0;
}

/** A record: its length, its checksum, its bytes. */
export function sealed(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(8 + bytes.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, bytes.length, true);
  view.setUint32(4, crc32(bytes), true);
  record.set(bytes, 8);
  return record;
}

/** The records from the beginning of `bytes`, up to the first that is cut short or damaged. */
export function* unsealed(bytes: Uint8Array): Generator<{ record: Uint8Array; end: number }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + 8 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at, true);
    if (end > bytes.length) return;
    const record = bytes.subarray(at + 8, end);
    if (crc32(record) !== view.getUint32(at + 4, true)) return;
    yield { record, end };
    at = end;
  }
}

/** Plain data as one record. */
export const sealedJson = (value: unknown) => sealed(new TextEncoder().encode(JSON.stringify(value)));

/** What {@link sealedJson} was given; `undefined` for anything else. */
export function unsealedJson(bytes: Uint8Array): unknown {
  for (const { record, end } of unsealed(bytes)) {
    if (end !== bytes.length) return undefined;
    try {
      return JSON.parse(new TextDecoder().decode(record));
    } catch {
      return undefined;
    }
  }
  return undefined;
}
