/** How the end of a thread is learned of, of which a browser says nothing: it holds a lock for as long as it lives. */

import { hasWebWorkers } from "./ports.js";

/** The name of a lock to hold; `undefined` where there are none. */
export function lifelineName(): string | undefined {
  if (!hasWebWorkers()) return undefined;
  return (navigator as { locks?: LockManager }).locks && `leafcutter ${crypto.randomUUID()}`;
}

/** Takes the lock of this thread. */
export function holdLifeline(name: string): Promise<void> {
  return new Promise((resolve) => {
    void navigator.locks.request(name, () => {
      resolve();
      return new Promise(() => {});
    });
  });
}

/** Calls `onEnd` when the thread that holds a lock is no more. */
export function watchLifeline(name: string, onEnd: () => void): void {
  void navigator.locks.request(name, onEnd).catch(() => {});
}
