/** One process at a time, by a file that says whose turn it is. */

import { throwIfCancelled } from "../errors.js";
import { withStorageErrors } from "./errors.js";
import type { Node } from "./files.js";
import type { ExclusiveOptions } from "./storage.js";

const POLL_MS = 20;
/** The holder shows so often that it lives. */
const HEARTBEAT_MS = 2_000;
/** Without a sign of life for so long, a lock of another machine is nobody's, or that of a thread. */
const STALE_MS = 60_000;

/** What the file says. */
interface Holder {
  token: string;
  pid: number;
  host: string;
}

export async function fileLock<T>(
  node: Node,
  file: string,
  task: () => Promise<T>,
  { signal, ifFree = false }: ExclusiveOptions = {},
): Promise<T | undefined> {
  const { fs, os, path } = node;
  const own: Holder = { token: crypto.randomUUID(), pid: process.pid, host: os.hostname() };
  await withStorageErrors(() => fs.mkdir(path.dirname(file), { recursive: true }));
  while (!(await withStorageErrors(() => take(node, file, own)))) {
    throwIfCancelled(signal);
    await breakStale(node, file);
    if (ifFree && (await fs.stat(file).catch(() => undefined))) return undefined;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const beat = setInterval(() => {
    const now = new Date();
    void fs.utimes(file, now, now).catch(() => {});
  }, HEARTBEAT_MS);
  (beat as { unref?(): void }).unref?.();
  try {
    throwIfCancelled(signal);
    return await task();
  } finally {
    clearInterval(beat);
    if ((await holder(node, file))?.token === own.token) await fs.rm(file, { force: true });
  }
}

/** Makes the file with its content at once, unless there is one: a name that is taken cannot be linked to. */
async function take({ fs }: Node, file: string, own: Holder): Promise<boolean> {
  const draft = `${file}.${own.token}`;
  try {
    await fs.writeFile(draft, JSON.stringify(own));
    await fs.link(draft, file);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === "EEXIST") return false;
    throw error;
  } finally {
    await fs.rm(draft, { force: true });
  }
}

/** Takes a lock away whose holder is no more. */
async function breakStale(node: Node, file: string): Promise<void> {
  const { fs } = node;
  const seen = await holder(node, file);
  if (!seen || !(await isStale(node, file, seen))) return;
  // Of those who see the same stale lock one moves it, and finds out whether it was that or already the next.
  const aside = `${file}.${crypto.randomUUID()}`;
  try {
    await fs.rename(file, aside);
  } catch {
    return;
  }
  if ((await holder(node, aside))?.token !== seen.token) await fs.link(aside, file).catch(() => {});
  await fs.rm(aside, { force: true });
}

async function isStale({ fs, os }: Node, file: string, { pid, host }: Holder): Promise<boolean> {
  const about = await fs.stat(file).catch(() => undefined);
  if (!about) return false;
  const silent = Date.now() - about.mtimeMs > STALE_MS;
  // A process of this machine may be silent because the machine slept, or in a long step. One's own process may be that of a
  // thread which is no more.
  if (host !== os.hostname() || pid === process.pid) return silent;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as { code?: unknown }).code === "ESRCH";
  }
}

async function holder({ fs }: Node, file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await fs.readFile(file, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}
