/** Progress on standard error: one line that is rewritten on a terminal, a line every few seconds elsewhere. */

import type { Progress } from "../types.js";

const STAGES: Record<Progress["stage"], string> = {
  load: "loading the model",
  parse: "reading",
  embed: "embedding",
  cluster: "clustering",
  summarize: "summarizing",
  index: "indexing",
  learn: "learning",
};

const TERMINAL_INTERVAL_MS = 100;
const LOG_INTERVAL_MS = 5000;

/** Where progress is written. */
export interface ProgressStream {
  isTTY?: boolean;
  write(text: string): unknown;
}

export class ProgressLine {
  readonly #stream: ProgressStream;
  readonly #now: () => number;
  #stage = "";
  #stageStart = 0;
  #lastShown: number;
  #shown = false;

  constructor(stream: ProgressStream = process.stderr, now: () => number = () => performance.now()) {
    this.#stream = stream;
    this.#now = now;
    // What is done in an instant is not worth a line.
    this.#lastShown = now();
  }

  /** For the `onProgress` of the library. */
  readonly report = ({ stage, done, total, secondsLeft }: Progress): void => {
    this.show(STAGES[stage], done, total, secondsLeft);
  };

  /**
   * @param total - 0 while not known.
   * @param secondsLeft - Until this stage ends; estimated from its pace if not given.
   */
  show(stage: string, done: number, total: number, secondsLeft?: number): void {
    const now = this.#now();
    if (stage !== this.#stage) {
      this.#stage = stage;
      this.#stageStart = now;
    }
    const interval = this.#stream.isTTY ? TERMINAL_INTERVAL_MS : LOG_INTERVAL_MS;
    if (now - this.#lastShown < interval) return;
    this.#lastShown = now;
    const count =
      total > 0 ? `${done.toLocaleString("en")} of ${total.toLocaleString("en")}` : done.toLocaleString("en");
    const elapsed = (now - this.#stageStart) / 1000;
    const left = secondsLeft ?? (done > 0 && elapsed > 1 ? (elapsed / done) * (total - done) : undefined);
    const time = left !== undefined && left > 0 ? `, ${duration(left)} left` : "";
    const line = `${stage}: ${count}${time}`;
    this.#stream.write(this.#stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
    this.#shown = true;
  }

  /** Writes a line that stays, beside the progress. */
  note(line: string): void {
    this.clear();
    this.#stream.write(`${line}\n`);
  }

  /** Takes the line off a terminal, before something else is written. */
  clear(): void {
    if (this.#shown && this.#stream.isTTY) this.#stream.write("\r\x1b[K");
    this.#shown = false;
  }
}

/** Seconds in words: `40 s`, `3 min`, `1 h 20 min`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
