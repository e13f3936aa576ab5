/** Collections as plain files of Node, a folder each. */

import { builtin } from "../platform.js";
import { fileLock } from "./file-lock.js";
import { fileNameOf, nameOfFile } from "./names.js";
import {
  handOver,
  type ExclusiveOptions,
  type FileContent,
  type KeptFile,
  type Room,
  type Storage,
} from "./storage.js";

export type Node = {
  fs: typeof import("node:fs/promises");
  /** What answers without waiting. */
  sync: typeof import("node:fs");
  path: typeof import("node:path");
  os: typeof import("node:os");
};

const MANIFEST = "manifest";
/** What is not yet whole has another name. */
const UNFINISHED = ".new";

/** What Node has for files; `undefined` in a browser. */
export function nodeFiles(): Node | undefined {
  const fs = builtin<Node["fs"]>("node:fs/promises");
  const sync = builtin<Node["sync"]>("node:fs");
  const path = builtin<Node["path"]>("node:path");
  const os = builtin<Node["os"]>("node:os");
  return fs && sync && path && os ? { fs, sync, path, os } : undefined;
}

/** Collections below `directory`, which is made if need be. */
export function openFiles(node: Node, directory: string): Storage {
  return new Files(node, directory);
}

class Files implements Storage {
  readonly kind = "files";
  /** Other processes are not told; looking costs little. */
  readonly silent = true;
  readonly #node: Node;
  readonly #directory: string;

  constructor(node: Node, directory: string) {
    this.#node = node;
    this.#directory = directory;
  }

  async room(name: string): Promise<Room> {
    const folder = this.#folder(name);
    await this.#node.fs.mkdir(folder, { recursive: true });
    return new Folder(this.#node, folder);
  }

  async list(): Promise<string[]> {
    const files = (await unlessMissing(this.#node.fs.readdir(this.#directory, { withFileTypes: true }))) ?? [];
    const names = files.flatMap((file) => (file.isDirectory() ? (nameOfFile(file.name) ?? []) : []));
    return names.sort();
  }

  async delete(name: string): Promise<void> {
    const folder = this.#folder(name);
    // First, so that what is left after a crash is no collection.
    await this.#node.fs.rm(this.#node.path.join(folder, MANIFEST), { force: true });
    await this.#node.fs.rm(folder, { recursive: true, force: true });
  }

  exclusive<T>(name: string, task: () => Promise<T>, options?: ExclusiveOptions): Promise<T | undefined> {
    return fileLock(this.#node, `${this.#folder(name)}.lock`, task, options);
  }

  #folder(name: string): string {
    return this.#node.path.join(this.#directory, fileNameOf(name));
  }
}

class Folder implements Room {
  readonly firstMayTear = false;
  readonly #node: Node;
  readonly #path: string;

  constructor(node: Node, path: string) {
    this.#node = node;
    this.#path = path;
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = await unlessMissing(this.#node.fs.readFile(this.#file(name)));
    return bytes && new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  }

  /** A file that is removed stays there for who has it open. */
  async open(name: string): Promise<KeptFile | undefined> {
    const { sync } = this.#node;
    try {
      const file = sync.openSync(this.#file(name), "r");
      const { size } = sync.fstatSync(file);
      return {
        size,
        read(into, at) {
          let filled = 0;
          for (let count = -1; count !== 0 && filled < into.length; filled += count) {
            count = sync.readSync(file, into, filled, into.length - filled, at + filled);
          }
          return filled;
        },
        close: () => sync.closeSync(file),
      };
    } catch {
      return undefined;
    }
  }

  async write(name: string, content: FileContent): Promise<number> {
    const { fs, sync } = this.#node;
    let size = 0;
    const [file, unfinished] = [this.#file(name), this.#file(name + UNFINISHED)];
    try {
      const handle = await fs.open(unfinished, "w");
      try {
        const write = (bytes: Uint8Array) => {
          for (let at = 0; at < bytes.length;) at += sync.writeSync(handle.fd, bytes, at);
          size += bytes.length;
        };
        if (typeof content === "function") {
          handOver(content, write);
        } else {
          await handle.writeFile(content);
          size = content.length;
        }
        await handle.sync();
      } finally {
        await handle.close();
      }
      await fs.rename(unfinished, file);
    } catch (error) {
      await fs.rm(unfinished, { force: true }).catch(() => {});
      throw error;
    }
    await this.#syncFolder();
    return size;
  }

  async append(name: string, bytes: Uint8Array): Promise<void> {
    await this.#node.fs.appendFile(this.#file(name), bytes);
  }

  async remove(name: string): Promise<void> {
    await this.#node.fs.rm(this.#file(name), { force: true });
  }

  async list(): Promise<{ name: string; size: number }[]> {
    const { fs } = this.#node;
    const files: { name: string; size: number }[] = [];
    for (const name of (await unlessMissing(fs.readdir(this.#path))) ?? []) {
      const about = name === MANIFEST ? undefined : await unlessMissing(fs.stat(this.#file(name)));
      if (about?.isFile()) files.push({ name, size: about.size });
    }
    return files;
  }

  async readManifests(): Promise<Uint8Array<ArrayBuffer>[]> {
    const manifest = await this.read(MANIFEST);
    return manifest ? [manifest] : [];
  }

  async switchManifest(bytes: Uint8Array): Promise<void> {
    await this.write(MANIFEST, bytes);
  }

  /** So that the new name of a file outlasts a loss of power. */
  async #syncFolder(): Promise<void> {
    try {
      const folder = await this.#node.fs.open(this.#path, "r");
      await folder.sync().finally(() => folder.close());
    } catch {
      // Not every system lets folders be opened.
    }
  }

  #file(name: string): string {
    return this.#node.path.join(this.#path, name);
  }
}

/** `undefined` where the file is not there. */
async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    throw error;
  }
}
