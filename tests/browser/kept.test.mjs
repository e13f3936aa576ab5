// Collections that are kept in a browser: several tabs, a full disk, and the ways of keeping.
import assert from "node:assert/strict";
import test from "node:test";

import { keptSite } from "./kept.mjs";

const LONG = process.env.LEAFCUTTER_LONG === "1";
const SECONDS = LONG ? 60 : 4;

test("two tabs that add and remove at once lose nothing and see the same", { timeout: 300_000 }, async (t) => {
  const { page } = await keptSite(t);
  const tabs = [await page(), await page()];
  const results = await Promise.all(
    tabs.map((tab, index) =>
      tab.evaluate(
        async ([own, seconds]) => {
          const collection = (globalThis.collection = await globalThis.kept.open());
          const mine = new Map();
          let changes = 0;
          for (const end = performance.now() + seconds * 1000; performance.now() < end; changes++) {
            const id = `tab ${own}, document ${changes % 7}`;
            if (mine.has(id) && changes % 3 === 0) {
              await collection.remove([id]);
              mine.delete(id);
            } else {
              const text = `W${changes % 30} w${own} w${(changes * 7) % 30} w3. `.repeat(5 + (changes % 20));
              await collection.add([
                { id, text },
                { id: "shared", text: `W${own} w${changes % 30}.` },
              ]);
              mine.set(id, text.trim());
            }
            if (changes % 5 === 0) await collection.search("w3 w4");
          }
          return { mine: [...mine], changes };
        },
        [index, SECONDS],
      ),
    ),
  );
  const ends = await Promise.all(
    tabs.map((tab) =>
      tab.evaluate(async () => {
        const { collection, kept } = globalThis;
        const documents = [];
        for (const { id } of await collection.documents()) documents.push([id, (await collection.document(id)).text]);
        return { documents, state: await kept.stateOf(collection) };
      }),
    ),
  );
  assert.equal(ends[0].state, ends[1].state);
  const expected = new Map(results.flatMap(({ mine }) => mine));
  const found = new Map(ends[0].documents.filter(([id]) => id !== "shared"));
  assert.deepEqual([...found].sort(), [...expected].sort());
  const [one, two] = results.map(({ changes }) => changes);
  assert(one > 0 && two > 0);
  const third = await page();
  const state = await third.evaluate(async () => globalThis.kept.stateOf(await globalThis.kept.open()));
  assert.equal(state, ends[0].state);
  t.diagnostic(`figure: ${one} and ${two} changes in ${SECONDS} s, no error, no loss, the same end state`);
});

test("a full disk is a typed error, and what was committed is read on", { timeout: 120_000 }, async (t) => {
  const { context, page, origin } = await keptSite(t);
  const tab = await page();
  const session = await context.newCDPSession(tab);
  await tab.evaluate(async () => {
    globalThis.collection = await globalThis.kept.open();
    const text = "W1 w2 w3 w4 w5 w6. ".repeat(40);
    await globalThis.collection.add([{ id: "before", text }]);
  });
  const quota = async (room) => {
    const { usage } = await tab.evaluate(() => navigator.storage.estimate());
    await session.send("Storage.overrideQuotaForOrigin", {
      origin,
      ...(room !== undefined && { quotaSize: usage + room }),
    });
  };
  const attempt = () =>
    tab.evaluate(async () => {
      const { collection, kept } = globalThis;
      const before = await kept.stateOf(collection);
      const random = (index, at) => `W${(index * 7 + at * at) % 30}`;
      const text = (index) =>
        Array.from({ length: 900 }, (_, at) => random(index, at) + (at % 8 ? " " : ". ")).join("");
      const documents = Array.from({ length: 40 }, (_, index) => ({ id: `${index}`, text: text(index) }));
      const outcome = await collection.add(documents).then(
        ({ added }) => ({ added }),
        ({ name, code, message }) => ({ name, code, message }),
      );
      const { hits } = await collection.search("w1 w2", { k: 1 });
      const stats = await collection.stats();
      const same = (await kept.stateOf(collection)) === before;
      return { outcome, hit: hits[0].document.id, same, stats };
    });
  await quota(200_000);
  const full = await attempt();
  assert.equal(full.outcome.code, "storage-full", JSON.stringify(full.outcome));
  assert.equal(full.hit, "before");
  assert.ok(full.same, "the state changed");
  assert.equal(full.stats.unfinished, undefined);
  const { usage, quota: allowed, persisted } = full.stats.storage;
  assert.ok(usage > 0 && allowed > 0 && typeof persisted === "boolean");
  // As another visit finds it.
  const other = await page();
  const found = await other.evaluate(async () => {
    const collection = await globalThis.kept.open();
    const documents = await collection.documents();
    await collection.close();
    return documents.map(({ id }) => id);
  });
  assert.deepEqual(found, ["before"]);
  await quota(undefined);
  assert.deepEqual((await attempt()).outcome, { added: 40 });
  t.diagnostic(`figure: ${full.outcome.code}; the last commit stands and is read`);
});

for (const [how, without] of [
  ["in the origin private file system, from the page's own thread", []],
  ["in IndexedDB", ["getDirectory"]],
]) {
  test(`a collection is kept ${how}`, { timeout: 120_000 }, async (t) => {
    const { page } = await keptSite(t);
    const visit = async (task) => {
      const tab = await page();
      const result = await tab.evaluate(
        async ([task, without]) => {
          for (const name of without)
            navigator.storage[name] = () => Promise.reject(new DOMException("", "SecurityError"));
          const collection = await globalThis.kept.open({ worker: false });
          const result = await new Function("collection", "kept", `return (${task})(collection, kept)`)(
            collection,
            globalThis.kept,
          );
          await collection.close();
          return result;
        },
        [task.toString(), without],
      );
      await tab.close();
      return result;
    };
    const first = await visit(async (collection, kept) => {
      for (let number = 0; number < 4; number++) await kept.make(collection, kept.changeOf(3, number));
      return { state: await kept.stateOf(collection), storage: (await collection.stats()).storage };
    });
    assert.equal(first.storage.kind, without.length > 0 ? "indexeddb" : "opfs");
    assert(first.storage.bytes > 0);
    const second = await visit(async (collection, kept) => {
      const state = await kept.stateOf(collection);
      for (let number = 4; number < 20; number++) await kept.make(collection, kept.changeOf(3, number));
      return { state, after: await kept.stateOf(collection) };
    });
    assert.equal(second.state, first.state);
    const third = await visit(async (collection, kept) => {
      const state = await kept.stateOf(collection);
      const names = await kept.Leafcutter.list();
      await kept.Leafcutter.delete("kept");
      return { state, names, after: await kept.Leafcutter.list(), documents: await collection.documents() };
    });
    assert.deepEqual(third, { state: second.after, names: ["kept"], after: [], documents: [] });
  });
}
