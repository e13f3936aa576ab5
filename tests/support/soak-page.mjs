// Random operations on a kept collection in a page, each held against what the collection must then hold.
import { Leafcutter } from "/pkg/dist/index.js";
import { uniform } from "./random.mjs";
import { story } from "./story.mjs";

const SENTENCES = story()
  .text.match(/[^.]+\./g)
  .map((sentence) => sentence.trim());
/** So few that documents are replaced and removed as often as they are added. */
const IDS = 40;
const MODEL = "/models/all-MiniLM-L6-v2.int8.safetensors";

/** No operation takes as long. */
const LONGEST_MS = 30_000;

/** Chances of the operations, to be drawn from. */
const OPERATIONS = Object.entries({
  add: 24,
  update: 8,
  remove: 14,
  search: 24,
  context: 8,
  answer: 8,
  exportAndImport: 3,
  reopen: 3,
  cancel: 6,
  kill: 2,
}).flatMap(([name, chance]) => Array.from({ length: chance }, () => name));

/** Throws if what was seen is not what must be. */
function expect(holds, what) {
  if (!holds) throw new Error(what);
}

export class Soak {
  #random;
  #collection;
  /** The texts that the collection must hold, by id. */
  #held = new Map();
  #text = 0;
  #killWorkers;
  /** How often each operation was done. */
  counts = Object.fromEntries(OPERATIONS.map((name) => [name, 0]));
  /** The longest time from a killed worker to an answer. */
  slowestRecovery = 0;

  /** @param {(chance: number) => Promise<void>} killWorkers - Ends one of the page's workers or all, as a number from 0 to 1 says. */
  constructor(seed, killWorkers) {
    this.#random = uniform(seed);
    this.#killWorkers = killWorkers;
  }

  async open() {
    this.#collection = await Leafcutter.open({ name: "soak", model: MODEL });
  }

  /** Does operations for so many milliseconds. */
  async run(milliseconds) {
    const end = performance.now() + milliseconds;
    while (performance.now() < end) await this.step(this.#one(OPERATIONS));
  }

  async step(name) {
    this.counts[name]++;
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`"${name}" does not end`)), LONGEST_MS);
    });
    await Promise.race([this[name](), late]).finally(() => clearTimeout(timer));
  }

  /** Empties the collection and fills it with always the same, so that memory can be compared. */
  async settle() {
    await this.#collection.clear();
    this.#held.clear();
    const text = (id) => `${SENTENCES.slice(id % 9, (id % 9) + 6).join(" ")} settled${id}`;
    const documents = Array.from({ length: IDS }, (_, id) => ({ id: `${id}`, text: text(id) }));
    await this.#change(documents);
    for (const { text } of documents) await this.#collection.search(text.slice(0, 40));
    return (await this.#collection.stats()).memory;
  }

  async add() {
    await this.#change(this.#documents(1 + this.#below(3)));
  }

  async update() {
    const id = this.#someHeld();
    if (id === undefined) return;
    await this.#collection.update(id, {
      title: `Title ${this.#below(1000)}`,
      metadata: { kind: this.#one(["a", "b"]) },
    });
  }

  async remove() {
    const ids = [this.#someHeld(), `${this.#below(IDS)}`].filter((id) => id !== undefined);
    await this.#collection.remove(ids);
    for (const id of ids) this.#held.delete(id);
    await this.#check();
  }

  async search() {
    const id = this.#someHeld();
    if (id === undefined) return;
    // The word that no other document has.
    const { hits } = await this.#collection.search(this.#held.get(id).split(" ").at(-1), {
      mode: "leaves",
      hybrid: { alpha: 0 },
    });
    expect(hits[0]?.document.id === id, `document ${id} is not found by its own word`);
  }

  async context() {
    const { text, tokens } = await this.#collection.context(this.#one(SENTENCES), { tokens: 200 });
    expect(tokens <= 200 && (text !== "" || this.#held.size === 0), "a context is empty or over its budget");
  }

  async answer() {
    const { citations } = await this.#collection.answer(this.#one(SENTENCES));
    for (const { document } of citations) expect(this.#held.has(document.id), `${document.id} is cited and not there`);
  }

  async exportAndImport() {
    const bytes = await this.#collection.export();
    const copy = await Leafcutter.import(bytes, { name: "copy", model: MODEL, storage: "memory", workers: 0 });
    const documents = await copy.documents();
    await copy.close();
    expect(documents.length === this.#held.size, "an import holds other documents");
  }

  async reopen() {
    await this.#collection.close();
    await this.open();
    await this.#check();
  }

  async cancel() {
    const documents = this.#documents(4);
    const signal = AbortSignal.timeout(this.#below(400));
    const error = await this.#collection.add(documents, { signal }).then(
      () => undefined,
      (error) => error,
    );
    expect(error === undefined || error.code === "cancelled", `cancelling led to ${error?.code}: ${error?.message}`);
    if (!error) this.#hold(documents);
    await this.#check();
  }

  /** Of a change under way either all is there or nothing. */
  async kill() {
    const documents = this.#documents(4);
    const adding = this.#collection.add(documents).then(
      () => undefined,
      (error) => error,
    );
    await new Promise((resolve) => setTimeout(resolve, this.#below(300)));
    const begun = performance.now();
    await this.#killWorkers(this.#random());
    const error = await adding;
    expect(
      error === undefined || error.code === "worker-lost",
      `a killed worker led to ${error?.code}: ${error?.message}`,
    );
    const ids = await this.#documentIds();
    this.slowestRecovery = Math.max(this.slowestRecovery, performance.now() - begun);
    const [{ id, text }] = documents;
    const committed = !error || (ids.includes(id) && (await this.#collection.document(id)).text === text);
    if (committed) this.#hold(documents);
    else await this.#collection.discard();
    await this.#check();
  }

  async #change(documents) {
    await this.#collection.add(documents);
    this.#hold(documents);
    await this.#check();
  }

  #hold(documents) {
    for (const { id, text } of documents) this.#held.set(id, text);
  }

  async #documentIds() {
    return (await this.#collection.documents()).map(({ id }) => id);
  }

  async #check() {
    const ids = await this.#documentIds();
    expect(
      ids.length === this.#held.size && ids.every((id) => this.#held.has(id)),
      `other documents than expected: ${ids}`,
    );
    const id = this.#someHeld();
    if (id === undefined) return;
    expect((await this.#collection.document(id)).text === this.#held.get(id), `document ${id} has another text`);
  }

  #documents(count) {
    const ids = new Set(Array.from({ length: count }, () => `${this.#below(IDS)}`));
    return [...ids].map((id) => {
      const sentences = Array.from({ length: 1 + this.#below(20) }, () => this.#one(SENTENCES));
      return { id, text: `${sentences.join(" ")} word${this.#text++}`, metadata: { kind: "a" } };
    });
  }

  #someHeld() {
    return this.#held.size === 0 ? undefined : this.#one([...this.#held.keys()]);
  }

  #below(end) {
    return Math.floor(this.#random() * end);
  }

  #one(values) {
    return values[this.#below(values.length)];
  }
}
