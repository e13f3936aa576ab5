import type { GeneratedAnswer } from "./answers/generated.js";
import { storageChoice, type Connection } from "./connect.js";
import { LeafcutterError } from "./errors.js";
import { isFound } from "./found.js";
import { checkLearning, QuestionAdapter, type Judgement, type LearnOptions, type LearnReport } from "./learning.js";
import type { ChangeRequest } from "./protocol.js";
import { Queue } from "./queue.js";
import { orCancelled } from "./signals.js";
import { ROOT_FILE, shardPath } from "./site/paths.js";
import { checkSources, readSources } from "./sources.js";
import { askToPersist } from "./storage/estimate.js";
import { fileNameOf } from "./storage/names.js";
import type { Thread } from "./thread.js";
import { questionOptions } from "./times.js";
import { checkUpdate, readUpdate } from "./update.js";
import type {
  AddResult,
  AnswerOptions,
  CallOptions,
  ChangeResult,
  Context,
  ContextOptions,
  Document,
  DocumentReference,
  DocumentUpdate,
  ExtractiveAnswer,
  ExtractiveAnswerOptions,
  Filter,
  GeneratedAnswerOptions,
  Limits,
  LongCallOptions,
  Runtime,
  SearchOptions,
  SearchResult,
  Secret,
  SiteFile,
  SiteVectors,
  Source,
  Stats,
  StorageOption,
  Tree,
  TreeNode,
} from "./types.js";
import { aCount, aString, invalid } from "./checks.js";
import {
  checkAnswer,
  checkContext,
  checkIds,
  checkLongCallOptions,
  checkSearch,
  checkSecret,
  checkStorageOptions,
} from "./validate.js";

/** Bits of a value of an embedding. */
const VECTOR_BITS: Record<SiteVectors, number> = { int8: 8, compact: 2, none: 0 };

/** How long closing waits for the other thread to finish what it does. */
const CLOSE_TIMEOUT_MS = 1000;

/** Which collections are meant by calls about those that are not open. */
export interface StorageOptions {
  /** Where they are kept. In Node it must be given. */
  storage?: StorageOption;
}

/**
 * An open collection of documents.
 *
 * Calls that change it are made one after the other, in the order of the calls. Reads do not wait for them: until a
 * change is complete they see the state before it. Every error is a {@link LeafcutterError}.
 */
export class Client {
  readonly name: string;
  /** What was {@link learn | learned} of questions. */
  readonly adapter: QuestionAdapter;
  readonly #thread: Thread;
  readonly #limits: Partial<Limits>;
  readonly #keeps: boolean;
  readonly #masks: boolean;
  readonly #runtime: Runtime;
  readonly #preparing = new Queue();

  /**
   * Deletes a kept collection. Whoever has it open finds it empty.
   *
   * @throws LeafcutterError `storage-failed`.
   */
  static async delete(name: string, options?: StorageOptions): Promise<void> {
    aString("name", name);
    fileNameOf(name);
    checkStorageOptions(options);
    const { deleteCollection } = await import("./storage/index.js");
    await deleteCollection(name, storageChoice(options?.storage));
  }

  /** The names of the collections that are kept. */
  static async list(options?: StorageOptions): Promise<string[]> {
    checkStorageOptions(options);
    const { listCollections } = await import("./storage/index.js");
    return listCollections(storageChoice(options?.storage));
  }

  /** @internal */
  constructor(name: string, { thread, limits, keeps, masks, runtime }: Connection) {
    this.name = name;
    this.#thread = thread;
    this.#limits = limits;
    this.adapter = new QuestionAdapter(thread);
    this.#keeps = keeps;
    this.#masks = masks;
    this.#runtime = runtime;
  }

