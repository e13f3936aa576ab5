/** How to search, for those who want to say. */

import { byId, fill, h } from "./dom.ts";
import type { Settings, Store } from "./state.ts";
import { text } from "./strings.ts";

export function mountSettings(store: Store): void {
  const form = byId<HTMLFormElement>("settings");
  const { mode, expand, k } = store.state.settings;
  const weigh = h("input", { type: "checkbox", name: "weigh", checked: true });
  const alpha = h("input", {
    type: "range",
    name: "alpha",
    min: 0,
    max: 1,
    step: 0.05,
    value: 0.5,
    disabled: true,
    "aria-label": text.settings.hybrid,
  });
  fill(
    form,
    select("mode", text.settings.mode, text.settings.modes, mode),
    h(
      "fieldset",
      {},
      h("legend", {}, text.settings.hybrid),
      h("label", { class: "choice" }, weigh, h("span", {}, text.settings.hybridAuto)),
      h("div", { class: "scale" }, h("span", {}, text.settings.words), alpha, h("span", {}, text.settings.meaning)),
    ),
    select("expand", text.settings.expand, text.settings.expands, expand),
    h(
      "label",
      {},
      h("span", {}, text.settings.k),
      h("input", { type: "number", name: "k", min: 1, max: 50, value: k }),
    ),
  );

  const read = (): Settings => {
    const data = new FormData(form);
    return {
      mode: data.get("mode") as Settings["mode"],
      expand: data.get("expand") as Settings["expand"],
      alpha: weigh.checked ? null : alpha.valueAsNumber,
      k: Math.min(50, Math.max(1, Math.round(Number(data.get("k"))) || k)),
    };
  };
  form.addEventListener("change", () => {
    alpha.disabled = weigh.checked;
    store.set({ settings: read() });
  });
  form.addEventListener("submit", (event) => event.preventDefault());
}

function select(name: string, label: string, options: Record<string, string>, chosen: string): HTMLElement {
  return h(
    "label",
    {},
    h("span", {}, label),
    h(
      "select",
      { name },
      ...Object.entries(options).map(([value, shown]) => h("option", { value, selected: value === chosen }, shown)),
    ),
  );
}
