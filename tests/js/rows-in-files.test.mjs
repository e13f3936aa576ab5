// Kept collections whose rows stay in their files: the same as those in memory, through changes, compactions and what others do.

import assert from "node:assert/strict";
import { readdirSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import test from "node:test";

import { convertModel, Leafcutter } from "../../pkg/dist/index.js";
import { changeOf, make, OPTIONS, tinyModel } from "../support/kept.mjs";
import { hashOf } from "../support/hash.mjs";
import { temporaryFolder } from "./support.mjs";

const CHANGES = 44;
const model = { files: { quantized: await convertModel({ files: tinyModel() }) } };

async function open(t, directory, maxHeldBytes) {
  const collection = await Leafcutter.open({ ...OPTIONS, name: "kept", model, storage: { directory }, maxHeldBytes });
  t.after(() => collection.close());
  return collection;
}

const answers = async (collection) => {
  const found = [];
  for (const question of ["W3 w4 w5?", "w17 w2"]) {
    for (const mode of ["auto", "leaves", "collapsed"]) {
      found.push(
        (await collection.search(question, { mode, k: 12 })).hits,
        await collection.context(question, { mode }),
      );
    }
  }
  return found;
};
const stateOf = async (collection) => hashOf(await collection.export());

/** The files of a directory that this process has open. */
function openFiles(directory) {
  const links = readdirSync("/proc/self/fd").map((file) => {
    try {
      return readlinkSync(`/proc/self/fd/${file}`);
    } catch {
      return "";
    }
  });
  return links.filter((link) => link.startsWith(directory));
}

test("rows in files give the same answers through changes and compactions", { timeout: 120_000 }, async (t) => {
  const directory = await temporaryFolder();
  const held = await open(t, await temporaryFolder());
  const kept = await open(t, directory, 0);
  const reader = await open(t, directory, 0);
  let compactions = 0;
  for (let number = 0, before = 0; number < CHANGES; number++) {
    for (const collection of [held, kept]) await make(collection, changeOf(3, number));
    // A reader whose files are put together by another meanwhile goes on to read them.
    if (number % 4 === 0) assert.deepEqual(await answers(reader), await answers(held));
    const { files } = (await kept.stats()).storage;
    if (files < before) compactions++;
    before = files;
  }
  assert(compactions > 0);
  t.diagnostic(`figure: the same answers through ${CHANGES} changes and ${compactions} compactions`);
  const state = await stateOf(held);
  assert.deepEqual([await stateOf(kept), await stateOf(reader)], [state, state]);
  assert.deepEqual(await answers(kept), await answers(held));
  const again = await open(t, directory, 0);
  assert.deepEqual(await answers(again), await answers(held));
  if (process.platform === "linux") assert(openFiles(directory).length > 0);
  for (const collection of [kept, reader, again]) await collection.close();
  if (process.platform === "linux") assert.deepEqual(openFiles(directory), []);
  // An import takes its place, also for who has it open.
  const other = await open(t, directory, 0);
  const options = { ...OPTIONS, name: "kept", model, storage: { directory }, maxHeldBytes: 0 };
  const imported = await Leafcutter.import(await held.export(), options);
  await imported.add([{ id: "one more", text: "W1 w2 w3." }]);
  await held.add([{ id: "one more", text: "W1 w2 w3." }]);
  assert.deepEqual(await answers(other), await answers(held));
  await imported.close();
  await Leafcutter.delete("kept", { storage: { directory } });
  assert.deepEqual(await other.documents(), []);
});

test("a file that changes under an open collection is an error, and no other answer", async (t) => {
  const directory = await temporaryFolder();
  // So many sentences that hardly any of their rows are in what is read, and held, while it is opened.
  const text = Array.from({ length: 4000 }, (_, at) => `W${at % 30} w${(at * at) % 29} w${(at * 7) % 23}.`).join(" ");
  await (await open(t, directory)).add([{ id: "a", text }]);
  const kept = await open(t, directory, 0);
  const folder = path.join(directory, "kept");
  for (const file of readdirSync(folder).filter((name) => name.startsWith("whole-"))) {
    const { size } = statSync(path.join(folder, file));
    writeFileSync(path.join(folder, file), Buffer.alloc(size, 0x55), { flag: "r+" });
  }
  await assert.rejects(kept.search("W3 w4 w5?"), { code: "index-damaged" });
  await assert.rejects(kept.export(), { code: "index-damaged" });
  await assert.rejects(kept.add([{ id: "b", text: "W1 w2." }]), { code: "index-damaged" });
  await assert.rejects(open(t, directory), { code: /index-(damaged|format)/ });
});