  /**
   * Adds documents, or replaces those of the same id. What is unchanged is skipped. All are added or none.
   *
   * @throws LeafcutterError `unsupported-format` for a file of no known kind, `file-damaged`, `file-password`, `file-without-text`,
   * `file-too-large`, `parser-fetch`. To go on with the files that can be read, see `readDocuments` of `leafcutter/documents`.
   * `sensitive-content` where {@link OpenOptions.sensitive} does not let a document in.
   */
  async add(documents: Source[], options?: LongCallOptions): Promise<AddResult> {
    checkSources(documents);
    checkLongCallOptions(options);
    let ids: string[] = [];
    const result = await this.#change(async () => {
      const sources = await readSources(documents, this.#limits, options?.signal, this.#masks);
      ids = sources.map((source) => source.id);
      return sources.map((source) => ({ type: "upsert", source }));
    }, options);
    return { ...result, ids };
  }

  /**
   * Changes what is known about a document beside its content. What is left out stays; `null` takes it away. Nothing is
   * embedded for it, and the tree stays as it is. A document added again is as it is handed in.
   *
   * @throws LeafcutterError `unknown-document`
   */
  async update(id: string, update: DocumentUpdate, options?: LongCallOptions): Promise<ChangeResult> {
    aString("id", id);
    checkUpdate(update);
    checkLongCallOptions(options);
    const patch = readUpdate(update);
    return this.#change(async () => [{ type: "update", id, patch }], options);
  }

  /** Removes documents; ids that are not there are passed over. */
  async remove(ids: string[], options?: LongCallOptions): Promise<ChangeResult> {
    checkIds(ids);
    checkLongCallOptions(options);
    return this.#change(async () => ids.map((id) => ({ type: "remove", id })), options);
  }

  /** Removes all documents. */
  async clear(options?: LongCallOptions): Promise<ChangeResult> {
    checkLongCallOptions(options);
    return this.#change(async () => [{ type: "clear" }], options);
  }

  /**
   * Finishes changes that were interrupted by the end of their page or process; what was embedded for them is not embedded again.
   * A document that was added or removed since stays as it is. Cancelling gives up the one under way.
   */
  async resume(options?: LongCallOptions): Promise<ChangeResult> {
    checkLongCallOptions(options);
    return this.#thread.call("resume", null, options);
  }

  /** Gives up changes that were interrupted by the end of their page or process. */
  async discard(options?: CallOptions): Promise<void> {
    return this.#thread.call("discard", null, options);
  }

  /** Nodes of the tree that answer a question, best first. */
  async search(query: string, options?: SearchOptions): Promise<SearchResult> {
    checkSearch(query, options);
    const { signal, ...rest } = options ?? {};
    return this.#thread.call("search", { query, options: questionOptions(rest) }, { signal });
  }

  /**
   * Sources for a language model's prompt, within a budget of tokens. Those that seem to hold instructions to the model are marked,
   * unless {@link ContextOptions.instructions} says otherwise.
   *
   * @throws LeafcutterError `guard-fetch`
   */
  async context(query: string, options?: ContextOptions): Promise<Context> {
    checkContext(query, options);
    const { signal, instructions = "mark", ...rest } = options ?? {};
    const context = await this.#thread.call("context", { query, options: questionOptions(rest) }, { signal });
    if (instructions === "ignore") return context;
    const { screen } = await loadGuard();
    return screen(context, this, { instructions, format: rest.format, signal });
  }

  /** Answers with a language model, which is given a prompt with numbered sources. */
  answer(question: string, options: GeneratedAnswerOptions): Promise<GeneratedAnswer>;
  /** Answers with sentences of the documents, each with its citation. */
  answer(question: string, options?: ExtractiveAnswerOptions): Promise<ExtractiveAnswer>;
  answer(question: string, options?: AnswerOptions): Promise<ExtractiveAnswer | GeneratedAnswer>;
  async answer(question: string, options?: AnswerOptions): Promise<ExtractiveAnswer | GeneratedAnswer> {
    checkAnswer(question, options);
    const { signal, generator, insist = false, ...rest } = (options ?? {}) as Partial<GeneratedAnswerOptions>;
    const query = { query: question, options: questionOptions(rest) };
    const { filter, now } = query.options as { filter?: Filter; now?: number };
    const found = isFound(
      question,
      { ...(filter && { filter }), ...(now !== undefined && { now }) },
      (query, options) => this.#thread.call("search", { query, options }, { signal }),
    );
    if (!generator) {
      const [answer, close] = await Promise.all([this.#thread.call("answer", query, { signal }), found]);
      return { ...answer, found: close };
    }
    // Loaded by those alone who have a generator.
    const { GeneratedAnswer } = await import("./answers/index.js");
    const [context, close] = await Promise.all([this.context(question, { ...rest, signal }), found]);
    const embed = this.embed.bind(this);
    return new GeneratedAnswer({ question, context, generator, found: close, insist, embed, signal });
  }

  /**
   * Learns from which documents were preferred to which, and corrects the embeddings of questions by it from now on, but only if
   * that helps questions that were held out by more than chance; else they are taken as they are. Takes the place of what
   * was learned before. Some dozens of questions are needed.
   *
   * @throws LeafcutterError `unknown-document`
   */
  async learn(judgements: Judgement[], options?: LearnOptions): Promise<LearnReport> {
    checkLearning(judgements, options);
    const { signal, onProgress, ...rest } = options ?? {};
    return this.#thread.call("learn", { judgements, options: rest }, { signal, onProgress });
  }

  /** All nodes, level by level, with their links. */
  async tree(options?: CallOptions): Promise<Tree> {
    return this.#thread.call("tree", null, options);
  }

  /** The embeddings of all nodes in the order in which `tree` has them, each of length 1. */
  async embeddings(options?: CallOptions): Promise<Float32Array[]> {
    return this.#rows(await this.#thread.call("embeddings", null, options));
  }

  /** @throws LeafcutterError `unknown-node` */
  async node(id: number, options?: CallOptions): Promise<TreeNode> {
    aCount("id", id);
    return this.#thread.call("node", id, options);
  }

  /**
   * A document with its text, over which all ranges are.
   *
   * @throws LeafcutterError `unknown-document`
   */
  async document(id: string, options?: CallOptions): Promise<Document> {
    aString("id", id);
    return this.#thread.call("document", id, options);
  }

  /** All documents, without their texts. */
  async documents(options?: CallOptions): Promise<DocumentReference[]> {
    return this.#thread.call("documents", null, options);
  }

  async stats(options?: CallOptions): Promise<Stats> {
    const stats = await this.#thread.call("stats", null, options);
    return { ...stats, runtime: { ...this.#runtime } };
  }

  /** The collection as bytes, to be opened again by `import`. The same documents give the same bytes. */
  async export(options?: CallOptions): Promise<Uint8Array> {
    return this.#thread.call("export", null, options);
  }

  /**
   * The collection as small files that a page loads on demand, for `openSite`. The same documents give the same files.
   *
   * @throws LeafcutterError `invalid-option`
   */
  async shards(options?: CallOptions & { vectors?: SiteVectors }): Promise<SiteFile[]> {
    const { vectors = "int8", ...rest } = options ?? {};
    if (!Object.hasOwn(VECTOR_BITS, vectors)) {
      throw invalid("options.vectors", Object.keys(VECTOR_BITS).join(", "), vectors);
    }
    const shards = await this.#thread.call("shards", VECTOR_BITS[vectors], rest);
    return shards.map(([name, bytes], index) => ({
      path: index === shards.length - 1 ? ROOT_FILE : shardPath(name),
      bytes,
    }));
  }

  /** The embeddings of texts, each of length 1. */
  async embed(texts: string[], options?: LongCallOptions & { role?: "query" | "passage" }): Promise<Float32Array[]> {
    checkTexts(texts);
    const { role = "passage", ...rest } = options ?? {};
    if (role !== "query" && role !== "passage") throw invalid("options.role", '"query" or "passage"', role);
    checkLongCallOptions(rest);
    return this.#rows(await this.#thread.call("embed", { texts, role }, rest));
  }

  /** The model's token ids of a text, special tokens included, cut at the model's length. */
  async encode(text: string, options?: CallOptions): Promise<Uint32Array> {
    aString("text", text);
    return this.#thread.call("encode", text, options);
  }

  /** How many tokens a text has, special tokens aside. */
  async countTokens(text: string, options?: CallOptions): Promise<number> {
    aString("text", text);
    return this.#thread.call("countTokens", text, options);
  }

  /**
   * The log-odds that each text speaks to a language model, one a text, by a detector that was fitted to this collection's model; `undefined`
   * if it was fitted to another one. `judge` of `leafcutter/guard` calls this, and takes the wording into account as well.
   *
   * @throws LeafcutterError `model-file` if it is no detector
   */
  async detect(detector: Uint8Array, texts: string[], options?: CallOptions): Promise<Float32Array | undefined> {
    if (!(detector instanceof Uint8Array)) throw invalid("detector", "a Uint8Array", detector);
    checkTexts(texts);
    return this.#thread.call("detect", { detector, texts }, options);
  }

  /**
   * Locks an encrypted collection: its key and all that was read of it are dropped, calls under way end with code `locked`, as do
   * all others until {@link unlock}. A change that was under way can be resumed then. Other tabs that have it open are not locked.
   *
   * @throws LeafcutterError `not-encrypted`
   */
  async lock(): Promise<void> {
    return this.#thread.call("lock", null);
  }

  /**
   * Opens a locked collection again. One that is not locked stays as it is.
   *
   * @throws LeafcutterError `wrong-passphrase`, `not-encrypted`
   */
  async unlock(secret: Secret, options?: CallOptions): Promise<void> {
    checkSecret("secret", secret);
    return this.#thread.call("unlock", secret, options);
  }

  /**
   * Has another passphrase or key open an encrypted collection from now on. Only the file of its key is written anew.
   *
   * @throws LeafcutterError `wrong-passphrase`, `not-encrypted`
   */
  async changePassphrase(current: Secret, next: Secret): Promise<void> {
    checkSecret("current", current);
    checkSecret("next", next);
    return this.#thread.call("changePassphrase", { current, next });
  }

  /** Ends calls under way with code `closed`, and sets the memory free. */
  async close(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const timeout = new Promise((resolve) => (timer = setTimeout(resolve, CLOSE_TIMEOUT_MS)));
    await Promise.race([this.#thread.call("close", null).catch(() => {}), timeout]);
    clearTimeout(timer);
    this.#thread.fail(new LeafcutterError("closed", "the collection was closed"));
  }

  #rows(vectors: Float32Array): Float32Array[] {
    const { dimensions } = this.#runtime;
    const row = (_: unknown, index: number) => vectors.subarray(index * dimensions, (index + 1) * dimensions);
    return Array.from({ length: vectors.length / dimensions }, row);
  }

  /** Sends a change once it is prepared. Reading files takes time, in which a later call must not overtake. */
  async #change(prepare: () => Promise<ChangeRequest[]>, options: LongCallOptions | undefined): Promise<ChangeResult> {
    const sent = this.#preparing.run(async () => {
      const changes = await prepare();
      const result = this.#thread.call("change", changes, options);
      // If the caller has gone meanwhile, nobody is left to hear of it.
      result.catch(() => {});
      // In an object, lest the queue wait for the result.
      return { result };
    }, options?.signal);
    const result = await (await orCancelled(sent, options?.signal)).result;
    if (this.#keeps) askToPersist();
    this.#thread.settle();
    return result;
  }
}

function checkTexts(texts: string[]): void {
  if (!Array.isArray(texts)) throw invalid("texts", "an array of strings", texts);
  texts.forEach((text, index) => aString(`texts[${index}]`, text));
}

/** What looks for instructions in documents, which only contexts need. A file beside this script, or a bundler's. */
async function loadGuard(): Promise<typeof import("./guard/index.js")> {
  try {
    return await import("./guard/index.js");
  } catch (cause) {
    throw new LeafcutterError("guard-fetch", 'guard/index.js did not load; serve it, or set instructions: "ignore"', {
      cause,
    });
  }
}
