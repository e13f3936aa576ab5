/** How the end of a thread is learned of, of which a browser says nothing: it holds a lock for as long as it lives. */

/** Takes a lock for as long as this thread lives; `false` where the browser has none to give. */
export function holdLifeline(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const held = navigator.locks.request(name, () => {
      resolve(true);
      return new Promise(() => {});
    });
    held.catch(() => resolve(false));
  });
}

/**
 * Calls `onEnd` when another thread is no more; where there are no locks, it never does.
 *
 * @param hold - Has that thread {@link holdLifeline hold} a lock of this name.
 */
export async function followLife(hold: (name: string) => Promise<boolean>, onEnd: () => void): Promise<void> {
  if (!(navigator as { locks?: LockManager }).locks) return;
  const name = `leafcutter ${crypto.randomUUID()}`;
  if (await hold(name)) void navigator.locks.request(name, onEnd).catch(() => {});
}
