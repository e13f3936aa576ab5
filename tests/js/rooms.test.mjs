// Collections are separate rooms: of two that lie side by side nothing comes from one into the other.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { QuestionCache, sourcesOf } from "../../pkg/dist/cache/index.js";
import { Leafcutter } from "../../pkg/dist/index.js";
import { formsOf, latin1, wordEmbedder } from "../support/encrypted.mjs";
import { quantizedModel } from "../support/model.mjs";
import { temporaryFolder } from "./support.mjs";

const THINGS = (
  "bread wine cheese timber copper salt wool honey paper glass coal iron rope sails candles soap leather cotton silk tea coffee sugar " +
  "pepper tobacco barley apples herring whales horses sheep clocks drums lamps knives barrels bricks"
).split(" ");

/** What either of two towns says of the same things, and a word that it alone has. */
const documents = (town, secret) =>
  THINGS.flatMap((thing) => [
    {
      id: `${town}-${thing}-price`,
      text: `What ${thing} costs at the market of ${town}, and how its price is agreed. ${secret}.`,
    },
    {
      id: `${town}-${thing}-ship`,
      text: `How ${thing} is loaded in ${town}, stowed and carried over the sea by ship. ${secret}.`,
    },
  ]);
const TOWNS = { Hoorn: "Wolkenkuckuck", Riga: "Quastenflosser" };
const QUESTIONS = [
  "What is the price of silk?",
  "How is rope carried?",
  "Wolkenkuckuck Quastenflosser",
  "Hoorn or Riga?",
];

test(
  "questions, contexts, answers, summaries and what was learned stay in their collection",
  { timeout: 120_000 },
  async (t) => {
    const storage = { directory: await temporaryFolder() };
    const open = async (name) => {
      const collection = await Leafcutter.open({ name, model: quantizedModel(), storage });
      t.after(() => collection.close());
      return collection;
    };
    const rooms = {};
    for (const [town, secret] of Object.entries(TOWNS)) {
      rooms[town] = await open(town);
      await rooms[town].add(documents(town, secret));
    }
    let seen = 0;
    for (const [town, collection] of Object.entries(rooms)) {
      const foreign = Object.entries(TOWNS).filter(([other]) => other !== town);
      const own = (what, value) => {
        seen++;
        for (const [other, secret] of foreign) {
          // A question is repeated in its trace.
          const said = QUESTIONS.reduce((text, question) => text.replaceAll(question, ""), JSON.stringify(value));
          assert(!said.includes(secret) && !said.includes(`${other}-`), `${what} in ${town}: ${said.slice(0, 300)}`);
        }
      };
      for (const question of QUESTIONS) {
        for (const mode of ["auto", "leaves", "collapsed", "traverse"]) {
          own("hits", (await collection.search(question, { mode, k: 30 })).hits);
          own("context", (await collection.context(question, { mode })).text);
        }
        own("answer", await collection.answer(question));
      }
      const tree = await collection.tree();
      assert(tree.levels.length > 1);
      own("tree", tree);
      own("documents", await collection.documents());
      const [bytes, wanted] = [latin1(await collection.export()), ([word]) => latin1(formsOf(word)[0])];
      for (const [, secret] of foreign) assert(!bytes.includes(wanted([secret])));
      const folder = path.join(
        storage.directory,
        (await readdir(storage.directory)).find((name) => name.includes(town.slice(1))),
      );
      for (const file of await readdir(folder)) {
        const content = latin1(await readFile(path.join(folder, file)));
        for (const [, secret] of foreign) assert(!content.includes(secret), file);
      }
    }

    // What one learned corrects no question of the other, now or later.
    const scores = async (collection) =>
      (await collection.search("What is the price of linen?")).hits.map(({ nodeId, score }) => [nodeId, score]);
    const before = { Hoorn: await scores(rooms.Hoorn), Riga: await scores(rooms.Riga) };
    const judgements = THINGS.map((thing) => ({
      question: `What is the price of ${thing}?`,
      preferred: [`Hoorn-${thing}-ship`],
      passedOver: [`Hoorn-${thing}-price`],
    }));
    assert((await rooms.Hoorn.learn(judgements)).used);
    assert.notDeepEqual(await scores(rooms.Hoorn), before.Hoorn);
    assert.deepEqual(await scores(rooms.Riga), before.Riga);
    assert.equal(await rooms.Riga.adapter.export(), undefined);
    assert.deepEqual(await scores(await open("Riga")), before.Riga);

    // Nor does a cache of answers.
    const caches = { Hoorn: new QuestionCache(rooms.Hoorn), Riga: new QuestionCache(rooms.Riga) };
    const answer = await rooms.Hoorn.answer(QUESTIONS[0]);
    assert(await caches.Hoorn.set(QUESTIONS[0], answer, { sources: sourcesOf(answer) }));
    assert((await caches.Hoorn.get(QUESTIONS[0])) !== undefined);
    assert.equal(await caches.Riga.get(QUESTIONS[0]), undefined);
    // An answer that rests on another collection's documents is not kept at all.
    assert.equal(await caches.Riga.set(QUESTIONS[0], answer, { sources: sourcesOf(answer) }), false);
    t.diagnostic(`figure: ${seen} results of two collections without a word of the other; learning and caches apart`);
  },
);

