// Names of topics: telling words of their summaries, and never those of the topic above.
import assert from "node:assert/strict";
import { test } from "node:test";

import { nameNodes } from "../../pkg/dist/tree-picture/index.js";

const leaf = (id, text, parent, heading) => ({
  id,
  level: 0,
  text,
  parents: [parent],
  children: [],
  headingPaths: heading ? [["Page", heading]] : [],
});
const summary = (id, level, text, children, parents = []) => ({ id, level, text, children, parents, headingPaths: [] });

/** Names of nodes under their first parents. */
const namesOf = (nodes) =>
  nameNodes(
    { levels: [], nodes },
    new Map(nodes.flatMap(({ id, parents }) => (parents.length > 0 ? [[id, parents[0]]] : []))),
  );

test("a topic is named by words that are frequent below it and rare elsewhere", () => {
  const names = namesOf([
    leaf(0, "The ants carry the leaves into their nest.", 6, "Carrying"),
    leaf(1, "The ants grow a fungus on the leaves.", 6),
    leaf(2, "The ants keep the fungus clean of mold, and they carry out what is spoiled by it.", 6),
    leaf(3, "The whale dives and the ship waits.", 7),
    leaf(4, "The sailors of the ship see the whale.", 7),
    leaf(5, "The ship sails on.", 7),
    summary(6, 1, "The ants carry the leaves. The ants grow a fungus.", [0, 1, 2], [8]),
    summary(7, 1, "The ship waits for the Whale, and the whale dives.", [3, 4, 5], [8]),
    summary(8, 2, "The ants grow a fungus. The ship waits.", [6, 7]),
  ]);
  assert.equal(names.get(0), "Carrying");
  assert.equal(names.get(1), "The ants grow a fungus on the leaves.");
  assert.equal(names.get(2), "The ants keep the fungus clean of mold, …");
  assert.match(names.get(6), /^((ants|carry|leaves|grow|fungus)(, |$)){3}/i);
  assert.match(names.get(7), /whale/i);
  for (const id of [6, 7]) assert.doesNotMatch(names.get(id), /\bthe\b/i);
});

test("where no word tells, a topic is named by how it begins; languages without spaces are named by words too", () => {
  const same = [
    leaf(0, "One and the same.", 2),
    leaf(1, "One and the same.", 2),
    summary(2, 1, "One and the same.", [0, 1]),
  ];
  assert.equal(namesOf(same).get(2), "One and the same.");
  const japanese = namesOf([
    leaf(0, "蟻は葉を巣に運ぶ。", 2),
    leaf(1, "鯨は海に潜る。", 3),
    summary(2, 1, "蟻は葉を運ぶ。", [0]),
    summary(3, 1, "鯨は潜る。", [1]),
  ]);
  assert.match(japanese.get(2), /蟻/);
  assert.doesNotMatch(japanese.get(2), /鯨|、|。/);
});
