// The form of encrypted files: blocks, pieces and keys that were moved, cut or written half.

import assert from "node:assert/strict";
import test from "node:test";

import { uniform } from "../support/random.mjs";
import { importSources, temporaryFolder } from "./support.mjs";

const { seal, unseal, encrypt, openFiles, nodeFiles, CollectionLog } = await importSources(
  "encryption/segment",
  "encryption/storage",
  "storage/files",
  "storage/log",
);

const BLOCK = 2 ** 18;
const TAG = 16;
/** The magic and the salt. */
const HEAD = 8 + 32;
const KEY = { key: new Uint8Array(32).fill(9) };
const dataKey = (byte) => crypto.subtle.importKey("raw", new Uint8Array(32).fill(byte), "HKDF", false, ["deriveKey"]);
const bytesOf = (text) => new TextEncoder().encode(text);
const damaged = { code: "index-damaged" };

/** An encrypted collection in a folder of its own: its storage, its room, and the room that holds what is encrypted. */
async function encryptedRoom(name = "notes") {
  const inner = openFiles(nodeFiles(), await temporaryFolder());
  const storage = await encrypt(inner, name, KEY, false);
  return { inner, storage, room: await storage.room(name), raw: await inner.room(name) };
}

test("segments of every length come back, and the same content never twice as the same bytes", async () => {
  const key = await dataKey(1);
  const random = uniform(3);
  for (const length of [0, 1, 15, 16, 17, 1000, BLOCK - 1, BLOCK, BLOCK + 1, 5 * BLOCK + 7]) {
    const plain = Uint8Array.from({ length }, () => random() * 256);
    const [once, twice] = [await seal(plain, key, ["a", "b", 0]), await seal(plain, key, ["a", "b", 0])];
    assert.equal(once.length, HEAD + length + Math.max(1, Math.ceil(length / BLOCK)) * TAG);
    assert.notDeepEqual(once.subarray(8, HEAD), twice.subarray(8, HEAD));
    assert.notDeepEqual(once.subarray(HEAD), twice.subarray(HEAD));
    assert.deepEqual(await unseal(once, key, ["a", "b", 0]), plain);
  }
});

test("a segment is of one key and one place", async () => {
  const key = await dataKey(1);
  const sealed = await seal(bytesOf("here"), key, ["notes", "whole-1", "whole"]);
  const places = [
    ["Notes", "whole-1", "whole"],
    ["notes", "whole-2", "whole"],
    ["notes", "whole-1", 0],
  ];
  for (const place of places) await assert.rejects(unseal(sealed.slice(), key, place), damaged);
  await assert.rejects(unseal(sealed.slice(), await dataKey(2), ["notes", "whole-1", "whole"]), damaged);
  assert.deepEqual(await unseal(sealed, key, ["notes", "whole-1", "whole"]), bytesOf("here"));
});

test("blocks that are cut off, exchanged, repeated or of another segment are refused", async (t) => {
  const key = await dataKey(1);
  const place = ["notes", "whole-1", "whole"];
  const plain = new Uint8Array(3 * BLOCK + 100).map((_, at) => at >> 12);
  const [sealed, other] = [await seal(plain, key, place), await seal(plain, key, place)];
  const block = (number, of = sealed) => of.slice(HEAD + number * (BLOCK + TAG), HEAD + (number + 1) * (BLOCK + TAG));
  const made = (...blocks) => new Uint8Array(Buffer.concat([sealed.slice(0, HEAD), ...blocks]));
  const [first, second, third, last] = [0, 1, 2, 3].map((number) => block(number));
  assert.deepEqual(await unseal(made(first, second, third, last), key, place), plain);
  for (const [what, bytes] of Object.entries({
    "without the last": made(first, second, third),
    "without the first": made(second, third, last),
    exchanged: made(second, first, third, last),
    "one twice": made(first, first, third, last),
    "one more": made(first, second, third, third, last),
    "one of another": made(first, block(1, other), third, last),
    "another head": new Uint8Array(Buffer.concat([other.slice(0, HEAD), sealed.slice(HEAD)])),
    none: made(),
  })) {
    await assert.rejects(unseal(bytes, key, place), damaged, what);
  }
  t.diagnostic("figure: blocks that are cut off, exchanged, repeated refused");
});

