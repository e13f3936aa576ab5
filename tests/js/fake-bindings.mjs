// A stand-in for the generated bindings: a collection of few lines, enough to test what stands around the real one.
//
// Words in texts make it misbehave: "slow" takes 150 ms to embed, "endless" never ends, "die-once PATH" ends the
// worker unless PATH exists (and makes it), "die-always" ends the worker each time, "unembeddable" throws. Asked for node
// 13, an instance crashes, and is of no use after that.

// It is bundled as for a browser, where there are no imports of Node.
const builtin = globalThis.process?.getBuiltinModule ?? (() => ({}));
const { existsSync, writeFileSync } = builtin("node:fs");
const { isMainThread = "document" in globalThis } = builtin("node:worker_threads");

const DIMENSIONS = 4;

/** The first byte of a quantized file that is refused. */
const OLD = 255;

let crashed = false;

export default async function initialize() {}

function fail(code, message) {
  throw Object.assign(new Error(message), { code });
}

function checkCrashed() {
  if (crashed) throw new WebAssembly.RuntimeError("unreachable");
}

function misbehave(text) {
  if (text.includes("unembeddable")) fail("encoder", "cannot embed this");
  if (text.includes("slow")) for (const end = performance.now() + 150; performance.now() < end;);
  if (isMainThread) return;
  if (text.includes("endless")) for (;;);
  if (text.includes("die-always")) process.exit(1);
  const flag = /die-once (\S+)/.exec(text)?.[1];
  if (flag && !existsSync(flag)) {
    writeFileSync(flag, "");
    process.exit(1);
  }
}

/** What has a row of its own: the text, and of a leaf also each of its sentences. */
function rowsOf(text, role) {
  return role === "leaf" ? [text, ...(text.match(/[^.]+\.?/g) ?? [text])] : [text];
}

export class Model {
  static embedded = [];
  dimensions = DIMENSIONS;

  /** As long as the weights, so that it has the identity of its folder. */
  static convert(files) {
    return new Uint8Array(files.weights);
  }

  constructor(files, precision, kernel) {
    const bulk = files.quantized ?? files.weights;
    if (!bulk?.length) fail("model-file", "model.safetensors is empty");
    if (files.quantized?.[0] === OLD) fail("model-file", "the file is of another version");
    this.files = files;
    this.kernel = precision === "f32" ? "f32" : (kernel ?? "fake");
    this.name = `fake-${bulk.length}${precision === "f32" ? "-f32" : ""}`;
  }

  identity() {
    return this.name;
  }

  embed(texts, role) {
    const vectors = texts.flatMap((text) => {
      misbehave(text);
      Model.embedded.push(text);
      return rowsOf(text, role).flatMap((row) => [
        row.length,
        row.charCodeAt(0) || 0,
        role === "query" ? 1 : 0,
        isMainThread ? 0 : 1,
      ]);
    });
    return Float32Array.from(vectors);
  }

  rows(text, role) {
    return rowsOf(text, role).length;
  }

  encode(text) {
    return Uint32Array.of(101, ...text.split(/\s+/).map((word) => word.length), 102);
  }

  countTokens(text) {
    return text.split(/\s+/).filter(Boolean).length;
  }

  free() {
    this.files = undefined;
  }
}

/** A passage is as good as it is long. */
export class CrossEncoder {
  constructor(files) {
    if (!(files.quantized ?? files.weights)?.length) fail("model-file", "model.safetensors is empty");
  }

  score(question, passages) {
    return Float32Array.from(passages, (passage) => passage.length);
  }

  free() {}
}

/** Bytes of memory held, and used. */
export const memoryUse = () => Float64Array.of(2 ** 20, 2 ** 19);

export class Collection {
  #options;
  #identity;
  #documents = new Map();
  #adapter;

  constructor(options, model) {
    this.#options = options;
    this.#identity = model.identity();
  }

  static import(bytes, options, model) {
    const collection = new Collection(options, model);
    const saved = JSON.parse(new TextDecoder().decode(bytes));
    if (saved.identity !== model.identity()) fail("index-identity", `the index was built with ${saved.identity}`);
    collection.#documents = new Map(saved.documents);
    return collection;
  }

  /** Each file is a whole export here. */
  static open(log, _derived, options, model) {
    return Collection.import(log.at(-1), options, model);
  }

  snapshot(sink) {
    sink.write(this.export());
  }

  adapter() {
    return this.#adapter;
  }

  setAdapter(bytes) {
    this.#adapter = bytes;
  }

  apply(deltas) {
    this.#documents = new Map(JSON.parse(new TextDecoder().decode(deltas.at(-1))).documents);
  }

