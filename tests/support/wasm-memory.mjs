// A module with less memory than it may want.

/** Reads an unsigned LEB128 number: it and where it ends. */
function number(bytes, at) {
  let [value, shift] = [0, 0];
  for (;;) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at];
    shift += 7;
  }
}

function encoded(value) {
  const bytes = [];
  do {
    bytes.push((value % 128) | (value >= 128 ? 0x80 : 0));
    value = Math.floor(value / 128);
  } while (value > 0);
  return bytes;
}

/**
 * @param {Uint8Array} module with one memory of its own
 * @param {number} pages of 64 KiB that its memory may grow to
 * @returns {Buffer}
 */
export function withMemoryLimit(module, pages) {
  const MEMORY_SECTION = 5;
  for (let at = 8; at < module.length;) {
    const [length, start] = number(module, at + 1);
    if (module[at] === MEMORY_SECTION) {
      const [least] = number(module, start + 2);
      const body = [1, 1, ...encoded(least), ...encoded(Math.max(least, pages))];
      const section = [MEMORY_SECTION, ...encoded(body.length), ...body];
      return Buffer.concat([module.subarray(0, at), Buffer.from(section), module.subarray(start + length)]);
    }
    at = start + length;
  }
  throw new Error("the module has no memory of its own");
}
