/** A document's text beside the page, scrolled to the passage in question. */

import type { Leafcutter } from "leafcutter";
import { byId, fill, h, reveal } from "./dom.ts";
import { safeAddress } from "./links.ts";
import { marked, type Range } from "./marks.ts";
import { headings } from "./results.ts";
import { text } from "./strings.ts";

export interface Place {
  documentId: string;
  /** What to mark; the first of them is scrolled to. */
  ranges: readonly Range[];
  headingPath: readonly string[];
}

export class Reader {
  #dialog = byId<HTMLDialogElement>("reader");

  constructor() {
    // A click on the backdrop is one on the dialog itself: its content fills it.
    this.#dialog.addEventListener("click", (event) => {
      if (event.target === this.#dialog) {
        this.#dialog.close();
      }
    });
  }

  /** Shows `place`. The browser gives the focus back to where it was once the dialog closes. */
  async open(leafcutter: Leafcutter, place: Place): Promise<void> {
    const document = await leafcutter.document(place.documentId);
    const body = h("div", { class: "reader-text passage" }, ...paragraphs(document.text, place.ranges));
    const passage = body.querySelector<HTMLElement>("mark");
    const address = document.url === undefined ? null : safeAddress(document.url);
    fill(
      this.#dialog,
      h(
        "div",
        { class: "sheet-inner" },
        h(
          "header",
          { class: "sheet-head" },
          h("div", {}, h("h2", { id: "reader-title" }, document.title), headings(document.title, place.headingPath)),
          h("button", { type: "button", onclick: () => this.#dialog.close() }, text.close),
        ),
        h("div", { class: "sheet-body", tabindex: 0, "aria-label": document.title, role: "region" }, body),
        h(
          "footer",
          { class: "sheet-foot" },
          address !== null && h("a", { href: address, rel: "noopener noreferrer" }, document.url),
          h("button", { type: "button", class: "text", onclick: () => passage && show(passage) }, text.backToPassage),
        ),
      ),
    );
    if (!this.#dialog.open) {
      this.#dialog.showModal();
    }
    if (passage) {
      passage.tabIndex = -1;
      passage.id = "reader-passage";
      passage.focus({ preventScroll: true });
      passage.scrollIntoView({ block: "center", behavior: "instant" });
    }
  }
}

function show(passage: HTMLElement): void {
  passage.focus({ preventScroll: true });
  reveal(passage, "center");
}

/** `whole` as paragraphs, with what lies in `ranges` marked. */
function paragraphs(whole: string, ranges: readonly Range[]): HTMLElement[] {
  const shown: HTMLElement[] = [];
  let at = 0;
  for (const paragraph of whole.split(/(\n{2,})/)) {
    if (!/^\n*$/.test(paragraph)) {
      const offset = at;
      const here = ranges.map(({ start, end }) => ({ start: start - offset, end: end - offset }));
      shown.push(h("p", {}, ...marked(paragraph, here)));
    }
    at += paragraph.length;
  }
  return shown;
}
