/** The form by which a reader narrows a collection down. */

import { byId, fill, h } from "./dom.ts";
import { type Chosen, type ChoiceFacet, type Facet, facetsOf, type RangeFacet, toFilter } from "./facets.ts";
import type { Store } from "./state.ts";
import { number, text } from "./strings.ts";

export function mountFilters(store: Store): void {
  const form = byId<HTMLFormElement>("filters");
  // On a phone the choices would push the answers off the screen.
  byId<HTMLDetailsElement>("filters-box").open = matchMedia("(min-width: 52rem)").matches;
  let facets: Facet[] = [];

  store.on(["collection"], ({ collection }) => {
    facets = collection ? facetsOf(collection.documents) : [];
    byId("filters-box").hidden = facets.length === 0;
    fill(
      form,
      ...facets.map((facet, index) => {
        const name = inputName(index);
        return facet.kind === "range" ? rangeField(facet, name) : choiceField(facet, name);
      }),
      h("button", { type: "reset", class: "text", hidden: true }, text.filters.clear),
    );
    store.set({ filter: null });
  });

  const read = () => store.set({ filter: toFilter(readChosen(form, facets)) });
  form.addEventListener("change", read);
  form.addEventListener("submit", (event) => event.preventDefault());
  // The fields are only empty once the event is over.
  form.addEventListener("reset", () => setTimeout(read));
  store.on(["filter"], ({ filter }) => {
    const clear = form.querySelector<HTMLButtonElement>("button[type=reset]");
    if (clear) {
      // A button that hides itself would take the focus with it.
      if (filter === null && clear === document.activeElement) {
        form.querySelector("input")?.focus();
      }
      clear.hidden = filter === null;
    }
  });
}

/** What the inputs of a facet are called. Never as its field is: a form is also asked for its inputs by their names. */
const inputName = (facet: number) => `facet ${facet}`;

function rangeField({ field, from, to }: RangeFacet, name: string): HTMLElement {
  const bound = (end: "from" | "to", placeholder: number) =>
    h(
      "label",
      {},
      h("span", {}, text.filters[end]),
      h("input", { type: "number", name: `${name} ${end}`, placeholder, min: from, max: to, step: "any" }),
    );
  return h("fieldset", {}, h("legend", {}, field), h("div", { class: "range" }, bound("from", from), bound("to", to)));
}

function choiceField({ field, values }: ChoiceFacet, name: string): HTMLElement {
  return h(
    "fieldset",
    {},
    h("legend", {}, field),
    ...values.map(({ value, documents }, index) =>
      h(
        "label",
        { class: "choice" },
        h("input", { type: "checkbox", name, value: index }),
        h("span", {}, String(value)),
        h("span", { class: "aside" }, number(documents)),
      ),
    ),
  );
}

function readChosen(form: HTMLFormElement, facets: readonly Facet[]): Chosen {
  const data = new FormData(form);
  const bound = (name: string, end: "from" | "to") => {
    const given = data.get(`${name} ${end}`);
    return given === null || given === "" ? {} : { [end]: Number(given) };
  };
  const chosen: Chosen = new Map();
  for (const [index, facet] of facets.entries()) {
    const name = inputName(index);
    if (facet.kind === "choice") {
      const values = data.getAll(name).map((index) => facet.values[Number(index)].value);
      chosen.set(facet.field, { values });
    } else {
      chosen.set(facet.field, { ...bound(name, "from"), ...bound(name, "to") });
    }
  }
  return chosen;
}
