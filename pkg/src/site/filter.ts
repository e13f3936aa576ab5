import { LeafcutterError } from "../errors.js";

/** Times of documents, which the index does not hold. */
const TIMES = ["updatedAt", "expiresAt"];

/**
 * A filter as the small module takes it: a byte for the kind, then a double, a text, or a count and as many values.
 *
 * @throws LeafcutterError `invalid-filter` for times.
 */
export function encodeFilter(filter: unknown): Uint8Array {
  const bytes: number[] = [];
  const count = (value: number) => bytes.push(value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24);
  const text = (value: string) => {
    const encoded = new TextEncoder().encode(value);
    count(encoded.length);
    for (const byte of encoded) bytes.push(byte);
  };
  const write = (value: unknown): void => {
    if (value === true) bytes.push(2);
    else if (value === false) bytes.push(1);
    else if (typeof value === "number") bytes.push(3, ...new Uint8Array(new Float64Array([value]).buffer));
    else if (typeof value === "string") {
      bytes.push(4);
      text(value);
    } else if (Array.isArray(value)) {
      bytes.push(5);
      count(value.length);
      value.forEach(write);
    } else if (value !== null && typeof value === "object") {
      const members = Object.entries(value).filter(([, member]) => member !== undefined);
      bytes.push(6);
      count(members.length);
      for (const [name, member] of members) {
        if (TIMES.includes(name)) {
          throw new LeafcutterError("invalid-filter", `options.filter: a site is not filtered by ${name}`);
        }
        text(name);
        write(member);
      }
    } else bytes.push(0);
  };
  write(filter);
  return Uint8Array.from(bytes);
}
