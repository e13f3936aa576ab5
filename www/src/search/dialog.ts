/** The search of the site in a dialog over any page. */

import { fill, h } from "../dom.ts";
import { siteText } from "../site-strings.ts";
import { SearchBox } from "./box.ts";

const text = siteText.search;
let dialog: HTMLDialogElement | undefined;
let box: SearchBox;

/** Shows the dialog, with what was asked in it before. */
export function openSearchDialog(): void {
  dialog ??= makeDialog();
  if (!dialog.open) dialog.showModal();
  box.focus();
}

function makeDialog(): HTMLDialogElement {
  const host = h("div");
  const made = h("dialog", { class: "find-dialog", "aria-labelledby": "find-title" });
  const close = h("button", { type: "button", class: "quiet", onclick: () => made.close() }, text.close);
  fill(made, h("div", { class: "find-head" }, h("h2", { id: "find-title" }, text.title), close), host);
  made.addEventListener("click", ({ target }) => {
    // Beside the dialog, or on a result, which may be on this very page.
    if (target === made || (target instanceof Element && target.closest(".found-page a"))) made.close();
  });
  document.body.append(made);
  box = new SearchBox(host);
  return made;
}
