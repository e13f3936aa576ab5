/** A collection together with what it is kept in: changes go there first, and those of other tabs come from there. */

import { applyChanges, type ChangeTools, type PutChange } from "./change.js";
import type { Change, ChangeRequest, Collection, Maker } from "./bindings.js";
import { LeafcutterError, toLeafcutterError } from "./errors.js";
import type { OpenRequest } from "./protocol.js";
import { Queue } from "./queue.js";
import { orCancelled } from "./signals.js";
import { openChannel } from "./storage/channel.js";
import { notEncryptedError, type EncryptedStorage } from "./storage/encrypted.js";
import { withStorageErrors } from "./storage/errors.js";
import { estimate } from "./storage/estimate.js";
import { CollectionLog, type News } from "./storage/log.js";
import type { Storage } from "./storage/storage.js";
import { idOf, Work } from "./storage/work.js";
import type { ChangeResult, EmbeddingCache, Secret, Stats } from "./types.js";

/** Fewer chunks are indexed in less time than a reader notices. */
const INDEXES_FROM = 500;
/** After so long without a change, indexes are kept. */
const SETTLED_MS = 1000;

/** What a change needs beside what this knows. */
export type Tools = Omit<ChangeTools, "work" | "commit">;

/** Where a collection is kept. */
export interface Place {
  storage: Storage;
  log: CollectionLog;
  name: string;
}

/** Where a collection is kept that is in `storage`. */
export async function placeOf(storage: Storage, { name, maxHeldBytes }: OpenRequest): Promise<Place> {
  return { storage, log: new CollectionLog(await withStorageErrors(() => storage.room(name)), maxHeldBytes), name };
}

export class Kept {
  readonly #maker: Maker;
  readonly #place: Place | undefined;
  #collection: Collection;
  /** What corrects questions. */
  #adapter: Uint8Array | undefined;
  #channel: ReturnType<typeof openChannel> | undefined;
  /** Somebody else has changed it. */
  #stale = false;
  /** The last look at what others have committed, which may still go on. */
  #looking: Promise<void> = Promise.resolve();
  /** Nobody else can change it. */
  #mine = false;
  /** Takes over changes, of others and our own, one after the other. */
  readonly #taking = new Queue();
  /** What is done after changes, behind them. */
  #tending: Promise<unknown> = Promise.resolve();
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #closing = new AbortController();

  private constructor(maker: Maker, collection: Collection, place?: Place) {
    this.#maker = maker;
    this.#collection = collection;
    this.#place = place;
    if (place && !place.storage.silent) this.#channel = openChannel(place.name, () => (this.#stale = true));
  }

  /**
   * Opens what is kept under a name, or in place of that what was exported.
   *
   * @param place - Where that is, as of when what was exported has been read; `undefined` for memory alone.
   */
  static async open(maker: Maker, request: OpenRequest, place: () => Promise<Place | undefined>): Promise<Kept> {
    const { bindings, options, model } = maker;
    const { bytes } = request;
    const collection = bytes
      ? bindings.Collection.import(bytes, options, model)
      : new bindings.Collection(options, model);
    let kept = new Kept(maker, collection);
    try {
      const found = await place();
      if (!found) return kept;
      kept = new Kept(maker, collection, found);
      await (bytes ? kept.#replace() : kept.#open(request));
      return kept;
    } catch (error) {
      await kept.close();
      throw error;
    }
  }

  /** Whether the collection outlasts this thread. */
  get keeps(): boolean {
    return this.#place !== undefined;
  }

  /** The collection as of now, to be used at once: another may take its place. */
  get collection(): Collection {
    return this.#collection;
  }

  /** Resolves once what others have committed is there to be read, as far as it is known and can be had. */
  async catchUp(): Promise<void> {
    if (this.#mine || !this.#place) return;
    const look = this.#stale || this.#place.storage.silent;
    // What is here can be read all the same.
    await (look ? this.#takeNews() : this.#looking).catch(() => {});
  }

  /** Makes a change. */
  async change(changes: ChangeRequest[], tools: Tools): Promise<ChangeResult> {
    // Else a log that many changes follow each other in would grow on: putting it together has its turn first.
    if (this.#place?.log.isLong) await orCancelled(this.#tending, tools.signal);
    const result = await this.#alone(tools.signal, async (place) => {
      if (!place) return this.#make(changes, tools);
      // The same again, after it failed.
      const unfinished = await this.#unfinished();
      const last = unfinished.at(-1);
      const work = last?.is(changes) ? last : await Work.begin(place.log.room, changes, !this.#hides);
      return this.#makeWith(work, unfinished, tools, true);
    });
    this.#tend();
    return result;
  }

  /** Finishes the changes that a crash has interrupted. */
  async resume(tools: Tools): Promise<ChangeResult> {
    const total: ChangeResult = { added: 0, updated: 0, removed: 0, unchanged: 0 };
    await this.#alone(tools.signal, async () => {
      for (const work of await this.#unfinished()) {
        const result = await this.#makeWith(work, await this.#unfinished(), tools, false);
        for (const what of ["added", "updated", "removed", "unchanged"] as const) total[what] += result[what];
      }
    });
    this.#tend();
    return total;
  }

  /** Gives them up. */
  async discard(): Promise<void> {
    await this.#alone(undefined, async () => {
      for (const work of await this.#unfinished()) await withStorageErrors(() => work.remove());
    });
  }

