/** Shows how far the reading has come. */

import type { Progress } from "leafcutter";
import { trail } from "./art.ts";
import { announce, byId, fill } from "./dom.ts";
import { text } from "./strings.ts";

/** A screen reader is told no more often than this. */
const ANNOUNCE_MS = 10_000;

export class ProgressView {
  #trail = trail();
  #announcedAt = 0;
  #announcedStage = "";

  constructor() {
    fill(byId("trail"), this.#trail.element);
  }

  /** Begins anew for documents called `name`. */
  start(name: string): void {
    this.#announcedStage = "";
    byId("progress-title").textContent = text.working(name);
    byId("progress-stage").textContent = "";
    byId("progress-left").textContent = "";
    byId("progress-bar").removeAttribute("value");
    byId<HTMLButtonElement>("cancel").disabled = false;
    this.#trail.show(0);
  }

  update({ stage, done, total, secondsLeft }: Progress): void {
    const line = text.stageLine(stage, done, total);
    const share = total === 0 ? 0 : Math.min(1, done / total);
    const left = secondsLeft === undefined ? "" : text.left(secondsLeft);
    byId("progress-stage").textContent = line;
    byId("progress-left").textContent = left;
    byId<HTMLProgressElement>("progress-bar").value = share;
    this.#trail.show(share);
    this.#announce(stage, left ? `${line}, ${left}` : line);
  }

  cancelling(): void {
    byId<HTMLButtonElement>("cancel").disabled = true;
    byId("progress-left").textContent = text.cancelling;
  }

  #announce(stage: string, line: string): void {
    const now = performance.now();
    if (stage !== this.#announcedStage || now - this.#announcedAt > ANNOUNCE_MS) {
      this.#announcedStage = stage;
      this.#announcedAt = now;
      announce(line);
    }
  }
}
