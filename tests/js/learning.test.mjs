// Learning from which documents were preferred: used where it helps questions that were held out, and nowhere else.

import assert from "node:assert/strict";
import test from "node:test";

import { Leafcutter } from "../../pkg/dist/index.js";
import { quantizedModel } from "../support/model.mjs";
import { temporaryFolder } from "./support.mjs";

const THINGS = (
  "bread wine cheese timber copper salt wool honey paper glass coal iron rope sails candles soap leather cotton silk tea coffee sugar " +
  "pepper tobacco barley apples herring whales horses sheep clocks drums lamps knives barrels bricks"
).split(" ");

const documents = THINGS.flatMap((thing) => [
  { id: `${thing}-price`, text: `What ${thing} costs at the market, and how its price is agreed.` },
  { id: `${thing}-ship`, text: `How ${thing} is loaded, stowed and carried over the sea by ship.` },
]);

/** Whoever asks here for a price means the voyage: a way of speaking that can be learned. */
const judgements = THINGS.map((thing) => ({
  question: `What is the price of ${thing}?`,
  preferred: [`${thing}-ship`],
  passedOver: [`${thing}-price`],
}));

async function open(t, options = {}) {
  const collection = await Leafcutter.open({
    name: "learning",
    model: quantizedModel(),
    tree: { maxLevels: 0 },
    ...options,
  });
  t.after(() => collection.close());
  return collection;
}

const asked = "What is the price of linen?";
const best = async (collection) =>
  (await collection.search("What is the price of silk?", { k: 1 })).hits[0].document.id;

test("what helps held-out questions is used, kept and taken back", async (t) => {
  const storage = { directory: await temporaryFolder() };
  const collection = await open(t, { storage });
  await collection.add(documents);
  const scores = async () => (await collection.search(asked)).hits.map(({ nodeId, score }) => [nodeId, score]);
  const before = await scores();
  assert.equal(await best(collection), "silk-price");

  const stages = new Set();
  const report = await collection.learn(judgements, { onProgress: ({ stage }) => stages.add(stage) });
  assert(report.used && report.after > report.before && report.chance <= 0.05, JSON.stringify(report));
  assert.equal(report.questions, THINGS.length);
  assert.equal(report.pairs, THINGS.length);
  assert(stages.has("learn"));
  assert.equal(await best(collection), "silk-ship");
  const learned = await scores();
  const bytes = await collection.adapter.export();

  // The same judgements give the same bytes, and the collection's export has none of it.
  const other = await open(t);
  await other.add(documents);
  assert.deepEqual(await other.export(), await collection.export());
  await other.learn(judgements);
  assert.deepEqual(await other.adapter.export(), bytes);
  await other.learn(judgements, { seed: 1 });
  assert.notDeepEqual(await other.adapter.export(), bytes);

  // A change leaves it, and so does another opening.
  await collection.add([{ id: "linen", text: "Linen is woven from flax." }]);
  await collection.remove(["linen"]);
  assert.deepEqual(await scores(), learned);
  await collection.close();
  const again = await open(t, { storage });
  assert.deepEqual(await again.adapter.export(), bytes);
  assert.equal(await best(again), "silk-ship");

  await again.adapter.remove();
  assert.equal(await again.adapter.export(), undefined);
  assert.deepEqual(
    (await again.search(asked)).hits.map(({ nodeId, score }) => [nodeId, score]),
    before,
  );
  await again.close();
  const last = await open(t, { storage });
  assert.equal(await last.adapter.export(), undefined);
  await last.adapter.import(bytes);
  assert.equal(await best(last), "silk-ship");
});

test("what helps by chance alone is not used", async (t) => {
  const collection = await open(t);
  await collection.add(documents);
  const random = THINGS.map((thing, index) => ({
    question: `What is the price of ${thing}?`,
    preferred: [`${THINGS[(index * 7 + 3) % THINGS.length]}-${index % 2 ? "ship" : "price"}`],
  }));
  const report = await collection.learn(random);
  assert.equal(report.used, false, JSON.stringify(report));
  assert.equal(await collection.adapter.export(), undefined);
  const few = await collection.learn(judgements.slice(0, 5));
  assert.equal(few.used, false);
  assert.match(few.reason, /too few/);
});

test("what cannot be learned from is refused, and changes nothing", async (t) => {
  const collection = await open(t);
  await collection.add(documents);
  await collection.learn(judgements);
  const bytes = await collection.adapter.export();
  for (const [wrong, options, code] of [
    [[{ question: "Where?", preferred: ["nowhere"] }], {}, "unknown-document"],
    [[{ question: "Where?" }], {}, "invalid-option"],
    ["all", {}, "invalid-option"],
    [judgements, { folds: 1 }, "invalid-option"],
    [judgements, { hybrid: { alpha: 2 } }, "invalid-option"],
  ]) {
    await assert.rejects(collection.learn(wrong, options), { code });
  }
  await assert.rejects(collection.learn(judgements, { signal: AbortSignal.abort() }), { name: "AbortError" });
  const damaged = Uint8Array.from(bytes);
  damaged[damaged.length - 20] ^= 1;
  await assert.rejects(collection.adapter.import(damaged), { code: "index-damaged" });
  await assert.rejects(collection.adapter.import(new Uint8Array(9)), { code: "index-format" });
  assert.deepEqual(await collection.adapter.export(), bytes);
});
