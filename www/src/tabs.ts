/** The tabs between the answers and the tree. */

import { byId } from "./dom.ts";
import type { Store, View } from "./state.ts";

const VIEWS: View[] = ["answers", "tree"];

export function mountTabs(store: Store): void {
  const tabs = VIEWS.map((view) => byId<HTMLButtonElement>(`tab-${view}`));
  tabs.forEach((tab, index) => {
    tab.addEventListener("click", () => store.set({ view: VIEWS[index] }));
    tab.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step !== undefined) {
        const next = (index + step + VIEWS.length) % VIEWS.length;
        store.set({ view: VIEWS[next] });
        tabs[next].focus();
      }
    });
  });
  store.on(["view"], ({ view }) => {
    tabs.forEach((tab, index) => {
      const selected = VIEWS[index] === view;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      byId(`panel-${VIEWS[index]}`).hidden = !selected;
    });
  });
}
