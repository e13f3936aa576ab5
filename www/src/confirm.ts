/** Asks before documents are forgotten that nobody saved. */

import type { Collection } from "./collection.ts";
import { byId, fill, h } from "./dom.ts";
import { text } from "./strings.ts";

const FORGET = "forget";

/** Whether `collection` may be forgotten: there is none, a file holds it, or the reader says so to `question`. */
export async function mayForget(collection: Collection | null, question: string): Promise<boolean> {
  if (collection === null || collection.saved) {
    return true;
  }
  const dialog = byId<HTMLDialogElement>("confirm");
  fill(
    dialog,
    h("h2", { id: "confirm-title" }, question),
    h("p", { id: "confirm-loss" }, text.confirm.loss(collection.name)),
    h(
      "p",
      { class: "buttons" },
      // The first button has the focus: Enter keeps what is there.
      h("button", { type: "button", class: "primary", onclick: () => dialog.close("") }, text.confirm.keep),
      h("button", { type: "button", onclick: () => dialog.close(FORGET) }, text.confirm.forget),
    ),
  );
  dialog.returnValue = "";
  dialog.showModal();
  await new Promise((resolve) => dialog.addEventListener("close", resolve, { once: true }));
  return dialog.returnValue === FORGET;
}
