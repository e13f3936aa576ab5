// A worker that ends, hangs or crashes is found, and the collection goes on from its last commit on another.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { withMemoryLimit } from "../support/wasm-memory.mjs";
import { root } from "./harness.mjs";
import { keptSite } from "./kept.mjs";

const WAYS = { ends: "setTimeout(() => self.close())", hangs: "setTimeout(() => { for (;;); })" };
/** How a worker that embeds is lost, of which a change hears nothing. */
const EMBEDDER_WAYS = { ends: WAYS.ends, fails: "setTimeout(() => { throw new Error(); })" };

/** The worker that holds the collection: the others are started after it. */
const workerOf = (page) => page.workers()[0];

/** Opens a collection on `collection`, with one change committed. */
const openAndAdd = (page, options) =>
  page.evaluate(async (options) => {
    const { kept } = globalThis;
    globalThis.collection = await kept.open(options);
    await kept.make(globalThis.collection, kept.changeOf(3, 0));
    return kept.stateOf(globalThis.collection);
  }, options);

for (const [how, script] of Object.entries(WAYS)) {
  test(`a worker that ${how}`, { timeout: 120_000 }, async (t) => {
    const { page: newPage } = await keptSite(t);
    const page = await newPage();
    const hangTimeout = how === "hangs" ? 1_000 : 60_000;
    const before = await openAndAdd(page, { hangTimeout });
    // A call that is under way, and never ends by itself.
    await page.evaluate(async () => {
      const { collection, kept } = globalThis;
      const long = Array.from({ length: 400 }, (_, id) => kept.changeOf(5, 4 * id).add).flat();
      let begun;
      const going = new Promise((resolve) => (begun = resolve));
      const onProgress = ({ stage }) => stage === "embed" && begun();
      globalThis.calling = collection.add(long, { onProgress }).then(
        () => "no error",
        ({ code, message }) => ({ code, message, at: performance.now() }),
      );
      await going;
    });
    const killed = await page.evaluate(() => performance.now());
    await workerOf(page).evaluate(script);
    const { error, state, again, changed } = await page.evaluate(async (killed) => {
      const { collection, kept, calling } = globalThis;
      const error = await calling;
      await collection.search("w1");
      const again = performance.now();
      const state = await kept.stateOf(collection);
      await kept.make(collection, kept.changeOf(3, 1));
      return {
        error,
        state,
        again: { found: error.at - killed, answered: again - killed },
        changed: (await collection.stats()).documents,
      };
    }, killed);
    assert.equal(error.code, "worker-lost");
    assert.match(error.message, /call again/);
    assert.equal(state, before, "nothing that was committed is lost");
    assert(changed > 0);
    const most = how === "hangs" ? 2 * hangTimeout + 2_000 : 2_000;
    assert(again.answered < most, `it took ${again.answered} ms`);
    const ms = (time) => `${Math.round(time)} ms`;
    t.diagnostic(`figure: ${how}: found after ${ms(again.found)}, answered after ${ms(again.answered)}`);
  });
}

for (const [how, script] of Object.entries(EMBEDDER_WAYS)) {
  test(`of a worker that embeds and ${how}, a change hears nothing`, { timeout: 60_000 }, async (t) => {
    const { page: newPage } = await keptSite(t);
    const page = await newPage();
    await openAndAdd(page, { workers: 1 });
    await page.evaluate(async () => {
      const { collection, kept } = globalThis;
      const long = Array.from({ length: 40 }, (_, id) => kept.changeOf(5, 4 * id).add).flat();
      let begun;
      const going = new Promise((resolve) => (begun = resolve));
      const onProgress = ({ stage, done }) => stage === "embed" && done > 0 && begun();
      globalThis.calling = collection.add(long, { onProgress }).then(() => "done", String);
      await going;
    });
    const [, embedder] = page.workers();
    const closed = embedder.waitForEvent("close");
    await embedder.evaluate(script);
    await closed;
    assert.equal(await page.evaluate(() => globalThis.calling), "done");
  });
}

test("a collection that is closed leaves no worker behind", { timeout: 60_000 }, async (t) => {
  const { page: newPage } = await keptSite(t);
  const page = await newPage();
  for (let time = 0; time < 25; time++) {
    await openAndAdd(page, { workers: 1 });
    await page.evaluate(() => globalThis.collection.close());
  }
  // One that never ends does not in ten times as long.
  for (let wait = 0; page.workers().length > 0 && wait < 30; wait++) await sleep(100);
  assert.equal(page.workers().length, 0);
});

test("what is only in memory is lost with its worker, and says so", { timeout: 60_000 }, async (t) => {
  const { page: newPage } = await keptSite(t);
  const page = await newPage();
  await openAndAdd(page, { storage: "memory" });
  const worker = workerOf(page);
  const closed = worker.waitForEvent("close");
  await worker.evaluate(WAYS.ends);
  await closed;
  const errors = await page.evaluate(async () => {
    const told = [];
    for (let call = 0; call < 2; call++) {
      const { code, message } = await globalThis.collection.search("w1").then(Object, (error) => error);
      told.push({ code, message });
    }
    await globalThis.collection.close();
    return told;
  });
  for (const { code, message } of errors) {
    assert.equal(code, "worker-lost");
    assert.match(message, /add what was not kept/);
  }
});

test("a module that runs out of memory is replaced", { timeout: 120_000 }, async (t) => {
  const { page: newPage, context } = await keptSite(t);
  for (const variant of ["simd", "relaxed"]) {
    const module = withMemoryLimit(readFileSync(`${root}/pkg/dist/${variant}.wasm`), 160);
    await context.route(`**/${variant}.wasm`, (route) =>
      route.fulfill({ body: module, contentType: "application/wasm" }),
    );
  }
  const page = await newPage();
  const before = await openAndAdd(page, {});
  const { codes, state } = await page.evaluate(async () => {
    const { collection, kept } = globalThis;
    const codes = [];
    for (let time = 0; time < 2; time++) {
      codes.push(
        await collection.add([{ id: "large", text: "w1 w2. ".repeat(1_000_000) }]).then(String, ({ code }) => code),
      );
    }
    return { codes, state: await kept.stateOf(collection) };
  });
  assert.deepEqual(codes, ["crashed", "crashed"]);
  assert.equal(state, before);
  t.diagnostic("figure: crashes: the last commit is read");
});

test("a long step is no hang", { timeout: 60_000 }, async (t) => {
  const { page: newPage } = await keptSite(t);
  const page = await newPage();
  await openAndAdd(page, { hangTimeout: 2_000 });
  const result = page.evaluate(() => globalThis.collection.search("w1").then(({ hits }) => hits.length));
  await workerOf(page).evaluate("{ const end = Date.now() + 1_000; while (Date.now() < end); }");
  assert((await result) > 0);
});
