/** One at a time, over all tabs, by Web Locks. */

import { throwIfCancelled } from "../errors.js";
import type { ExclusiveOptions } from "./storage.js";

/** Not on pages of an insecure origin. Without, tabs would undo each other's changes, so nothing is kept there. */
export function canLock(): boolean {
  return (navigator as { locks?: LockManager }).locks !== undefined;
}

export async function browserLock<T>(
  name: string,
  task: () => Promise<T>,
  { signal, ifFree = false }: ExclusiveOptions = {},
): Promise<T | undefined> {
  throwIfCancelled(signal);
  // The two cannot be given together.
  const options: LockOptions = ifFree ? { ifAvailable: true } : signal ? { signal } : {};
  let begun = false;
  try {
    return await navigator.locks.request(`leafcutter ${name}`, options, async (lock) => {
      begun = true;
      return lock ? await task() : undefined;
    });
  } catch (error) {
    if (!begun) throwIfCancelled(signal);
    throw error;
  }
}
