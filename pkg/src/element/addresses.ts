/** Addresses of documents, which are as little trusted as their texts. */

/** The address if it is one of a page, else `undefined`: never a script. Relative ones stay as they are. */
export function pageAddress(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  try {
    const { protocol } = new URL(
      url,
      (globalThis as { document?: Document }).document?.baseURI ?? "https://page.invalid/",
    );
    return protocol === "https:" || protocol === "http:" ? url : undefined;
  } catch {
    return undefined;
  }
}

/** The address of a place in a document. */
export function withAnchor(url: string | undefined, anchor: string | undefined): string | undefined {
  return url === undefined || anchor === undefined ? url : `${url.split("#")[0]}#${encodeURIComponent(anchor)}`;
}

/** An address as a reader takes it in: its path, without what every page has. `undefined` where there is none. */
export function readablePath(url: string | undefined): string | undefined {
  if (url === undefined) return undefined;
  const { document } = globalThis as { document?: Document };
  try {
    const { origin, host, pathname } = new URL(url, document?.baseURI ?? "https://page.invalid/");
    const parts = decodeURIComponent(pathname)
      .replace(/(\/index)?(\.html?)?\/?$/, "")
      .split("/")
      .filter((part) => part !== "");
    if (document && origin !== new URL(document.baseURI).origin) parts.unshift(host);
    return parts.length > 0 ? parts.join(" › ") : undefined;
  } catch {
    return undefined;
  }
}
