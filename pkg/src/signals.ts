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
