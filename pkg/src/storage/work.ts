/**
 * What a change needs to be finished after a crash or a failure: its request, and all that was embedded for it so far. Two files
 * beside the log. Once the change is committed, which the manifest says, its request is taken out of those before it, and only then
 * removed: a crash in between does not leave an older request to be resumed over a newer one.
 */

import type { ChangeRequest } from "../bindings.js";
import { LeafcutterError } from "../errors.js";
import { sealed, sealedJson, unsealed, unsealedJson } from "./checksum.js";
import { concatenated, type Room } from "./storage.js";

const FILE = /^work-(.+)\.(request|rows)$/;

export const isWork = (file: string) => FILE.test(file);

/** Rows that were embedded for a change, by model and text. */
export class Work {
  readonly #room: Room;
  id: string;
  readonly changes: ChangeRequest[];
  #rows = new Map<string, Float32Array>();
  #writing: Promise<void> = Promise.resolve();
  /** Whether there is no room for it, or no request to finish: then it goes without. */
  #lost = false;
  #embedded = false;

  private constructor(room: Room, id: string, changes: ChangeRequest[]) {
    this.#room = room;
    this.id = id;
    this.changes = changes;
  }

  /**
   * Keeps a request, unless its documents are not to be kept as they are handed in. Where that fails the change is as good without: it
   * cannot be resumed then.
   */
  static async begin(room: Room, changes: ChangeRequest[], keep = true): Promise<Work> {
    const idAt = (time: number) => `${time.toString(36).padStart(9, "0")}-${crypto.randomUUID()}`;
    const work = new Work(room, idAt(Date.now()), changes);
    try {
      // In the order in which they began, whatever the clock says.
      const last = [...(await idsIn(room))].sort().at(-1);
      if (last !== undefined && last >= work.id) work.id = idAt(parseInt(last, 36) + 1);
      if (keep) await room.write(work.#file("request"), sealedJson(changes));
      else work.#lost = true;
    } catch {
      await work.#lose();
    }
    return work;
  }

  /**
   * Those that were begun and neither finished nor given up, the oldest first; what the one that is `done` has overtaken is no
   * longer among them. Only for who may write, and knows what was committed last.
   */
  static async unfinished(room: Room, done: string | undefined): Promise<Work[]> {
    const found: Work[] = [];
    for (const id of [...(await idsIn(room))].sort()) {
      const request = await intact(room, `work-${id}.request`);
      const changes = request && unsealedJson(request);
      found.push(new Work(room, id, Array.isArray(changes) ? (changes as ChangeRequest[]) : []));
    }
    const committed = found.find(({ id }) => id === done);
    await committed?.finish(found);
    const left: Work[] = [];
    for (const work of found) {
      if (work === committed) continue;
      // The request never got there whole, or nothing is left of it. Removing all has nothing to resume.
      if (work.changes.every(({ type }) => type === "clear")) await work.remove();
      else left.push(work);
    }
    return left;
  }

  /** Whether its request is not kept. */
  get lost(): boolean {
    return this.#lost;
  }

  /** Whether anything that was embedded for it is kept. */
  get embedded(): boolean {
    return this.#embedded || this.#rows.size > 0;
  }

  /** Whether it is what these changes ask for. */
  is(changes: ChangeRequest[]): boolean {
    return JSON.stringify(this.changes) === JSON.stringify(changes);
  }

  /** Reads what was embedded before the crash. */
  async load(): Promise<this> {
    const bytes = (await intact(this.#room, this.#file("rows"))) ?? new Uint8Array();
    let whole = 0;
    for (const { record, end } of unsealed(bytes)) {
      const { key, rows } = readRecord(record);
      this.#rows.set(key, rows);
      whole = end;
    }
    // Nothing can be found again behind a record that was cut short.
    if (whole < bytes.length) await this.#room.write(this.#file("rows"), bytes.subarray(0, whole));
    return this;
  }

  get(texts: string[], model: string): (Float32Array | undefined)[] {
    return texts.map((text) => this.#rows.get(keyOf(text, model)));
  }

  /** Resolves once the rows are kept; never rejects. */
  set(texts: string[], rows: Float32Array[], model: string): Promise<void> {
    const records = texts.map((text, index) => sealed(record(keyOf(text, model), rows[index]!)));
    this.#writing = this.#writing.then(async () => {
      if (this.#lost) return;
      try {
        await this.#room.append(this.#file("rows"), concatenated(records));
        this.#embedded = true;
      } catch {
        // What takes room is of less use than the room that the change itself will need.
        await this.#lose();
      }
    });
    return this.#writing;
  }

  /** Takes a change that is committed out of those before it, then removes it. Where that fails it stays, to be tried again. */
  async finish(others: Work[]): Promise<void> {
    for (const other of others) if (other.id < this.id) await other.withdraw(this.changes);
    await this.remove();
  }

  /** Leaves out what a later change has overtaken: documents that it added or removed. */
  async withdraw(changes: ChangeRequest[]): Promise<void> {
    const ids = new Set(changes.map(idOf));
    const left = ids.has(undefined) ? [] : this.changes.filter((change) => !ids.has(idOf(change)));
    if (left.length === this.changes.length) return;
    if (left.length > 0) await this.#room.write(this.#file("request"), sealedJson(left));
    else await this.remove();
    this.changes.splice(0, Infinity, ...left);
  }

  async remove(): Promise<void> {
    await this.#writing;
    // The request first: rows without one are nothing to resume.
    await this.#room.remove(this.#file("request"));
    await this.#room.remove(this.#file("rows")).catch(() => {});
  }

  async #lose(): Promise<void> {
    this.#lost = true;
    await this.#room.remove(this.#file("request")).catch(() => {});
    await this.#room.remove(this.#file("rows")).catch(() => {});
  }

  #file(what: "request" | "rows"): string {
    return `work-${this.id}.${what}`;
  }
}

/** A file's bytes, if there are any. What decrypts them may say that they are damaged: then it is of no use, and goes. */
async function intact(room: Room, file: string): Promise<Uint8Array | undefined> {
  try {
    return await room.read(file);
  } catch (error) {
    // A crash may have cut it short.
    if (!(error instanceof LeafcutterError && error.code === "index-damaged")) throw error;
    await room.remove(file);
    return undefined;
  }
}

/** Of all that there is a file of. */
async function idsIn(room: Room): Promise<Set<string>> {
  const ids = new Set<string>();
  for (const { name } of await room.list()) {
    const id = FILE.exec(name)?.[1];
    if (id !== undefined) ids.add(id);
  }
  return ids;
}

/** The document that a change is about; `undefined` for all. */
export function idOf(change: ChangeRequest): string | undefined {
  return change.type === "upsert" ? change.source.id : change.type === "remove" ? change.id : undefined;
}

const keyOf = (text: string, model: string) => `${model}\n${text}`;

/** The length of the key in bytes, the key, zeros up to a multiple of 4, the values. */
function record(key: string, rows: Float32Array): Uint8Array {
  const name = new TextEncoder().encode(key);
  const start = 4 + Math.ceil(name.length / 4) * 4;
  const bytes = new Uint8Array(start + rows.byteLength);
  new DataView(bytes.buffer).setUint32(0, name.length, true);
  bytes.set(name, 4);
  bytes.set(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), start);
  return bytes;
}

function readRecord(record: Uint8Array): { key: string; rows: Float32Array } {
  const length = new DataView(record.buffer, record.byteOffset).getUint32(0, true);
  const key = new TextDecoder().decode(record.subarray(4, 4 + length));
  const values = record.slice(4 + Math.ceil(length / 4) * 4);
  return { key, rows: new Float32Array(values.buffer, 0, Math.floor(values.length / 4)) };
}
