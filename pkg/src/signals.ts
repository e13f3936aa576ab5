import { cancelled } from "./errors.js";

/** A signal that aborts with the first of several. `release` ends that, for signals that live on. */
export function followSignals(...signals: AbortSignal[]): {
  signal: AbortSignal;
  abort(reason?: unknown): void;
  release(): void;
} {
  const controller = new AbortController();
  const stop = (event: Event) => controller.abort((event.target as AbortSignal).reason);
  for (const signal of signals) {
    if (signal.aborted) controller.abort(signal.reason);
    signal.addEventListener("abort", stop);
  }
  return {
    signal: controller.signal,
    abort: (reason) => controller.abort(reason),
    release: () => signals.forEach((signal) => signal.removeEventListener("abort", stop)),
  };
}

/** The promise, or as soon as the signal aborts the error that says so; what the promise waits for goes on. */
export function orCancelled<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(cancelled(signal));
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort);
    void promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
