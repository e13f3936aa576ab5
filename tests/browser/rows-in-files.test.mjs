// Kept collections of the origin private file system whose rows stay in their files, in several tabs.
import assert from "node:assert/strict";
import test from "node:test";

import { keptSite } from "./kept.mjs";

test("tabs read rows from files that others change, put together and delete", { timeout: 120_000 }, async (t) => {
  const { page } = await keptSite(t);
  const [writer, reader] = [await page(), await page()];
  const open = (tab, options) =>
    tab.evaluate(async (options) => {
      globalThis.collection = await globalThis.kept.open(options);
    }, options);
  const change = (tab, first, after) =>
    tab.evaluate(
      async ([first, after]) => {
        const { kept, collection } = globalThis;
        let compactions = 0;
        let before = 0;
        for (let number = first; number < after; number++) {
          await kept.make(collection, kept.changeOf(3, number));
          const { files } = (await collection.stats()).storage;
          if (files < before) compactions++;
          before = files;
        }
        return compactions;
      },
      [first, after],
    );
  const look = (tab) =>
    tab.evaluate(async () => {
      const { kept, collection } = globalThis;
      const { hits } = await collection.search("W3 w4 w5?", { k: 12 });
      const context = await collection.context("w17 w2");
      return { state: await kept.stateOf(collection), hits, context };
    });
  const filesIn = (tab) =>
    tab.evaluate(async () => {
      const rooms = await (await navigator.storage.getDirectory()).getDirectoryHandle("leafcutter");
      return Array.fromAsync((await rooms.getDirectoryHandle("kept")).keys());
    });

  await open(writer, { maxHeldBytes: 0 });
  await change(writer, 0, 4);
  await open(reader, { maxHeldBytes: 0 });
  // Another collection of the same changes, all of it in memory.
  const memory = await page();
  await open(memory, { storage: "memory" });
  await change(memory, 0, 4);
  assert.deepEqual(await look(reader), await look(memory));
  assert.deepEqual(await look(writer), await look(memory));
  let compactions = await change(writer, 4, 30);
  await change(memory, 4, 30);
  assert.deepEqual(await look(reader), await look(memory));
  assert.deepEqual(await look(writer), await look(memory));
  compactions += await change(reader, 30, 44);
  await change(memory, 30, 44);
  assert.deepEqual(await look(writer), await look(memory));
  assert(compactions > 0);
  t.diagnostic(`figure: the same answers through 44 changes of two tabs and ${compactions} compactions`);

  // What is open in one tab can be deleted by another, and begun anew.
  await memory.evaluate(() => globalThis.kept.Leafcutter.delete("kept"));
  const documents = (tab) => tab.evaluate(async () => (await globalThis.collection.documents()).length);
  assert.equal(await documents(writer), 0);
  assert.equal(await documents(reader), 0);
  await change(writer, 0, 1);
  assert.equal(await documents(reader), 6);
  const again = await page();
  await open(again, { maxHeldBytes: 0 });
  assert.equal(await documents(again), 6);
  const whole = (await filesIn(again)).filter((name) => name.startsWith("whole-"));
  assert.equal(whole.length, 1, "what was left of the one before is gone");
});
