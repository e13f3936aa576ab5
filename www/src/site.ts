/** What every page of the site runs: the theme's button, the search, tables of contents, programs to copy, and what works offline. */

import { mountCopying } from "./copying.ts";
import { byId } from "./dom.ts";
import { mountOffline } from "./offline.ts";
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

/** The button of the masthead, and the keys that do the same. The dialog loads when it is first wanted. */
function mountFind(): void {
  const button = byId<HTMLButtonElement>("find");
  const open = () => void import("./search/dialog.ts").then(({ openSearchDialog }) => openSearchDialog());
  button.hidden = false;
  button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      open();
    }
  });
}
