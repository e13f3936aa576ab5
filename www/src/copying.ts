/** A button on each program of a page that copies it. */

import { h } from "./dom.ts";
import { siteText } from "./site-strings.ts";

const text = siteText.copy;
/** How long a button says what it did, in milliseconds. */
const SAID_FOR = 2000;

export function mountCopying(): void {
  for (const code of document.querySelectorAll("pre > code")) {
    const program = code.parentElement!;
    const button = h("button", { type: "button", class: "copy", "aria-label": text.label }, text.copy);
    const say = (said: string) => {
      button.textContent = said;
      setTimeout(() => (button.textContent = text.copy), SAID_FOR);
    };
    button.addEventListener("click", () => {
      const written = navigator.clipboard?.writeText(code.textContent ?? "") ?? Promise.reject(new Error(text.failed));
      written.then(
        () => say(text.copied),
        () => say(text.failed),
      );
    });
    // Beside the program, so that it stays in its corner while the program scrolls.
    const frame = h("div", { class: "program" });
    program.replaceWith(frame);
    frame.append(program, button);
  }
}
