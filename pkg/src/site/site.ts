/** A static site's index: keywords at once, meaning once the model is here. */

import type { SiteReader } from "../bindings.js";
import { LeafcutterError, throwIfCancelled, toLeafcutterError, type ErrorCode } from "../errors.js";
import { encodeFilter } from "./filter.js";
import type { SiteFiles } from "./files.js";
import type { SiteAnswer, SitePage, SiteSearchOptions, SiteState } from "./types.js";

/** What scores are multiplied by on their way. */
const SCALE = 1e6;
/** More questions back and forth than any search takes. */
const MOST_ROUNDS = 32;

/** Embeds questions. */
export interface QuestionEncoder {
  /** The identity of its model. */
  readonly model: string;
  encode(text: string, signal: AbortSignal | undefined): Promise<Float32Array>;
  close(): Promise<void>;
}

/** What the small module says of pages. */
interface FoundPage extends Omit<SitePage, "sections" | "url"> {
  url: string | null;
  sections: {
    headingPath: string[];
    anchor: string | null;
    text: string;
    highlights: [number, number][];
    cut: [boolean, boolean];
    score: number;
  }[];
}

type Reply = { wanted: string[] } | { wanted?: never; pages: FoundPage[]; alpha: number; skipped: number };

/** What the index says of itself. */
interface About {
  model: string;
  dimensions: number;
  leaves: number;
  /** Whether it holds embeddings. */
  meaning: boolean;
}

/** What a site works with. */
interface SiteTools {
  files: SiteFiles;
  /** Opens the index in the module that knows of embeddings and filters. */
  openWhole: () => Promise<SiteReader>;
  /** None where there is no model to load. */
  loadEncoder: (() => Promise<QuestionEncoder>) | undefined;
  onState: ((state: SiteState) => void) | undefined;
}

/** The index of a site, to search. */
export class Site {
  readonly #keywords: ShardLoader;
  readonly #tools: SiteTools;
  readonly #about: About;
  #whole: Promise<ShardLoader> | undefined;
  #encoder: Promise<QuestionEncoder> | undefined;
  #state: SiteState = "keywords";
  #closed = false;

  /** @internal */
  constructor(reader: SiteReader, tools: SiteTools) {
    this.#keywords = new ShardLoader(reader, tools.files);
    this.#tools = tools;
    this.#about = JSON.parse(reader.about()) as About;
  }

  /** What questions are answered by. */
  get state(): SiteState {
    return this.#state;
  }

  /** The identity of the model that the site was built with. */
  get model(): string {
    return this.#about.model;
  }

  /**
   * Loads the model, unless it is here or on its way.
   *
   * @throws LeafcutterError as opening a collection does; `index-identity` for another model than the site was built with;
   * `out-of-order` where there is none to load.
   */
  async loadModel(): Promise<void> {
    await this.#requireEncoder();
  }

