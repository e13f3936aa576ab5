/** A static site's index as a source: keywords at once, meaning once the model is here. */

import type { ModelTiming, Site, SitePage, SiteState } from "../site/index.js";
import { pageAddress } from "./addresses.js";
import { withoutHeading } from "./marks.js";
import type { Meaning, ResultGroup, SearchSource, SourceAnswer, SourceSearchOptions } from "./types.js";

export interface SiteSourceOptions {
  /** When the model is loaded; `on-focus` (the default) is once the reader is about to ask. */
  model?: ModelTiming;
  /** Address of the model that the site was built with; without it keywords are all there is. */
  modelUrl?: string | URL;
}

const MEANING: Record<SiteState, Meaning> = {
  keywords: "waiting",
  loading: "loading",
  meaning: "ready",
  failed: "failed",
};

/** Searches the folder that `leafcutter build --site` wrote. Nothing is loaded before {@link SiteSource.prepare}. */
export class SiteSource implements SearchSource {
  onMeaning: (() => void) | undefined;
  readonly #index: string | URL;
  readonly #options: SiteSourceOptions;
  #site: Promise<Site> | undefined;
  #meaning: Meaning;

  /** @param index - Address of the folder. */
  constructor(index: string | URL, options: SiteSourceOptions = {}) {
    this.#index = index;
    this.#options = options;
    this.#meaning = this.#hasModel ? "waiting" : "off";
  }

  get meaning(): Meaning {
    return this.#meaning;
  }

  /** @throws LeafcutterError `index-fetch` and what else opening a site rejects with. */
  async prepare(): Promise<void> {
    const site = await this.#open();
    // Why it did not load, the state tells.
    if (this.#hasModel && this.#meaning === "waiting") site.loadModel().catch(() => this.#setMeaning("failed"));
  }

  async search(query: string, { k, pace, filter, signal }: SourceSearchOptions): Promise<SourceAnswer> {
    const site = await this.#open();
    // A word that is still being typed is found by its beginning, which goes by keywords alone.
    const asYouType = pace === "typing" || site.state !== "meaning";
    const { pages, by, incomplete } = await site.search(query, { k, asYouType, signal, ...(filter && { filter }) });
    return { groups: pages.map(toGroup), by, incomplete };
  }

  async close(): Promise<void> {
    const site = await this.#site?.catch(() => undefined);
    await site?.close();
  }

  get #hasModel(): boolean {
    return this.#options.modelUrl !== undefined && this.#options.model !== "never";
  }

  #open(): Promise<Site> {
    const { modelUrl } = this.#options;
    this.#site ??= import("../site/index.js").then(({ openSite }) =>
      openSite(this.#index, {
        // Loaded by `prepare`: the field may have the focus before there is anything to hear of it.
        model: this.#hasModel ? "on-focus" : "never",
        focus: new EventTarget(),
        onState: (state) => this.#setMeaning(MEANING[state]),
        ...(modelUrl !== undefined && { modelUrl }),
      }),
    );
    // To be tried again when it is asked again.
    this.#site.catch(() => (this.#site = undefined));
    return this.#site;
  }

  #setMeaning(meaning: Meaning): void {
    this.#meaning = meaning;
    this.onMeaning?.();
  }
}

function toGroup({ id, title, url, metadata, sections }: SitePage): ResultGroup {
  return {
    id,
    title,
    url: pageAddress(url),
    metadata,
    sections: sections.map(({ headingPath, url, text, highlights, cut }) => ({
      ...withoutHeading({ text, highlights, cut }, headingPath.at(-1)),
      headingPath: headingPath[0] === title ? headingPath.slice(1) : headingPath,
      url: pageAddress(url),
      level: undefined,
      leaves: 1,
      hit: undefined,
    })),
  };
}
