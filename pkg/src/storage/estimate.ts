/** What the browser says about the room that a site has. */

import type { StorageStats } from "../types.js";

let asked = false;

/**
 * Asks the browser, once a page, not to clear the site's storage when space is short. Some ask the reader, some decide by
 * themselves, and only pages may ask.
 */
export function askToPersist(): void {
  const storage = globalThis.navigator?.storage as StorageManager | undefined;
  if (asked || !("document" in globalThis) || !storage?.persist) return;
  asked = true;
  storage.persist().catch(() => {});
}

/** As far as the browser tells. */
export async function estimate(): Promise<Pick<StorageStats, "persisted" | "usage" | "quota">> {
  try {
    const { storage } = navigator;
    const [persisted, { usage, quota }] = await Promise.all([storage.persisted(), storage.estimate()]);
    return { persisted, ...(usage !== undefined && { usage }), ...(quota !== undefined && { quota }) };
  } catch {
    return {};
  }
}
