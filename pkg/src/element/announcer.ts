/** Tells screen readers what changed, once it has settled. */

import { h } from "./dom.js";

/** A reader who types on is not talked over. */
const SETTLED_MS = 600;

export class Announcer {
  /** To be put into the page before anything is said. */
  readonly element = h("div", { class: "unseen", role: "status", "aria-live": "polite" });
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Says `text` in a moment, unless something else is to be said by then. */
  say(text: string): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      if (this.element.textContent !== text) this.element.textContent = text;
    }, SETTLED_MS);
  }

  /** Says nothing any more. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
