/** One at a time, over all tabs, by Web Locks. */

import { Queue } from "../queue.js";
import { throwIfCancelled } from "../errors.js";
import type { ExclusiveOptions } from "./storage.js";

/** Where pages have no Web Locks, which are of secure origins only: one at a time on this thread at least. */
const queues = new Map<string, { queue: Queue; busy: number }>();

export async function browserLock<T>(
  name: string,
  task: () => Promise<T>,
  { signal, ifFree = false }: ExclusiveOptions = {},
): Promise<T | undefined> {
  throwIfCancelled(signal);
  const { locks } = navigator as { locks?: LockManager };
  if (!locks) return queued(name, task, { ...(signal && { signal }), ifFree });
  // The two cannot be given together.
  const options: LockOptions = ifFree ? { ifAvailable: true } : signal ? { signal } : {};
  try {
    return await locks.request(`leafcutter ${name}`, options, async (lock) => (lock ? await task() : undefined));
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  }
}

async function queued<T>(name: string, task: () => Promise<T>, { signal, ifFree }: ExclusiveOptions) {
  let entry = queues.get(name);
  if (!entry) queues.set(name, (entry = { queue: new Queue(), busy: 0 }));
  if (ifFree && entry.busy > 0) return undefined;
  entry.busy++;
  try {
    return await entry.queue.run(task, signal);
  } finally {
    entry.busy--;
  }
}
