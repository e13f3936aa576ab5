/** The landing page: a field that answers at once. */

import { heroTree } from "./art.ts";
import { byId, fill } from "./dom.ts";
import { SearchBox } from "./search/box.ts";

const QUESTIONS = [
  "what leaves my machine?",
  "how fast is embedding compared to transformers.js?",
  "search for a static site without a server",
  "what happens if a tab closes in the middle of a change?",
];

fill(byId("hero-art"), heroTree());
const box = new SearchBox(byId("live"), { suggestions: QUESTIONS, pages: 3 });
void box.ask(QUESTIONS[0]!);

document.addEventListener("keydown", (event) => {
  const writes = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
  if (event.key === "/" && !writes && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    box.focus();
  }
});
