/** From a question to what is shown of its answer, and the keys by which one gets about. */

import type { Citation, Hit } from "leafcutter";
import { answerFromDocuments, type DocumentTableAnswer } from "leafcutter/documents";
import { showAnswer } from "./answer.ts";
import type { Collection } from "./collection.ts";
import { announce, byId, fill, h } from "./dom.ts";
import type { Place } from "./reader.ts";
import { moveAmongHits, showResults } from "./results.ts";
import type { State, Store } from "./state.ts";
import { text } from "./strings.ts";
import { showTableAnswer } from "./table-answer.ts";

/** How many of the best hits' documents are asked for a table. */
const MOST_TABLES = 3;

export interface Outcomes {
  openSource(place: Place): void;
  walkTree(nodeId: number): void;
  failed(error: unknown): void;
}

export function mountAsk(store: Store, outcomes: Outcomes): void {
  const form = byId<HTMLFormElement>("ask");
  const field = byId<HTMLInputElement>("question");
  const results = byId("results");
  const answer = byId("answer");
  let running: AbortController | null = null;

  const reset = () => {
    running?.abort();
    results.removeAttribute("aria-busy");
    fill(answer);
    fill(results, h("p", { class: "nothing" }, text.empty));
  };

  const run = async ({ collection, question, settings, filter }: State) => {
    running?.abort();
    if (!collection || question === "") {
      reset();
      return;
    }
    const { signal } = (running = new AbortController());
    const options = {
      mode: settings.mode,
      signal,
      ...(filter === null ? {} : { filter }),
      ...(settings.alpha === null ? {} : { hybrid: { alpha: settings.alpha } }),
    };
    results.setAttribute("aria-busy", "true");
    try {
      const began = performance.now();
      const result = await collection.leafcutter.search(question, {
        ...options,
        k: settings.k,
        expand: settings.expand,
      });
      const found = { result, milliseconds: performance.now() - began, filtered: filter !== null };
      const brief = await collection.leafcutter.answer(question, options);
      if (signal.aborted) {
        return;
      }
      const said = brief.citations.map(({ text }) => text).join(" ");
      const asked = result.hits.slice(0, MOST_TABLES).map(({ document }) => document.id);
      const computed = await answerFromDocuments(collection.leafcutter, question, asked, said);
      if (signal.aborted) {
        return;
      }
      showAnswer(answer, brief, (citation) => outcomes.openSource(placeOfCitation(citation)));
      if (computed) {
        showTableAnswer(answer, computed, () => outcomes.openSource(placeOfTable(computed)));
      }
      showResults(results, found, {
        openSource: (hit) => outcomes.openSource(placeOfHit(hit)),
        walkTree: outcomes.walkTree,
      });
      announce(text.found(result.hits.length, found.milliseconds));
    } catch (error) {
      // A newer question takes this one's place without a word.
      if (!signal.aborted) {
        outcomes.failed(error);
      }
    } finally {
      if (!signal.aborted) {
        results.removeAttribute("aria-busy");
      }
    }
  };

  const ask = (question: string) => {
    field.value = question;
    // Asking again is a wish to see the answer again, though nothing may have changed.
    store.set({ question: question.trim(), view: "answers" });
    void run(store.state);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask(field.value);
  });
  store.on(["filter", "settings"], (state) => void run(state));
  store.on(["collection"], ({ collection }) => {
    field.value = "";
    field.placeholder = text.placeholder;
    store.set({ question: "", view: "answers" });
    reset();
    showSuggestions(collection, ask);
  });
  mountKeys(store, field, results, () => ask(""));
}

function showSuggestions(collection: Collection | null, ask: (question: string) => void): void {
  const questions = collection?.questions ?? [];
  const container = byId("suggestions");
  container.hidden = questions.length === 0;
  fill(
    container,
    h("span", { class: "aside" }, text.suggestions),
    ...questions.map((question) =>
      h("button", { type: "button", class: "text", onclick: () => ask(question) }, question),
    ),
  );
}

function mountKeys(store: Store, field: HTMLInputElement, results: HTMLElement, clear: () => void): void {
  document.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    const writing = target.closest("input, textarea, select, [contenteditable], dialog") !== null;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "/" && plain && !writing && store.state.phase === "ready") {
      event.preventDefault();
      field.focus();
      field.select();
    } else if (event.key === "Escape" && target === field && field.value !== "") {
      event.preventDefault();
      clear();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && plain) {
      const among = target === field || target.closest(".hits") !== null;
      const step = event.key === "ArrowDown" ? 1 : -1;
      if (among && !(target === field && step === -1) && moveAmongHits(results, step, field)) {
        event.preventDefault();
      }
    }
  });
}

/** All that a hit was taken from in its document: one range for a leaf, one for each sentence of a summary. */
function placeOfHit({ document, sources, headingPath }: Hit): Place {
  const ranges = sources.filter((source) => source.document === document.id).map(({ range }) => range);
  return { documentId: document.id, ranges, headingPath };
}

function placeOfCitation({ document, range, headingPath }: Citation): Place {
  return { documentId: document.id, ranges: [range], headingPath };
}

function placeOfTable({ document, table }: DocumentTableAnswer): Place {
  return { documentId: document, ranges: [table.range], headingPath: [] };
}
