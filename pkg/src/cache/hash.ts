/** A hash of 64 bits, by which it is told whether a text has changed: two of 32 bits, mixed as in MurmurHash3. */
export function hashOf(text: string): string {
  let [a, b] = [0x9e3779b9, 0x85ebca6b];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x5f356495);
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  const mixed = [a ^ (b >>> 16), b ^ (a >>> 13)].map((half) => Math.imul(half ^ (half >>> 16), 0xc2b2ae35) >>> 0);
  return `${text.length.toString(36)}-${mixed.map((half) => half.toString(16).padStart(8, "0")).join("")}`;
}
