/** Where a document's own address may lead. */

const SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** `address` as a link takes it, or null for one that is not absolute or that a page must not follow, such as `javascript:`. */
export function safeAddress(address: string): string | null {
  try {
    const url = new URL(address);
    return SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
