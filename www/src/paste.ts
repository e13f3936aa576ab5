/** Text that a reader pastes, as a document. */

import type { DocumentFile } from "leafcutter/documents";
import { byId } from "./dom.ts";
import { text } from "./strings.ts";

/** Letters of the first line that a document of pasted text is called by. */
const NAMED_BY = 60;

/** Pasting beside a field opens what the button opens, with the text in it: nothing is read before the reader says so. */
export function mountPaste(take: (file: DocumentFile) => void): void {
  const dialog = byId<HTMLDialogElement>("paste");
  const field = byId<HTMLTextAreaElement>("paste-text");
  const names = new Set<string>();
  byId("paste-open").addEventListener("click", () => dialog.showModal());
  byId("paste-cancel").addEventListener("click", () => dialog.close());
  byId<HTMLFormElement>("paste-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const pasted = field.value;
    dialog.close();
    if (pasted.trim() === "") return;
    // Two that begin alike are two documents.
    const beginning = pastedName(pasted);
    let name = beginning;
    for (let count = 2; names.has(name); count++) name = `${beginning} (${count})`;
    names.add(name);
    take({ path: name, blob: new Blob([pasted], { type: "text/plain" }), format: "text" });
  });
  dialog.addEventListener("close", () => (field.value = ""));
  document.addEventListener("paste", (event) => {
    const pasted = event.clipboardData?.getData("text/plain").trim() ?? "";
    const isInField = event.target instanceof Element && event.target.closest("input, textarea") !== null;
    if (pasted !== "" && !isInField && !document.querySelector("dialog[open]") && byId("drop").checkVisibility()) {
      event.preventDefault();
      field.value = pasted;
      dialog.showModal();
    }
  });
}

/** The beginning of the first line, without what would make folders of it. */
function pastedName(pasted: string): string {
  const [line = ""] = pasted.trim().split("\n", 1);
  const words = [...line.replace(/[/\\]/gu, " ").trim()].slice(0, NAMED_BY).join("").trim();
  return words || text.pasted;
}
