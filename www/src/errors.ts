/** Errors as the page tells them: what happened, and what to do. */

import type { ErrorCode } from "leafcutter";
import type { ReadFailure } from "leafcutter/documents";
import { announce, byId, fill, h } from "./dom.ts";
import { text } from "./strings.ts";

/** Shows `error`, or nothing for a call that the reader cancelled. */
export function showError(error: unknown): void {
  if (error instanceof Error && error.name === "AbortError") {
    return;
  }
  const code = (error as { code?: ErrorCode }).code;
  const message = error instanceof Error ? error.message : String(error);
  const remedy = code === undefined ? null : (text.remedies[code] ?? text.remedy);
  const box = byId("error");
  fill(
    box,
    h("div", {}, h("h2", {}, text.errorTitle), h("p", {}, capitalized(message)), remedy !== null && h("p", {}, remedy)),
    h("button", { type: "button", onclick: hideError }, text.close),
  );
  box.hidden = false;
  box.scrollIntoView({ block: "nearest" });
}

/** Shows which of several files were left out, and why. */
export function showFailures(failures: readonly ReadFailure[]): void {
  const box = byId("error");
  fill(
    box,
    h(
      "div",
      {},
      h("h2", {}, text.leftOut(failures.length)),
      h("ul", {}, ...failures.map(({ error }) => h("li", {}, capitalized(error.message)))),
    ),
    h("button", { type: "button", onclick: hideError }, text.close),
  );
  box.hidden = false;
  announce(text.leftOut(failures.length));
}

export function hideError(): void {
  byId("error").hidden = true;
}

function capitalized(message: string): string {
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