  /**
   * The best pages for a question: by meaning if the model is here, else by keywords, and then `onUpgrade` hears of those by
   * meaning once it is.
   *
   * @throws LeafcutterError `index-fetch` if a file does not load, `invalid-option`, `invalid-filter`, `cancelled`, `closed`.
   */
  async search(query: string, options: SiteSearchOptions = {}): Promise<SiteAnswer> {
    const { signal, asYouType = false, onUpgrade } = options;
    throwIfCancelled(signal);
    const meaning = !asYouType && query.trim() !== "";
    if (meaning && this.#state === "meaning") return this.#byMeaning(query, options);
    const answer = await this.#ask(query, options, undefined);
    if (meaning && onUpgrade && this.#encoder) {
      this.#byMeaning(query, options)
        .then((better) => signal?.aborted || onUpgrade(better))
        // The answer by keywords stands.
        .catch(() => {});
    }
    return answer;
  }

  /** The best pages for a question whose embedding is in hand, by the model that the site was built with. */
  async searchByVector(
    query: string,
    vector: Float32Array,
    options: Omit<SiteSearchOptions, "onUpgrade"> = {},
  ): Promise<SiteAnswer> {
    return this.#ask(query, options, vector);
  }

  /** The answer by keywords and, if the model is here or on its way, the one by meaning. */
  async *answers(query: string, options: Omit<SiteSearchOptions, "onUpgrade"> = {}): AsyncGenerator<SiteAnswer, void> {
    yield await this.#ask(query, options, undefined);
    if (this.#encoder && !options.asYouType) yield await this.#byMeaning(query, options);
  }

  /** Sets the memory free. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#keywords.close();
    await Promise.allSettled([
      this.#whole?.then((whole) => whole.close()),
      this.#encoder?.then((encoder) => encoder.close()),
    ]);
  }

  #requireEncoder(): Promise<QuestionEncoder> {
    if (this.#encoder) return this.#encoder;
    const { loadEncoder } = this.#tools;
    if (!loadEncoder || !this.#about.meaning) {
      const reason = this.#about.meaning ? "no modelUrl was given" : "the site was built without embeddings";
      return Promise.reject(new LeafcutterError("out-of-order", `there is no model to load: ${reason}`));
    }
    this.#setState("loading");
    const encoder = this.#openEncoder(loadEncoder());
    encoder.then(
      () => this.#setState("meaning"),
      () => {
        // To be tried again when it is asked for again.
        this.#encoder = undefined;
        this.#setState("failed");
      },
    );
    return (this.#encoder = encoder);
  }

  async #openEncoder(loading: Promise<QuestionEncoder>): Promise<QuestionEncoder> {
    try {
      const [encoder] = await Promise.all([loading, this.#requireWhole()]);
      if (encoder.model === this.#about.model) return encoder;
      throw new LeafcutterError(
        "index-identity",
        `the site was built with ${this.#about.model}, but modelUrl leads to ${encoder.model}; build it with that model, ` +
          "or serve the other",
      );
    } catch (error) {
      // Else its worker would stay.
      loading.then((encoder) => encoder.close()).catch(() => {});
      throw error;
    }
  }

  #requireWhole(): Promise<ShardLoader> {
    const whole = (this.#whole ??= this.#tools
      .openWhole()
      .then((reader) => new ShardLoader(reader, this.#tools.files, this.#keywords)));
    whole.catch(() => (this.#whole = undefined));
    return whole;
  }

  #setState(state: SiteState): void {
    this.#state = state;
    if (!this.#closed) this.#tools.onState?.(state);
  }

  async #byMeaning(query: string, options: SiteSearchOptions): Promise<SiteAnswer> {
    const encoder = await this.#requireEncoder();
    return this.#ask(query, options, await encoder.encode(query, options.signal));
  }

  async #ask(query: string, options: SiteSearchOptions, vector: Float32Array | undefined): Promise<SiteAnswer> {
    const { k = 8, asYouType = false, filter, hybrid, signal } = options;
    if (!Number.isInteger(k) || k < 1 || k > 100) {
      throw new LeafcutterError("invalid-option", `options.k: expected a whole number from 1 to 100, got ${k}`);
    }
    const alpha = hybrid?.alpha;
    if (alpha !== undefined && !(typeof alpha === "number" && alpha >= 0 && alpha <= 1)) {
      throw new LeafcutterError("invalid-option", `options.hybrid.alpha: expected a number from 0 to 1, got ${alpha}`);
    }
    const now = Date.now();
    const encoded = filter === undefined ? NOTHING : encodeFilter(filter);
    const whole = vector !== undefined || filter !== undefined;
    const shards = whole ? await this.#requireWhole() : this.#keywords;
    const ask = (reader: SiteReader) =>
      whole
        ? reader.askMeaning(query, asYouType, k, now, vector ?? new Float32Array(), alpha ?? -1, encoded)
        : reader.ask(query, asYouType, k, now);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      throwIfCancelled(signal);
      if (this.#closed) throw new LeafcutterError("closed", "the site was closed");
      const found = shards.call(ask);
      if (!found.wanted) {
        return {
          query,
          by: vector ? "meaning" : "keywords",
          pages: found.pages.map(toPage),
          alpha: found.alpha / SCALE,
          incomplete: found.skipped > 0,
        };
      }
      await Promise.all(found.wanted.map((name) => shards.load(name)));
    }
    throw new LeafcutterError("internal", "the search did not end");
  }
}

const NOTHING = new Uint8Array();

/** Loads what a module's index wants. */
class ShardLoader {
  readonly #reader: SiteReader;
  readonly #files: SiteFiles;
  readonly #loading = new Map<string, Promise<void>>();
  /** What the first module was given, for the second to take. */
  readonly #given = new Map<string, Uint8Array>();
  readonly #first: ShardLoader | undefined;
  #closed = false;

  constructor(reader: SiteReader, files: SiteFiles, first?: ShardLoader) {
    this.#reader = reader;
    this.#files = files;
    this.#first = first;
  }

  call(ask: (reader: SiteReader) => string): Reply {
    if (this.#closed) throw new LeafcutterError("closed", "the site was closed");
    const reply = orThrow(() => ask(this.#reader));
    if (!reply.startsWith("{")) throw toldError(reply);
    return JSON.parse(reply) as Reply;
  }

  /** Loads a shard, once for all who wait for it: one who does not wait any more takes it from nobody. */
  load(name: string): Promise<void> {
    let loading = this.#loading.get(name);
    if (!loading) {
      loading = this.#load(name).finally(() => this.#loading.delete(name));
      this.#loading.set(name, loading);
    }
    return loading;
  }

  close(): void {
    this.#closed = true;
    this.#reader.free();
  }

  async #load(name: string): Promise<void> {
    for (const again of [false, true]) {
      try {
        const first = this.#first;
        const before = again || !first ? undefined : first.#given.get(name);
        const bytes = before ?? (await this.#files.shard(name, again));
        if (this.#closed) return;
        const wrong = orThrow(() => this.#reader.give(name, bytes));
        if (wrong !== "") throw toldError(wrong);
        if (!this.#first) this.#keep(name, bytes);
        return;
      } catch (error) {
        const { code } = toLeafcutterError(error);
        if (!["index-damaged", "index-format", "index-version"].includes(code)) throw error;
      }
    }
    // Damaged twice, so it is damaged where it comes from. What else there is still answers.
    if (!this.#closed) this.#reader.skip(name);
  }

  #keep(name: string, bytes: Uint8Array): void {
    if (this.#given.size >= MOST_GIVEN) this.#given.clear();
    this.#given.set(name, bytes);
  }
}

/** A megabyte or two. */
const MOST_GIVEN = 400;

function orThrow<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw toLeafcutterError(error);
  }
}

/** What a small module tells as `code: message`. */
export function toldError(told: string): LeafcutterError {
  const end = told.indexOf(": ");
  return new LeafcutterError(told.slice(0, end) as ErrorCode, told.slice(end + 2));
}

function toPage({ url, sections, score, ...page }: FoundPage): SitePage {
  return {
    ...page,
    url: url ?? undefined,
    score: score / SCALE,
    sections: sections.map(({ anchor, highlights, cut: [before, after], score, ...section }) => ({
      ...section,
      anchor: anchor ?? undefined,
      url: url === null ? undefined : anchor === null ? url : `${url}#${encodeURI(anchor)}`,
      highlights: highlights.map(([start, end]) => ({ start, end })),
      cut: { before, after },
      score: score / SCALE,
    })),
  };
}
