/** Collections in the browser's origin private file system, a folder each. */

import { browserLock } from "./browser-lock.js";
import { latestManifest } from "./manifest.js";
import { fileNameOf, nameOfFile } from "./names.js";
import {
  handOver,
  inOnePiece,
  type ExclusiveOptions,
  type FileContent,
  type KeptFile,
  type Room,
  type Storage,
} from "./storage.js";

const FOLDER = "leafcutter";
/** Which of two is written is decided by the sequence: the older one. The first manifest is in both. */
const SLOTS = ["manifest-0", "manifest-1"];

/** A file that a worker which was just ended had open is free again only a moment later. */
const BUSY_TRIES = 40;
const BUSY_WAIT_MS = 25;
const BUSY = "NoModificationAllowedError";

/** Some browsers of 2022 answer all but `write` with promises. */
interface SyncAccessHandle {
  /** Where several may read at a time; else whoever opens a file has it alone. */
  readonly mode?: string;
  read(into: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options?: { at: number }): number;
  truncate(size: number): void | Promise<void>;
  getSize(): number | Promise<number>;
  flush(): void | Promise<void>;
  close(): void | Promise<void>;
}
interface OpfsFileHandle extends FileSystemFileHandle {
  createSyncAccessHandle?(options?: { mode: "read-only" }): Promise<SyncAccessHandle>;
}
type OpfsFolder = FileSystemDirectoryHandle & {
  entries(): AsyncIterable<[string, FileSystemFileHandle | FileSystemDirectoryHandle]>;
  keys(): AsyncIterable<string>;
};

/** `undefined` where there is none, or where nothing can be written to it from this thread. */
export async function openOpfs(): Promise<Storage | undefined> {
  try {
    const root = await navigator.storage.getDirectory();
    const { prototype } = FileSystemFileHandle;
    if (!("createSyncAccessHandle" in prototype || "createWritable" in prototype)) return undefined;
    return new Opfs(root);
  } catch {
    return undefined;
  }
}

class Opfs implements Storage {
  readonly kind = "opfs";
  readonly silent = false;
  readonly #root: FileSystemDirectoryHandle;

  constructor(root: FileSystemDirectoryHandle) {
    this.#root = root;
  }

  async room(name: string): Promise<Room> {
    const folder = await this.#folder();
    return new OpfsRoom((await folder.getDirectoryHandle(fileNameOf(name), { create: true })) as OpfsFolder);
  }

  async list(): Promise<string[]> {
    const names: string[] = [];
    for await (const [file] of (await this.#folder()).entries()) {
      const name = nameOfFile(file);
      if (name !== undefined) names.push(name);
    }
    return names.sort();
  }

  async delete(name: string): Promise<void> {
    const folder = await this.#folder();
    try {
      await unlessMissing(() => patiently(() => folder.removeEntry(fileNameOf(name), { recursive: true })));
    } catch (error) {
      if ((error as { name?: unknown }).name !== BUSY) throw error;
      // Another tab reads from its files. Without the others it is no collection, and what is left goes when one of that name is
      // opened again.
      await new OpfsRoom((await folder.getDirectoryHandle(fileNameOf(name))) as OpfsFolder).clear();
    }
  }

  exclusive<T>(name: string, task: () => Promise<T>, options?: ExclusiveOptions): Promise<T | undefined> {
    return browserLock(name, task, options);
  }

  async #folder(): Promise<OpfsFolder> {
    return (await this.#root.getDirectoryHandle(FOLDER, { create: true })) as OpfsFolder;
  }
}

class OpfsRoom implements Room {
  readonly firstMayTear = true;
  readonly #folder: OpfsFolder;

  constructor(folder: OpfsFolder) {
    this.#folder = folder;
  }

  read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const read = async () => {
      const file = await (await this.#folder.getFileHandle(name)).getFile();
      return new Uint8Array(await file.arrayBuffer());
    };
    return unlessMissing(() => patiently(read, "NotReadableError"));
  }