test("work that was interrupted, deletions and imports concern one collection", async (t) => {
  const storage = { directory: await temporaryFolder() };
  const open = async (name, failAfter) => {
    const collection = await Leafcutter.open({ name, model: { embedder: wordEmbedder(failAfter) }, storage });
    t.after(() => collection.close());
    return collection;
  };
  const [hoorn, riga] = [await open("Hoorn", 1), await open("Riga")];
  const many = Array.from({ length: 20 }, () => documents("Hoorn", TOWNS.Hoorn)).flat();
  const numbered = many.map((document, number) => ({ ...document, id: `${document.id}-${number}` }));
  await assert.rejects(hoorn.add(numbered), { code: "embedder" });
  await riga.add(documents("Riga", TOWNS.Riga));
  assert((await hoorn.stats()).unfinished !== undefined);
  assert.equal((await riga.stats()).unfinished, undefined);
  assert.equal((await riga.resume()).added, 0);
  const filesOf = async () => {
    const folder = path.join(
      storage.directory,
      (await readdir(storage.directory)).find((name) => name.includes("iga")),
    );
    const names = await readdir(folder);
    return Promise.all(
      names.sort().map(async (name) => [name, (await readFile(path.join(folder, name))).toString("hex")]),
    );
  };
  await riga.close();
  const before = await filesOf();
  await Leafcutter.delete("Hoorn", { storage });
  assert.deepEqual(await filesOf(), before);
  assert.deepEqual(await Leafcutter.list({ storage }), ["Riga"]);
});

test("names that are much alike are rooms of their own, and none leads out of the directory", async (t) => {
  const directory = path.join(await temporaryFolder(), "below");
  const names = [
    "notes",
    "Notes",
    "notes ",
    "nötes",
    "no%74es",
    "../notes",
    "..",
    "notes/..",
    "/notes",
    "notes\0",
    "con",
  ];
  const model = { embedder: wordEmbedder() };
  for (const [number, name] of names.entries()) {
    const collection = await Leafcutter.open({ name, model, storage: { directory } });
    t.after(() => collection.close());
    await collection.add([{ id: `${number}`, text: `Said in room ${number}.` }]);
  }
  assert.deepEqual(await Leafcutter.list({ storage: { directory } }), [...names].sort());
  for (const [number, name] of names.entries()) {
    const collection = await Leafcutter.open({ name, model, storage: { directory } });
    t.after(() => collection.close());
    assert.deepEqual(
      (await collection.documents()).map(({ id }) => id),
      [`${number}`],
    );
  }
  assert.deepEqual(await readdir(path.dirname(directory)), ["below"]);
  for (const name of ["", "x".repeat(201), "\ud800", 7]) {
    await assert.rejects(Leafcutter.open({ name, model, storage: { directory } }), { code: "invalid-option" });
  }
});
