/** The log of one collection: a whole state and the changes after it, and a manifest that says which files they are. */

import { LeafcutterError } from "../errors.js";
import { encryptedError, isEncrypted } from "./encrypted.js";
import { withStorageErrors } from "./errors.js";
import { commitOf, latestManifest, writeManifest, type Manifest } from "./manifest.js";
import type { FileContent, KeptFile, Room } from "./storage.js";
import { isWork } from "./work.js";

/** More changes than this are put together even if they are small: each is a file to open. */
const MOST_CHANGES = 32;

/** How the names of files begin: of a whole state, a change, kept indexes. */
const WHOLE = "whole-";
const DELTA = "delta-";
const INDEXES = "indexes-";

/** Whether a file of this name is part of a log. */
export const isLogFile = (name: string) => [WHOLE, DELTA, INDEXES].some((start) => name.startsWith(start));

/** The name of the file that corrects questions. */
const ADAPTER = "adapter";

/** How often a reader looks again whose files were replaced while it read them. */
const TRIES = 5;

/** What a collection must take over to be as the log is. */
export type News =
  /** Nothing. */
  | { kind: "none" }
  /** These changes, one after the other. */
  | { kind: "changes"; files: LogFile[]; manifest: Manifest }
  /** This log from the beginning, with its indexes where they were kept; where there are no files, an empty collection. */
  | { kind: "all"; files: LogFile[]; indexes: Uint8Array | undefined; manifest: Manifest | undefined };

/** The bytes of a file, or the file itself, open to be read as long as it is needed. */
export type LogFile = Uint8Array | KeptFile;

export class CollectionLog {
  room: Room;
  readonly #maxHeldBytes: number;
  /** What the collection in memory is as of. */
  #known: Manifest | undefined;
  /** What is read before it is asked for. */
  #ahead: Promise<News> | undefined;

  /** Of more than so many bytes, files stay open instead of being read as a whole. */
  constructor(room: Room, maxHeldBytes: number) {
    this.room = room;
    this.#maxHeldBytes = maxHeldBytes;
  }

  /** Bytes of the files. */
  get bytes(): number {
    return bytesOf(this.#known?.files ?? []);
  }

  get files(): number {
    return this.#known?.files.length ?? 0;
  }

  /** Whether there is a state to go on from. */
  get begun(): boolean {
    return this.#known !== undefined;
  }

  /** The request whose change was committed last. */
  get lastWork(): string | undefined {
    return this.#known?.work;
  }

  /** Whether changes outweigh the state that they are to. */
  get isLong(): boolean {
    const { files } = this.#known ?? { files: [] };
    const changes = files.slice(1).reduce((total, { size }) => total + size, 0);
    return files.length > MOST_CHANGES || changes > (files[0]?.size ?? 0);
  }

  /** Begins to read what {@link news} is asked for first; decrypting it lets `after` go before. */
  readAhead(after?: Promise<unknown>): void {
    this.#ahead = this.#readNews(after);
    // Who asks hears of what went wrong.
    this.#ahead.catch(() => {});
  }

  /** Lets go of what was read ahead, if nobody asked for it. */
  async dropAhead(): Promise<void> {
    const news = await this.#ahead?.catch(() => undefined);
    this.#ahead = undefined;
    if (news && news.kind !== "none") closeAll(news.files);
  }

  /**
   * What was committed since, by whomever. {@link accept} says that it was taken over.
   *
   * @throws LeafcutterError `index-damaged` if a file is missing.
   */
  news(): Promise<News> {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead ?? this.#readNews();
  }

  #readNews(after?: Promise<unknown>): Promise<News> {
    return withStorageErrors(async () => {
      for (let tries = 1; ; tries++) {
        const manifest = await this.#manifest();
        const known = this.#known;
        if (!manifest) return known ? { kind: "all", files: [], indexes: undefined, manifest } : { kind: "none" };
        if (known && known.log === manifest.log && known.commit === manifest.commit) {
          this.#known = manifest;
          return { kind: "none" };
        }
        const first = manifest.files.findIndex(
          (_, index) => index > 0 && commitOf(manifest, index) === (known?.commit ?? 0) + 1,
        );
        const follows = known?.log === manifest.log && first > 0;
        const [files, indexes] = await Promise.all([
          this.#read(manifest, follows ? first : 0, after),
          follows ? undefined : this.#readIndexes(manifest, after),
        ]);
        if (files) return follows ? { kind: "changes", files, manifest } : { kind: "all", files, indexes, manifest };
        // Compaction has removed one meanwhile. Then there is another manifest.
        if (tries === TRIES) {
          const advice = "delete the collection and add its documents again";
          throw new LeafcutterError("index-damaged", `a file of the collection is missing; ${advice}`);
        }
      }
    });
  }

  accept(manifest: Manifest | undefined): void {
    this.#known = manifest;
  }

  /** The last file, open to be read, where there is so much in the log that it is not to be held. */
  async openLast(): Promise<KeptFile | undefined> {
    const last = this.#known?.files.at(-1);
    return last && this.bytes > this.#maxHeldBytes ? this.room.open(last.name) : undefined;
  }

