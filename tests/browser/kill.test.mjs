// A page that is closed, or crashes, at any moment of a change leaves the state before or the one after, and the work can be finished.
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { killAgainAndAgain } from "../support/kills.mjs";
import { uniform } from "../support/random.mjs";
import { keptSite } from "./kept.mjs";

// `make verify ISSUE=living` sets the variable.
const COUNT = process.env.LEAFCUTTER_LONG === "1" ? 100 : Number(process.env.KILLS ?? 4);
const SEED = Number(process.env.LEAFCUTTER_SEED ?? 2);

test("a killed page leaves a committed state, and what it had embedded", { timeout: 1_800_000 }, async (t) => {
  const { context, model, page } = await keptSite(t);
  const random = uniform(SEED);
  let embedded = [];

  const interrupt = async (number, wait, after) => {
    embedded = [];
    let took;
    const expose = { record: (texts) => void embedded.push(...texts), finished: (time) => void (took = time) };
    const killed = await page(expose);
    await killed.evaluate(
      async ([seed, number]) => {
        // Every other one reads rows from its files.
        const maxHeldBytes = number % 2 === 0 ? 0 : 2 ** 40;
        const collection = await globalThis.kept.open({ maxHeldBytes }, (texts) => globalThis.record(texts));
        const begun = performance.now();
        const making = globalThis.kept.make(collection, globalThis.kept.changeOf(seed, number));
        void making.then(() => globalThis.finished(performance.now() - begun));
      },
      [SEED, number],
    );
    while (after && took === undefined) await sleep(5);
    await sleep(wait);
    const done = took !== undefined;
    if (random() < 0.5) {
      const session = await context.newCDPSession(killed);
      void session.send("Page.crash").catch(() => {});
      await new Promise((resolve) => killed.once("crash", resolve));
    }
    await killed.close();
    return { done, took };
  };

  const reopen = async () => {
    const again = await page({ record: (texts) => void embedded.push(...texts) });
    const { compacting, state, stats } = await again.evaluate(async () => {
      // Of these there are two only while one is to take the place of the other.
      let wholeFiles = 0;
      const root = await (await navigator.storage.getDirectory()).getDirectoryHandle("leafcutter");
      for await (const file of (await root.getDirectoryHandle("kept")).keys())
        if (file.startsWith("whole-")) wholeFiles++;
      globalThis.collection = await globalThis.kept.open({}, (texts) => globalThis.record(texts));
      const { collection, kept } = globalThis;
      return { compacting: wholeFiles > 1, state: await kept.stateOf(collection), stats: await collection.stats() };
    });
    if (stats.storage.kind !== "opfs") throw new Error(`it is kept in ${stats.storage.kind}`);
    return {
      compacting,
      state,
      unfinished: stats.unfinished,
      resume: () =>
        again.evaluate(async () => {
          await globalThis.collection.resume();
          return globalThis.kept.stateOf(globalThis.collection);
        }),
      make: (number) =>
        again.evaluate(
          async ([seed, number]) => {
            await globalThis.kept.make(globalThis.collection, globalThis.kept.changeOf(seed, number));
            return globalThis.kept.stateOf(globalThis.collection);
          },
          [SEED, number],
        ),
      embedded: () => embedded,
      async close() {
        await again.evaluate(() => globalThis.collection.close());
        await again.close();
      },
    };
  };

  t.diagnostic(`figure: ${await killAgainAndAgain({ count: COUNT, model, seed: SEED, interrupt, reopen })}`);
});