  /** Runs a task on the collection while nobody changes it. */
  async whileMine<T>(signal: AbortSignal, task: (collection: Collection) => Promise<T>): Promise<T> {
    return this.#alone(signal, () => task(this.#collection));
  }

  /** What corrects questions. */
  get adapter(): Uint8Array | undefined {
    return this.#adapter;
  }

  /**
   * Corrects questions from now on, and when the collection is opened again. Other tabs that have it open are not told.
   *
   * @param bytes - An adapter's file; `undefined`: questions are taken as they are.
   */
  async setAdapter(bytes: Uint8Array | undefined): Promise<void> {
    await this.#alone(undefined, async (place) => {
      this.#collection.setAdapter(bytes, this.#maker.model);
      try {
        await place?.log.keepAdapter(bytes);
      } catch (error) {
        this.#collection.setAdapter(this.#adapter, this.#maker.model);
        throw error;
      }
      this.#adapter = bytes;
    });
  }

  /** Whether nothing may be kept as it is handed in. */
  get #hides(): boolean {
    const policy = this.#maker.options.sensitive?.policy;
    return policy === "mask" || policy === "refuse";
  }

  async stats(): Promise<Pick<Stats, "storage" | "unfinished">> {
    if (!this.#place) return { storage: { kind: "memory", bytes: 0, files: 0 } };
    const { storage, log, name } = this.#place;
    const look = async () => {
      await this.#takeNews();
      return this.#closing.signal.aborted ? [] : this.#unfinished();
    };
    const unfinished = this.#mine
      ? undefined
      : await storage.exclusive(name, look, { ifFree: true }).catch(() => undefined);
    // Some may have been tried more than once.
    const documents = new Set(unfinished?.flatMap(({ changes }) => changes.map(idOf))).size;
    const { kind } = storage;
    return {
      storage: {
        kind,
        bytes: log.bytes,
        files: log.files,
        ...(this.encrypted && { encrypted: true as const }),
        ...(kind !== "files" && (await estimate())),
      },
      ...(documents > 0 && { unfinished: { documents } }),
    };
  }

  get encrypted(): boolean {
    return this.#encryption() !== undefined;
  }

  /** Lets go of all that was read, and of the key to read it again. */
  async lock(): Promise<void> {
    const encryption = this.#encryption();
    if (!encryption || encryption.locked) return;
    await this.#settle();
    encryption.lock();
    await this.#taking.run(async () => this.#forget());
  }

  /** Reads all of it again. */
  async unlock(secret: Secret): Promise<void> {
    const { storage, log, name } = this.#place!;
    const encryption = this.#encryption()!;
    await withStorageErrors(() => encryption.unlock(secret));
    try {
      log.room = await withStorageErrors(() => storage.room(name));
      await this.#takeNews();
      await this.#readAdapter(log);
    } catch (error) {
      encryption.lock();
      this.#forget();
      throw error;
    }
    this.#tend();
  }

  /** Has another secret open it from now on. */
  async changeSecret(current: Secret, next: Secret): Promise<void> {
    const encryption = this.#encryption();
    if (!encryption) throw notEncryptedError();
    await encryption.changeSecret(current, next);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#channel?.close();
    await this.#settle();
    await this.#taking.run(async () => this.#collection.free());
  }

  /** What encrypts it, if anything does. */
  #encryption(): EncryptedStorage | undefined {
    const storage = this.#place?.storage;
    return storage && "lock" in storage ? (storage as EncryptedStorage) : undefined;
  }

  /** Does at once what is to be done after changes. */
  async #settle(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#tending;
    await this.#keepIndexes();
  }

  /** Is as before anything was read. */
  #forget(): void {
    const { bindings, options, model } = this.#maker;
    const empty = new bindings.Collection(options, model);
    this.#collection.free();
    this.#collection = empty;
    this.#adapter = undefined;
    this.#place!.log.accept(undefined);
  }

  async #open({ onUnreadable }: OpenRequest): Promise<void> {
    const { storage, log, name } = this.#place!;
    /** The error, where what is there cannot be read by anybody who opens it so. */
    const unreadable = async () => {
      try {
        await this.#takeNews();
        return undefined;
      } catch (error) {
        const { code, message } = toLeafcutterError(error);
        if (!code.startsWith("index-")) throw error;
        const advice = `to begin anew, open "${name}" with onUnreadable: "replace", and add its documents again`;
        return new LeafcutterError(code, `${message}; ${advice}`, { cause: error });
      }
    };
    /** Looks again while nobody writes: what is there now may be another's, who was first to replace it. */
    const openAlone = async () => {
      log.room = await withStorageErrors(() => storage.room(name));
      const error = await unreadable();
      if (!error) return;
      if (onUnreadable === "refuse") throw error;
      await withStorageErrors(() => storage.delete(name));
      log.room = await withStorageErrors(() => storage.room(name));
      this.#channel?.tell();
    };
    // What storage throws may come from a change that another is just writing.
    const error = await unreadable().catch((error: unknown) => toLeafcutterError(error));
    const final = error?.code.startsWith("index-") ? onUnreadable === "refuse" : error?.code !== "storage-failed";
    if (error && final) throw error;
    if (error) await storage.exclusive(name, openAlone);
    const tidy = async () => {
      await this.#takeNews();
      await log.tidy();
      return true;
    };
    // What was read ahead may be of long ago, before anybody could tell of changes: the first question looks again.
    this.#stale = !(await storage.exclusive(name, tidy, { ifFree: true }));
    await this.#readAdapter(log);
    this.#tend();
  }

  /** One that cannot be read is as if it were not there: without it, questions are taken as they are. */
  async #readAdapter(log: CollectionLog): Promise<void> {
    const bytes = await log.readAdapter();
    try {
      this.#collection.setAdapter(bytes, this.#maker.model);
      this.#adapter = bytes;
    } catch (error) {
      if (!toLeafcutterError(error).code.startsWith("index-")) throw error;
    }
  }

  /** Keeps what was imported, in place of what is there. */
  async #replace(): Promise<void> {
    const { storage, log, name } = this.#place!;
    await storage.exclusive(name, async () => {
      // Requests that were interrupted are nothing to it.
      const work = await Work.begin(log.room, [{ type: "clear" }]);
      if (work.lost) for (const other of await this.#unfinished()) await withStorageErrors(() => other.remove());
      await log.replace((sink) => this.#collection.snapshot(sink), work.id);
      await log.keepAdapter(undefined);
      await this.#moveToLast();
      await this.#unfinished().catch(() => {});
    });
    this.#channel?.tell();
  }

  /** Runs a task while nobody else can change the collection, on its last commit. */
  async #alone<T>(signal: AbortSignal | undefined, task: (place: Place | undefined) => Promise<T>): Promise<T> {
    const place = this.#place;
    if (!place) return task(undefined);
    const { storage, log, name } = place;
    const alone = async () => {
      // It may have been deleted, and with it the room.
      log.room = await withStorageErrors(() => storage.room(name));
      await this.#takeNews();
      this.#mine = true;
      try {
        return { result: await task(place) };
      } finally {
        this.#mine = false;
      }
    };
    return (await storage.exclusive(name, alone, signal && { signal }))!.result;
  }

  #make(changes: ChangeRequest[], tools: Tools): Promise<ChangeResult> {
    return applyChanges(this.#collection, changes, { ...tools, commit: (change, put) => this.#commit(change, put) });
  }

  /**
   * Makes a change that is kept as a request. What was embedded stays if it fails, unless the caller has cancelled it who made it:
   * `first` says that it was not interrupted before.
   */
  async #makeWith(work: Work, unfinished: Work[], tools: Tools, first: boolean): Promise<ChangeResult> {
    const { changes } = work;
    const others = unfinished.filter(({ id }) => id !== work.id);
    const cache: EmbeddingCache = {
      get: (texts, model) => {
        const found = [work, ...others].map((kept) => kept.get(texts, model));
        return texts.map((_, index) => found.find((rows) => rows[index])?.[index]);
      },
      set: (texts, rows, model) => work.set(texts, rows, model),
    };
    let committing = false;
    const commit = async (change: Change, put: PutChange) => {
      committing = true;
      // Without a request that is found after a crash nothing would say that it has overtaken others.
      const overtaken = work.lost ? others.filter(({ id }) => id < work.id) : [];
      for (const other of overtaken) await withStorageErrors(() => other.withdraw(changes));
      return this.#commit(change, put, work.id);
    };
    try {
      for (const kept of [work, ...others]) await withStorageErrors(() => kept.load());
      const result = await applyChanges(this.#collection, changes, { ...tools, work: cache, commit });
      // Where it fails, whoever looks for what is unfinished tries again.
      await work.finish(others).catch(() => {});
      return result;
    } catch (error) {
      const { aborted, reason } = tools.signal;
      const cancelled = aborted && !(reason instanceof LeafcutterError);
      // A commit that failed may have got there all the same, and then its request is still of use.
      if (first && !committing && (cancelled || !work.embedded)) await work.remove().catch(() => {});
      throw error;
    }
  }

  #unfinished(): Promise<Work[]> {
    const log = this.#place?.log;
    return log ? withStorageErrors(() => Work.unfinished(log.room, log.lastWork)) : Promise.resolve([]);
  }

  /** Writes a change, then puts it in place. What another tab tells of meanwhile must not come in between. */
  #commit(change: Change, put: PutChange, work?: string): Promise<ChangeResult> {
    const log = this.#place?.log;
    if (!log) return Promise.resolve().then(() => put());
    return this.#taking.run(async () => {
      if (!change.isNew()) return put();
      await log.commit((sink) => (log.begun ? change.delta(sink) : change.snapshot(sink)), work);
      const result = put(await log.openLast());
      this.#channel?.tell();
      return result;
    });
  }

  #takeNews(): Promise<void> {
    this.#looking = this.#taking.run(async () => {
      if (this.#closing.signal.aborted) return;
      // Before, for somebody else may commit meanwhile.
      this.#stale = false;
      try {
        await this.#takeAll();
      } catch (error) {
        this.#stale = true;
        throw error;
      }
    });
    return this.#looking;
  }

  async #takeAll(): Promise<void> {
    const { log } = this.#place!;
    const news = await log.news();
    try {
      this.#take(news);
    } catch (error) {
      if (news.kind !== "changes") throw error;
      // Some of the changes may be in already. From the beginning, then.
      log.accept(undefined);
      this.#take(await log.news());
    }
  }

  #take(news: News): void {
    if (news.kind === "none") return;
    const { bindings, options, model } = this.#maker;
    const { log } = this.#place!;
    if (news.kind === "changes") {
      this.#collection.apply(news.files);
    } else {
      const { Collection } = bindings;
      const { files, indexes } = news;
      const next = files.length > 0 ? Collection.open(files, indexes, options, model) : new Collection(options, model);
      next.setAdapter(this.#adapter, model);
      this.#collection.free();
      this.#collection = next;
    }
    log.accept(news.manifest);
  }

  /** Does what is to be done after a change: indexes are kept once no other has followed for a while. */
  #tend(): void {
    this.#tending = this.#tending.then(() => this.#compact());
    clearTimeout(this.#timer);
    if (this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#tending = this.#tending.then(() => this.#keepIndexes());
    }, SETTLED_MS);
    (this.#timer as { unref?(): void }).unref?.();
  }

  /** Keeps the indexes of a collection that takes long to index. Where that fails, they are made again when it is opened. */
  async #keepIndexes(): Promise<void> {
    if (!this.#place || this.#stale) return;
    const { storage, log, name } = this.#place;
    const keep = async () => {
      if (log.begun && this.#collection.stats().chunks >= INDEXES_FROM) {
        await log.keepIndexes((sink) => this.#collection.derived(sink));
      }
    };
    await storage.exclusive(name, keep, { ifFree: true }).catch(() => {});
  }

  /** Puts a whole state in place of a log that has grown long. It can be read meanwhile; where it fails, the log stays. */
  async #compact(): Promise<void> {
    const log = this.#place?.log;
    if (!log?.isLong) return;
    const { signal } = this.#closing;
    await this.#alone(signal, async () => {
      if (!log.isLong || signal.aborted) return;
      await log.compact((sink) => this.#collection.snapshot(sink));
      await this.#moveToLast();
      await log.tidy();
    }).catch(() => {});
  }

  /** Reads rows from the whole state that was just written, so that those before it can go. */
  async #moveToLast(): Promise<void> {
    const file = await this.#place!.log.openLast();
    if (file) this.#collection.moveTo(file);
  }
}