  export() {
    return new TextEncoder().encode(JSON.stringify({ identity: this.#identity, documents: [...this.#documents] }));
  }

  begin(changes) {
    return new Change(changes, this.#options.summarizer === true, () => this.#after(changes));
  }

  /** What the export will be once `changes` are made; `undefined` if it is the same. */
  #after(changes) {
    const next = new Collection(this.#options, { identity: () => this.#identity });
    next.#documents = new Map(this.#documents);
    next.commit({ consume: () => structuredClone(changes) });
    const [before, after] = [this.export(), next.export()];
    return `${before}` === `${after}` ? undefined : after;
  }

  commit(change) {
    const result = { added: 0, updated: 0, removed: 0, unchanged: 0 };
    for (const { type, id, source } of change.consume()) {
      if (type === "clear") {
        result.removed += this.#documents.size;
        this.#documents.clear();
      } else if (type === "remove") {
        if (this.#documents.delete(id)) result.removed++;
      } else {
        const before = this.#documents.get(source.id);
        if (before?.content === source.content) result.unchanged++;
        else if (before) result.updated++;
        else result.added++;
        this.#documents.set(source.id, source);
      }
    }
    return result;
  }

  search(query, vector, options) {
    const hits = [...this.#documents.values()].filter(({ content }) => content.includes(query));
    return {
      hits: hits.slice(0, options.k ?? 8).map(({ id, content }) => ({
        text: content,
        score: 0,
        headingPath: [],
        document: { id },
        explanation: { vector: 1, path: [] },
      })),
      trace: { vector, notes: [] },
    };
  }

  context(query) {
    const citations = [...this.#documents.values()].map(({ id, content }, index) => ({
      number: index + 1,
      document: { id },
      headingPath: [],
      text: content,
    }));
    return {
      text: citations.map(({ number, text }) => `[${number}] ${text}`).join("\n"),
      citations,
      tokens: 1,
      trace: { query, notes: [] },
    };
  }

  answer(query) {
    return { text: query, sentences: [], citations: [], trace: {} };
  }

  document(id) {
    const document = this.#documents.get(id) ?? fail("unknown-document", `there is no document "${id}"`);
    return { id, title: document.title ?? id, metadata: document.metadata, text: document.content, headings: [] };
  }

  documents() {
    return [...this.#documents.values()].map(({ id, title, url, metadata }) => ({
      id,
      title: title ?? id,
      url,
      metadata,
    }));
  }

  node(id) {
    if (id === 13) {
      crashed = true;
      checkCrashed();
    }
    fail("unknown-node", `there is no node ${id}`);
  }

  tree() {
    const nodes = [...this.#documents.values()].map(({ id, content }, index) => ({
      id: index,
      level: 0,
      text: content,
      tokens: 1,
      parents: [],
      children: [],
      documents: [id],
      headingPaths: [["Heading"]],
      leaves: 1,
      range: { start: 0, end: content.length },
    }));
    return { levels: [nodes.length], nodes };
  }

  embeddings() {
    return Float32Array.from({ length: this.#documents.size * DIMENSIONS }, (_, index) => index / 7);
  }

  stats() {
    checkCrashed();
    return { documents: this.#documents.size, chunks: this.#documents.size, levels: [this.#documents.size] };
  }

  free() {
    this.#documents = undefined;
  }
}

class Change {
  #changes;
  #texts;
  #summarize;
  #expects;
  #state = "parse";

  constructor(changes, summarize, after) {
    this.isNew = () => after() !== undefined;
    this.snapshot = this.delta = (sink) => sink.write(after());
    this.#changes = changes;
    this.#texts = changes.flatMap(({ source }) => (source ? [source.content] : []));
    this.#summarize = summarize;
  }

  step(model) {
    if (!model.files) throw new Error("null pointer passed to rust");
    if (this.#expects) fail("out-of-order", `${this.#expects} are awaited`);
    const total = this.#texts.length;
    switch (this.#state) {
      case "parse":
        this.#state = "embed";
        return { kind: "working", progress: { stage: "parse", done: total, total } };
      case "embed":
        this.#state = this.#summarize ? "summarize" : "done";
        if (total === 0) return { kind: "working", progress: { stage: "embed", done: 0, total } };
        this.#expects = "embeddings";
        return { kind: "embed", texts: this.#texts, role: "leaf", progress: { stage: "embed", done: 0, total } };
      case "summarize":
        this.#state = "done";
        this.#expects = "summaries";
        return {
          kind: "summarize",
          requests: this.#texts.map((text) => ({ level: 1, budget: 100, passages: [{ text }] })),
          progress: { stage: "summarize", done: 0, total },
        };
      default:
        return { kind: "done", progress: { stage: "index", done: 1, total: 1 } };
    }
  }

  provideEmbeddings(embeddings) {
    const rows = this.#texts.flatMap((text) => rowsOf(text, "leaf"));
    if (embeddings.length !== rows.length * DIMENSIONS) fail("embedding-shape", "wrong number of embeddings");
    rows.forEach((text, row) => {
      if (embeddings[row * DIMENSIONS] !== text.length) fail("embedding-shape", "embeddings are out of order");
    });
    this.#expects = undefined;
  }

  provideSummaries(summaries) {
    this.#changes.at(-1).source.title = summaries.join("; ");
    this.#expects = undefined;
  }

  consume() {
    const changes = this.#changes ?? fail("internal", "null pointer passed to rust");
    this.#changes = undefined;
    return changes;
  }

  free() {
    this.consume();
  }
}
