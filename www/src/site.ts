/** What every page of the site runs: the theme's button, the search, tables of contents, programs to copy, and what works offline. */

import type { LeafcutterSearch } from "leafcutter/element";
import { mountCopying } from "./copying.ts";
import { mountOffline } from "./offline.ts";
import { modelIsKept, searchPages } from "./search.ts";
import { mountThemeChoice } from "./theme-choice.ts";

/** Wide enough for the tables of contents to stand beside the text. */
const WIDE = "(min-width: 66rem)";

mountThemeChoice();
mountContents();
mountCopying();
mountFind();
mountOffline();

/** Opens what lists pages and headings where there is room beside the text. */
function mountContents(): void {
  const wide = matchMedia(WIDE);
  const show = () => {
    for (const details of document.querySelectorAll<HTMLDetailsElement>("[data-open-when-wide]")) {
      details.open = wide.matches;
    }
  };
  wide.addEventListener("change", show);
  show();
}

/** The search in the masthead, and the keys that open it. */
function mountFind(): void {
  const find = document.querySelector<LeafcutterSearch>("#find")!;
  const ready = modelIsKept().then((isKept) => searchPages(find, isKept));
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      // A reader may be quicker than the page.
      void ready.then(() => find.open());
    }
  });
}
