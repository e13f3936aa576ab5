import type { Progress, Stage } from "./types.js";

/** No more often than this is worth showing. */
const INTERVAL_MS = 50;

/** Passes progress on, thinned out, with an estimate of the time left. */
export class ProgressReporter {
  readonly #send: (progress: Progress) => void;
  readonly #now: () => number;
  #stage: Stage | undefined;
  #startedAt = 0;
  #startedWith = 0;
  #sentAt = 0;

  constructor(send: (progress: Progress) => void, now: () => number = () => performance.now()) {
    this.#send = send;
    this.#now = now;
  }

  report({ stage, done, total }: Progress): void {
    const now = this.#now();
    const first = stage !== this.#stage || done < this.#startedWith;
    if (first) {
      this.#stage = stage;
      this.#startedAt = now;
      this.#startedWith = done;
    } else if (now - this.#sentAt < INTERVAL_MS && done < total) {
      return;
    }
    this.#sentAt = now;
    const gained = done - this.#startedWith;
    const progress: Progress = { stage, done, total };
    if (gained > 0 && total >= done) {
      progress.secondsLeft = (((now - this.#startedAt) / gained) * (total - done)) / 1000;
    }
    this.#send(progress);
  }
}
