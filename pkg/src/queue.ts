import { throwIfCancelled } from "./errors.js";

/** Runs tasks one after the other, whatever becomes of each. */
export class Queue {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const result = this.#last.then(() => {
      throwIfCancelled(signal);
      return task();
    });
    this.#last = result.catch(() => {});
    return result;
  }
}