  /** Adds a change, or where there is no log yet, begins one with the whole state. */
  async commit(content: FileContent, work?: string): Promise<void> {
    const known = this.#known;
    const name = fileName(known ? DELTA : WHOLE, (known?.commit ?? 0) + 1);
    await this.#switch(name, content, (file) => ({
      version: 1,
      sequence: (known?.sequence ?? 0) + 1,
      log: known?.log ?? crypto.randomUUID(),
      commit: (known?.commit ?? 0) + 1,
      files: [...(known?.files ?? []), file],
      ...(work !== undefined && { work }),
    }));
  }

  /** Puts a whole state in place of the files that led to it, which {@link tidy} removes once nobody reads them. */
  async compact(content: FileContent): Promise<void> {
    const known = this.#known!;
    const name = fileName(WHOLE, known.commit);
    await this.#switch(name, content, (file) => ({ ...known, sequence: known.sequence + 1, files: [file] }));
  }

  /** Begins another log with a whole state, in place of whatever is there. */
  async replace(content: FileContent, work?: string): Promise<void> {
    const found = latestManifest(await withStorageErrors(() => this.room.readManifests()));
    this.#known = undefined;
    await this.#switch(
      fileName(WHOLE, 1),
      content,
      (file) => ({
        version: 1,
        sequence: (found?.sequence ?? 0) + 1,
        log: crypto.randomUUID(),
        commit: 1,
        files: [file],
        ...(work !== undefined && { work }),
      }),
      found,
    );
    await this.tidy();
  }

  /**
   * Keeps the indexes of the last commit, unless they are kept already or somebody else has committed since, and removes those of
   * others. Only for who may write.
   */
  async keepIndexes(content: FileContent): Promise<void> {
    const files = await this.room.list();
    const found = latestManifest(await this.room.readManifests());
    const known = this.#known;
    // Those of a later commit are of more use than these, and nobody needs those of a log that is gone.
    if (!known || found?.log !== known.log || found.commit !== known.commit) return;
    const name = indexesOf(known);
    if (files.some((file) => file.name === name)) return;
    await this.room.write(name, content);
    for (const file of files) if (file.name.startsWith(INDEXES)) await this.room.remove(file.name);
  }

  /** What corrects questions, if it was kept. */
  readAdapter(): Promise<Uint8Array | undefined> {
    return withStorageErrors(() => this.room.read(ADAPTER));
  }

  /** Keeps what corrects questions in place of what did before; `undefined`: nothing does. Only for who may write. */
  keepAdapter(bytes: Uint8Array | undefined): Promise<void> {
    return withStorageErrors(async () => {
      if (bytes) await this.room.write(ADAPTER, bytes);
      else await this.room.remove(ADAPTER);
    });
  }

  /** Removes what a crash has left behind, but for unfinished requests. Only for who may write. */
  async tidy(): Promise<void> {
    const named = new Set([ADAPTER, ...(this.#known?.files ?? []).map(({ name }) => name)]);
    if (this.#known) named.add(indexesOf(this.#known));
    const found = await this.room.list().catch(() => []);
    const left = found.filter(({ name }) => !named.has(name) && !isWork(name));
    // Where one cannot be removed, as somebody may still read from it, nothing is lost but room, and the next who opens the
    // collection tries again.
    await Promise.allSettled(left.map(({ name }) => this.room.remove(name)));
  }

  async #manifest(): Promise<Manifest | undefined> {
    const candidates = await this.room.readManifests();
    const manifest = latestManifest(candidates);
    if (candidates.some(isEncrypted)) throw encryptedError();
    if (!manifest && candidates.length > (this.room.firstMayTear ? 1 : 0)) {
      const advice = "delete the collection and add its documents again";
      throw new LeafcutterError("index-damaged", `the collection's manifest is damaged; ${advice}`);
    }
    return manifest;
  }

  /** The indexes that were kept of a commit, if they were. */
  #readIndexes(manifest: Manifest, after?: Promise<unknown>): Promise<Uint8Array | undefined> {
    return this.room.read(indexesOf(manifest), after).catch(() => undefined);
  }

  /** The files from one on, unless one is gone. Of a log that is too large to be held they are open to be read, if that can be. */
  async #read({ files }: Manifest, first: number, after?: Promise<unknown>): Promise<LogFile[] | undefined> {
    const names = files.slice(first).map(({ name }) => name);
    if (bytesOf(files) > this.#maxHeldBytes) {
      const opened = await Promise.all(names.map((name) => this.room.open(name)));
      if (opened.every((file) => file !== undefined)) return opened;
      closeAll(opened);
    }
    const read = await Promise.all(names.map((name) => this.room.read(name, after)));
    return read.every((bytes) => bytes !== undefined) ? read : undefined;
  }

  /** Writes a file, then the manifest that names it. Until that is there, nothing has happened. */
  async #switch(
    name: string,
    content: FileContent,
    manifestWith: (file: Manifest["files"][number]) => Manifest,
    expected = this.#known,
  ): Promise<void> {
    let manifest: Manifest | undefined;
    await withStorageErrors(async () => {
      try {
        manifest = manifestWith({ name, size: await this.room.write(name, content) });
        const found = latestManifest(await this.room.readManifests());
        if (found?.sequence !== expected?.sequence || found?.log !== expected?.log) {
          throw new LeafcutterError("conflict", "the collection was changed by somebody else meanwhile; try again");
        }
        await this.room.switchManifest(writeManifest(manifest), manifest.sequence);
      } catch (error) {
        // A manifest that did get there, though writing it failed, still needs the file.
        const found = await this.room.readManifests().then(latestManifest, () => manifest);
        if (!manifest || found?.sequence !== manifest.sequence) await this.room.remove(name).catch(() => {});
        throw error;
      }
    });
    this.#known = manifest;
  }
}

const bytesOf = (files: Manifest["files"]) => files.reduce((total, { size }) => total + size, 0);

/** One name for each commit of each log: what is kept under it never changes. */
function indexesOf({ log, commit }: Manifest): string {
  return `${INDEXES}${commit}-${log}`;
}

/** Never given twice, so that what a crash left behind is in nobody's way. */
function fileName(kind: typeof WHOLE | typeof DELTA, commit: number): string {
  return `${kind}${commit}-${crypto.randomUUID()}`;
}

function closeAll(files: (LogFile | undefined)[]): void {
  for (const file of files) if (file && "close" in file) file.close();
}