test("a file that was added to is read up to where a crash cut it, and goes on from there", async (t) => {
  const { storage, room, raw } = await encryptedRoom();
  const pieces = ["one", "two, a longer one", "three"].map(bytesOf);
  for (const piece of pieces) await room.append("rows", piece);
  const bytes = await raw.read("rows");
  const joined = (count) => new Uint8Array(Buffer.concat(pieces.slice(0, count)));
  assert.deepEqual(await room.read("rows"), joined(3));
  for (let length = 0; length < bytes.length; length++) {
    await raw.write("rows", bytes.slice(0, length));
    const read = await room.read("rows").catch(({ code }) => code);
    if (read === "index-damaged") {
      assert(length < bytes.length / 3, `cut at ${length}`);
      continue;
    }
    const whole = pieces.findIndex((_, count) => Buffer.compare(read, joined(count)) === 0);
    assert(whole > 0, `cut at ${length}`);
    const again = await storage.room("notes");
    await again.append("rows", bytesOf("more"));
    assert.deepEqual(await again.read("rows"), new Uint8Array(Buffer.concat([joined(whole), bytesOf("more")])));
  }
  t.diagnostic(`figure: read up to the cut, at each of ${bytes.length} places`);
});

test("pieces that were exchanged, left out or changed are refused", async () => {
  const { room, raw } = await encryptedRoom();
  const ends = [0];
  for (const piece of ["one", "two", "six"]) {
    await room.append("rows", bytesOf(piece));
    ends.push((await raw.read("rows")).length);
  }
  const bytes = await raw.read("rows");
  const [first, second, third] = [0, 1, 2].map((at) => bytes.slice(ends[at], ends[at + 1]));
  for (const order of [
    [second, first, third],
    [second, third],
    [first, third],
    [first, first],
  ]) {
    await raw.write("rows", new Uint8Array(Buffer.concat(order)));
    await assert.rejects(room.read("rows"), damaged);
  }
  for (let at = 0; at < bytes.length; at++) {
    await raw.write("rows", bytes.with(at, bytes[at] ^ 0x40));
    const read = await room.read("rows").then(
      (read) => Buffer.from(read).toString(),
      ({ code }) => code,
    );
    // Where it seems cut short, what is before is as it was.
    assert(["index-damaged", "one", "onetwo"].includes(read), `byte ${at}: ${read}`);
  }
});

test("a plain manifest that somebody puts there is not believed, nor is one before the last", async () => {
  const { inner, room, raw } = await encryptedRoom();
  const log = new CollectionLog(room, Infinity);
  await log.news();
  await log.commit(bytesOf("first"));
  const [plain] = await room.readManifests();
  await raw.switchManifest(plain, 9);
  await assert.rejects(new CollectionLog(room, Infinity).news(), damaged);
  await assert.rejects(encrypt(inner, "notes", { key: new Uint8Array(32) }, false), { code: "wrong-passphrase" });
});

test("a key that a crash wrote half leaves the one before, and the first one nothing", async () => {
  const { inner, storage, room, raw } = await encryptedRoom();
  const next = { key: new Uint8Array(32).fill(1) };
  await new CollectionLog(room, Infinity).commit(bytesOf("first"));
  await storage.changeSecret(KEY, next);
  const changed = await raw.read("key-1");
  assert.equal(await raw.read("key-0"), undefined);
  for (const length of [0, 1, changed.length - 1]) {
    await raw.write("key-0", changed.slice(0, length));
    assert.equal((await encrypt(inner, "notes", next, false)).locked, false);
  }
  // Without any that is sound, what is there is refused.
  await raw.remove("key-1");
  await assert.rejects(encrypt(inner, "notes", next, false), { code: "index-damaged", message: /key/ });
  await raw.remove("key-0");
  await assert.rejects(encrypt(inner, "notes", next, false), { code: "index-damaged", message: /missing/ });
  // Before anything was kept there is nothing to lose.
  const empty = await inner.room("empty");
  await empty.write("key-0", changed.slice(0, 50));
  assert.equal((await encrypt(inner, "empty", next, false)).locked, false);
});

test("who has kept nothing yet may still choose another passphrase", async () => {
  const { inner, storage, room } = await encryptedRoom();
  const next = { key: new Uint8Array(32).fill(1) };
  const again = await encrypt(inner, "notes", next, false);
  await (await again.room("notes")).write("work-1.request", bytesOf("begun"));
  await assert.rejects(encrypt(inner, "notes", KEY, false), { code: "wrong-passphrase" });
  await assert.rejects(storage.room("notes"), { code: "conflict" });
  await assert.rejects(room.read("work-1.request"), damaged);
});

test("two who begin at the same time have one key", async () => {
  const inner = openFiles(nodeFiles(), await temporaryFolder());
  const [one, two] = await Promise.all([0, 1].map(() => encrypt(inner, "notes", KEY, false)));
  await (await one.room("notes")).write("a", bytesOf("said by one"));
  assert.deepEqual(await (await two.room("notes")).read("a"), bytesOf("said by one"));
  one.lock();
  await assert.rejects(async () => (await one.room("notes")).read("a"), { code: "locked" });
  await one.unlock(KEY);
  assert.deepEqual(await (await one.room("notes")).read("a"), bytesOf("said by one"));
});
