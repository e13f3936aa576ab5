/** The landing page: a field that answers at once. */

import type { LeafcutterSearch } from "leafcutter/element";
import { heroTree } from "./art.ts";
import { byId, fill, h } from "./dom.ts";
import { modelIsKept, searchPages } from "./search.ts";
import { siteText } from "./site-strings.ts";

const text = siteText.landing;
const QUESTIONS = [
  "what leaves my machine?",
  "how fast is embedding compared to transformers.js?",
  "search for a static site without a server",
  "what happens if a tab closes in the middle of a change?",
];

const search = document.querySelector<LeafcutterSearch>("#live-search")!;
const meaning = byId<HTMLButtonElement>("live-meaning");

fill(byId("hero-art"), heroTree());
fill(
  byId("live-suggestions"),
  h("span", { class: "aside" }, text.suggestions),
  ...QUESTIONS.map((question) =>
    h("button", { type: "button", class: "chip", onclick: () => void search.search(question) }, question),
  ),
);
void begin();

/** Shows what it does before anybody asks. The model is large, so it comes only if it is here, or if the reader wants it. */
async function begin(): Promise<void> {
  const kept = await modelIsKept();
  searchPages(search, kept);
  meaning.hidden = kept;
  meaning.addEventListener("click", () => {
    const query = search.view?.query || QUESTIONS[0]!;
    meaning.hidden = true;
    searchPages(search, true);
    void search.search(query);
  });
  await search.search(QUESTIONS[0]!, { focus: false });
}
