/** A search without a look: what is asked, what was found, what is chosen. For the element, and for those who draw their own. */

import { toLeafcutterError } from "../errors.js";
import type { MetadataScalar } from "../types.js";
import { countFacets, toFilter } from "./facets.js";
import type { FacetField, Pace, ResultGroup, SearchSource, SearchView, SourceAnswer } from "./types.js";

export interface SearchControllerOptions {
  source: SearchSource;
  /** Documents that are shown at first, and added by {@link SearchController.showMore}, 1 to 50. Default 8. */
  k?: number;
  /** What results can be narrowed by. */
  facets?: readonly FacetField[];
}

/** After the last keystroke, in milliseconds: until keywords are asked, and until meaning is. */
const TYPING_MS = 80;
const PAUSE_MS = 350;
/** Among so many documents the values of facets are counted. */
const COUNTED = 30;
/** The most that a source is asked for. */
const MOST = 100;

const NOTHING_ASKED: Omit<SearchView, "meaning"> = {
  query: "",
  status: "idle",
  groups: [],
  more: false,
  brief: undefined,
  facets: [],
  filtered: false,
  by: undefined,
  incomplete: false,
  error: undefined,
};

/**
 * Asks a source as the reader types, and keeps what there is to show as a {@link SearchView}.
 *
 * An event `change` follows each change of `view`. `subscribe` and `getView` are what React's `useSyncExternalStore` takes.
 */
export class SearchController extends EventTarget {
  readonly #source: SearchSource;
  readonly #step: number;
  readonly #fields: readonly FacetField[];
  readonly #chosen = new Map<string, MetadataScalar[]>();
  #view: SearchView;
  #shown: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;

  constructor({ source, k = 8, facets = [] }: SearchControllerOptions) {
    super();
    this.#source = source;
    this.#step = Math.min(Math.max(1, Math.floor(k) || 1), MOST / 2);
    this.#shown = this.#step;
    this.#fields = facets;
    this.#view = { ...NOTHING_ASKED, meaning: source.meaning };
    source.onMeaning = () => this.#onMeaning();
  }

  /** What there is to show. */
  get view(): SearchView {
    return this.#view;
  }

  /** {@link SearchController.view} as a function that can be handed on. */
  readonly getView = (): SearchView => this.#view;

  /** Has `listener` called after each change, until the function that is given back is called. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.addEventListener("change", listener);
    return () => this.removeEventListener("change", listener);
  };

  /** Loads what the source needs, before a question comes. What goes wrong is told when one does. */
  prepare(): void {
    this.#source.prepare().catch(() => {});
  }

  /** Takes what the reader is typing, and asks once they pause. */
  type(query: string): void {
    if (query === this.#view.query) return;
    this.#begin(query);
    if (query.trim() !== "") this.#timer = setTimeout(() => void this.#ask("typing"), TYPING_MS);
  }

  /** Asks at once, as for a question that is complete. */
  async enter(query: string = this.#view.query): Promise<void> {
    if (query !== this.#view.query) this.#begin(query);
    this.prepare();
    if (query.trim() !== "") await this.#ask("entered");
  }

  /** Chooses a value of a facet, or no longer. Of one field any of the chosen values do; all fields must. */
  async choose(field: string, value: MetadataScalar, chosen: boolean): Promise<void> {
    const others = (this.#chosen.get(field) ?? []).filter((each) => each !== value);
    this.#chosen.set(field, chosen ? [...others, value] : others);
    await this.#refilter();
  }

  /** Chooses nothing. */
  async clearFilters(): Promise<void> {
    this.#chosen.clear();
    await this.#refilter();
  }

  /** Shows more documents of the same question. */
  async showMore(): Promise<void> {
    this.#shown = Math.min(this.#shown + this.#step, MOST);
    await this.#ask("paused");
  }

  /** Gives up what is asked. The source is closed by whoever made it. */
  close(): void {
    this.#stop();
    this.#source.onMeaning = undefined;
  }

  #begin(query: string): void {
    this.#stop();
    this.#shown = this.#step;
    if (query.trim() === "") {
      this.#chosen.clear();
      this.#set({ ...NOTHING_ASKED, query });
    } else this.#set({ query, status: "loading" });
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#asking = undefined;
  }

  async #refilter(): Promise<void> {
    this.#shown = this.#step;
    const facets = this.#view.facets.map((facet) => ({
      ...facet,
      values: facet.values.map((each) => ({
        ...each,
        chosen: this.#chosen.get(facet.field)?.includes(each.value) ?? false,
      })),
    }));
    this.#set({ facets, filtered: toFilter(this.#chosen) !== undefined });
    if (this.#view.query.trim() !== "") await this.#ask("paused");
  }

  async #ask(pace: Pace): Promise<void> {
    this.#stop();
    const asking = (this.#asking = new AbortController());
    const { query, meaning } = this.#view;
    this.#set({ status: "loading" });
    try {
      const { answer, counted } = await this.#answers(query, pace, asking.signal);
      if (asking.signal.aborted) return;
      this.#show(answer, counted);
      if (pace === "typing") this.#timer = setTimeout(() => this.#refine(), PAUSE_MS - TYPING_MS);
      // The model may have come while keywords were asked.
      else if (meaning !== "ready") this.#refine();
    } catch (thrown) {
      if (asking.signal.aborted) return;
      const error = toLeafcutterError(thrown);
      this.#set({ status: "error", groups: [], more: false, brief: undefined, by: undefined, error });
    }
  }

  /** The answer, and the documents that facets are counted among, which no filter narrows. */
  async #answers(
    query: string,
    pace: Pace,
    signal: AbortSignal,
  ): Promise<{ answer: SourceAnswer; counted: readonly ResultGroup[] }> {
    const filter = toFilter(this.#chosen);
    // One more than is shown tells whether there are more.
    const wanted = Math.min(this.#shown + 1, MOST);
    const all = this.#fields.length > 0 ? Math.max(wanted, COUNTED) : wanted;
    const ask = (k: number, filtered: boolean) =>
      this.#source.search(query, { k, pace, filter: filtered ? filter : undefined, signal });
    if (filter === undefined) {
      const answer = await ask(all, false);
      return { answer, counted: answer.groups };
    }
    const [answer, { groups }] = await Promise.all([ask(wanted, true), ask(all, false)]);
    return { answer, counted: groups };
  }

  #show({ groups, by, brief, incomplete = false }: SourceAnswer, counted: readonly ResultGroup[]): void {
    this.#set({
      status: groups.length > 0 ? "results" : "nothing",
      groups: groups.slice(0, this.#shown),
      more: groups.length > this.#shown,
      brief: groups.length > 0 ? brief : undefined,
      facets: countFacets(this.#fields, counted, this.#chosen),
      by,
      incomplete,
      error: undefined,
    });
  }

  /** Keywords answered; where the model is here, meaning answers better. */
  #refine(): void {
    const { status, by } = this.#view;
    if ((status === "results" || status === "nothing") && by === "keywords" && this.#source.meaning === "ready") {
      void this.#ask("paused");
    }
  }

  #onMeaning(): void {
    this.#set({});
    this.#refine();
  }

  #set(change: Partial<SearchView>): void {
    this.#view = { ...this.#view, meaning: this.#source.meaning, ...change };
    this.dispatchEvent(new Event("change"));
  }
}
