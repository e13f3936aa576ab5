/** Names of collections as names of files. */

import { invalid } from "../checks.js";

/** File systems take 255 bytes at most. */
const MOST = 200;

/**
 * Letters of one case, digits, `-` and `_` stand for themselves, all else for its bytes: file systems differ in what they allow,
 * and in whether case counts.
 *
 * @throws LeafcutterError `invalid-option` for a name that is empty, too long, or not well-formed.
 */
export function fileNameOf(name: string): string {
  if (/[\ud800-\udfff]/u.test(name)) throw invalid("name", "well-formed text", name);
  const bytes = new TextEncoder().encode(name);
  const encoded = Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[a-z0-9_-]/.test(character) ? character : `%${byte.toString(16).padStart(2, "0")}`;
  }).join("");
  if (encoded === "" || encoded.length > MOST) {
    throw invalid("name", `a name of 1 to ${MOST} small letters and digits (others count three times and more)`, name);
  }
  return encoded;
}

/** The name that {@link fileNameOf} gave this; `undefined` for a file of somebody else. */
export function nameOfFile(file: string): string | undefined {
  try {
    const name = decodeURIComponent(file);
    return fileNameOf(name) === file ? name : undefined;
  } catch {
    return undefined;
  }
}
