// What a page keeps for the next visit beside its documents: embeddings in IndexedDB, and what was learned of questions.
import assert from "node:assert/strict";
import test from "node:test";

import { launch, modelsFolder, openPage, root, serve } from "./harness.mjs";

test("embeddings and what was learned outlast the page", { timeout: 120_000 }, async (t) => {
  const site = await serve({ mounts: { "/": root, "/models/": modelsFolder } });
  t.after(() => site.close());
  const browser = await launch();
  t.after(() => browser.close());
  const url = new URL("tests/browser/blank.html", site.url).href;
  const { page, problems } = await openPage(browser, url);

  /** Opens the collection, adds the documents, learns if told so, and says what was found and computed. */
  const visit = (learns) =>
    page.evaluate(async (learns) => {
      const { Leafcutter } = await import("/pkg/dist/index.js");
      const { cachedEmbeddings, indexedDbStore } = await import("/pkg/dist/cache/index.js");
      const store = indexedDbStore("test");
      let computed = 0;
      const counting = {
        get: (keys) => store.get(keys),
        set: (keys, values) => {
          computed += keys.length;
          return store.set(keys, values);
        },
      };
      const things =
        "bread wine cheese timber copper salt wool honey paper glass coal iron rope sails candles soap leather cotton silk tea";
      const documents = things.split(" ").flatMap((thing) => [
        { id: `${thing}-price`, text: `What ${thing} costs at the market, and how its price is agreed.` },
        { id: `${thing}-ship`, text: `How ${thing} is loaded, stowed and carried over the sea by ship.` },
      ]);
      const model = "/models/all-MiniLM-L6-v2.int8.safetensors";
      const options = { model, tree: { maxLevels: 0 }, embeddingCache: cachedEmbeddings(counting) };
      const collection = await Leafcutter.open({ name: "remembering", ...options });
      await collection.clear();
      await collection.add(documents);
      let used;
      if (learns) {
        const judgements = things.split(" ").map((thing) => ({
          question: `What is the price of ${thing}?`,
          preferred: [`${thing}-ship`],
          passedOver: [`${thing}-price`],
        }));
        ({ used } = await collection.learn(judgements));
      }
      const { hits } = await collection.search("What is the price of silk?", { k: 1 });
      await collection.close();
      return { computed, used, best: hits[0].document.id };
    }, learns);

  assert.deepEqual(await visit(false), { computed: 40, used: undefined, best: "silk-price" });
  assert.deepEqual(await visit(true), { computed: 0, used: true, best: "silk-ship" });
  await page.goto(url);
  assert.deepEqual(await visit(false), { computed: 0, used: undefined, best: "silk-ship" });
  assert.deepEqual(problems, []);
});