  /** As long as it is open nobody can remove it. */
  async open(name: string): Promise<KeptFile | undefined> {
    try {
      const handle: OpfsFileHandle = await this.#folder.getFileHandle(name);
      const access = await handle.createSyncAccessHandle?.({ mode: "read-only" });
      const size = await access?.getSize();
      if (access?.mode === "read-only" && size !== undefined) {
        return {
          size,
          read: (into, at) => access.read(into, { at }),
          close: () => void access.close(),
        };
      }
      // Other tabs could not open it.
      await access?.close();
    } catch {
      // It is read as a whole then, which says what is wrong.
    }
    return undefined;
  }

  write(name: string, content: FileContent): Promise<number> {
    return this.#store(name, content, () => 0);
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    await this.#store(name, bytes, (size) => size);
  }

  async remove(name: string): Promise<void> {
    await unlessMissing(() => patiently(() => this.#folder.removeEntry(name)));
  }

  async list(): Promise<{ name: string; size: number }[]> {
    const files: { name: string; size: number }[] = [];
    for await (const [name, handle] of this.#folder.entries()) {
      if (SLOTS.includes(name) || handle.kind !== "file") continue;
      const size = await unlessMissing(async () => (await handle.getFile()).size);
      // A file that `createWritable` writes to has its name already, and one that is gone meanwhile has no size.
      if (size !== undefined) files.push({ name, size });
    }
    return files;
  }

  async readManifests(): Promise<Uint8Array<ArrayBuffer>[]> {
    const slots = await Promise.all(SLOTS.map((slot) => this.read(slot)));
    return slots.filter((slot) => slot !== undefined);
  }

  async switchManifest(bytes: Uint8Array, sequence: number): Promise<void> {
    const slot = SLOTS[sequence % SLOTS.length]!;
    await this.write(slot, bytes);
    // The first is in both, so that a single slot which is damaged is a first manifest that never got there whole. The copy is
    // where the second will be.
    if (sequence !== 1) return;
    const copy = SLOTS[(sequence + 1) % SLOTS.length]!;
    try {
      await this.write(copy, bytes);
    } catch (error) {
      for (const written of [copy, slot]) await this.remove(written).catch(() => {});
      throw error;
    }
  }

  /** Removes what can be removed, the manifests first: the latest last, so that there never is one of before. */
  async clear(): Promise<void> {
    const latest = latestManifest(await this.readManifests())?.sequence ?? 0;
    for (const sequence of [latest + 1, latest]) await this.remove(SLOTS[sequence % SLOTS.length]!);
    for await (const name of this.#folder.keys()) await this.#folder.removeEntry(name).catch(() => {});
  }

  /** Puts bytes in a file from the place that `start` names of its size, and ends it there. Resolves with how many they are. */
  async #store(name: string, content: FileContent, start: (size: number) => number): Promise<number> {
    const handle: OpfsFileHandle = await this.#folder.getFileHandle(name, { create: true });
    if (!handle.createSyncAccessHandle) {
      // On a page's own thread. What is written takes the file's place when it is closed.
      const at = start((await handle.getFile()).size);
      const data = inOnePiece(content);
      const stream = await patiently(() => handle.createWritable({ keepExistingData: at > 0 }));
      try {
        await stream.write({ type: "write", position: at, data });
      } catch (error) {
        await stream.abort().catch(() => {});
        throw error;
      }
      await stream.close();
      return data.length;
    }
    const access = await patiently(() => handle.createSyncAccessHandle!());
    try {
      const first = start(await access.getSize());
      await access.truncate(first);
      let at = first;
      const write = (bytes: Uint8Array) => {
        if (access.write(bytes, { at }) !== bytes.length) throw new DOMException("no room", "QuotaExceededError");
        at += bytes.length;
      };
      if (typeof content === "function") handOver(content, write);
      else write(content);
      await access.flush();
      return at - first;
    } finally {
      await access.close();
    }
  }
}

/** `undefined` if what the task looks for is not there. */
async function unlessMissing<T>(task: () => Promise<T>): Promise<T | undefined> {
  try {
    return await task();
  } catch (error) {
    if ((error as { name?: unknown }).name === "NotFoundError") return undefined;
    throw error;
  }
}

/** Tries again for a while where somebody else has the file open, or writes to it while it is read. */
async function patiently<T>(task: () => Promise<T>, name = BUSY): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await task();
    } catch (error) {
      const busy = (error as { name?: unknown }).name === name;
      if (!busy || tries === BUSY_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, BUSY_WAIT_MS));
    }
  }
}
