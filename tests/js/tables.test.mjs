// Questions over tables, computed: what is run, what it gives, and whether a text says the same.
import assert from "node:assert/strict";
import { test } from "node:test";

import { importSources } from "./support.mjs";

const { answerFromDocuments, answerFromTable, answerFromTables, compareWith, tablesOf } =
  await importSources("tables/index");

/** A document's text as the core makes it of two tables. */
const TEXT = `Rivers

River | Country | Length (km) | Discharge
River: Orinoco; Country: Venezuela; Length (km): 2,250; Discharge: 37,740 m³/s
River: Ucayali; Country: Peru; Length (km): 1,600; Discharge: 13,500 m³/s
River: Marañón; Country: Peru; Length (km): 1,737; Discharge: 16,708 m³/s
River: Magdalena; Country: Colombia; Length (km): 1,540; Discharge: 7,200 m³/s

After the table: nothing.

Year | Colony | Ants | Queen: name | Price
Year: 2018; Colony: North; Ants: 120; Queen: name: Atta; Price: $4.50
Year: 2019; Colony: North; Ants: 340; Price: $5.00
Year: 2019; Colony: South Hill; Ants: 80; Queen: name: Acro; Price: $1.25
Year: 2020; Colony: South Hill; Ants: 95; Price: $2.00
Year: 2020; Colony: East; Ants: 410; Price: $9.75`;

const [rivers, ants] = tablesOf(TEXT);

test("the tables of a text", () => {
  assert.deepEqual(rivers.columns, ["River", "Country", "Length (km)", "Discharge"]);
  assert.deepEqual(rivers.rows[2], ["Marañón", "Peru", "1,737", "16,708 m³/s"]);
  assert.ok(TEXT.slice(rivers.range.start, rivers.range.end).endsWith("7,200 m³/s"));
  assert.deepEqual(ants.columns, ["Year", "Colony", "Ants", "Queen: name", "Price"]);
  assert.deepEqual(ants.rows[1], ["2019", "North", "340", "", "$5.00"]);
  assert.deepEqual(tablesOf("a | b\nc | d\n\nKey: value"), []);
});

test("questions and what is run", (t) => {
  const cases = [
    [rivers, "How long is the Ucayali in length?", 'Length (km) where River = "Ucayali"', "1,600"],
    [rivers, "What is the length of the Marañón?", 'Length (km) where River = "Marañón"', "1,737"],
    [rivers, "In which country is the Magdalena?", 'Country where River = "Magdalena"', "Colombia"],
    [rivers, "Which river has the largest discharge?", "max(Discharge)", "37740 m³/s (Orinoco)"],
    [rivers, "What is the longest river?", "max(Length (km))", "2250 (Orinoco)"],
    [rivers, "Which is the shortest river in Peru?", 'min(Length (km)) where Country = "Peru"', "1600 (Ucayali)"],
    [rivers, "How many rivers are in Peru?", 'count(rows) where Country = "Peru"', "2"],
    [rivers, "How many rivers have a length over 1,600?", "count(rows) where Length (km) > 1600", "2"],
    [
      rivers,
      "Total length of the rivers of Peru and Colombia",
      'sum(Length (km)) where Country in ["Peru","Colombia"]',
      "4877",
    ],
    [
      rivers,
      "average discharge of rivers with at least 1700 km of length",
      "average(Discharge) where Length (km) >= 1700",
      "27224 m³/s",
    ],
    [ants, "How many ants were there in 2019?", "sum(Ants) where Year = 2019", "420"],
    [
      ants,
      "What was the total number of ants in South Hill since 2019?",
      'sum(Ants) where Colony = "South Hill" and Year >= 2019',
      "175",
    ],
    [ants, "average price in 2020", "average(Price) where Year = 2020", "$5.875"],
    [
      ants,
      "Which colony had the most ants between 2018 and 2019?",
      "max(Ants) where Year >= 2018 and Year <= 2019",
      "340 (North)",
    ],
    [ants, "What was the price of North in 2018?", 'Price where Colony = "North" and Year = 2018', "$4.50"],
    [ants, "how many colonies had fewer than 100 ants", "count(rows) where Ants < 100", "2"],
    [ants, "lowest price", "min(Price)", "$1.25 (South Hill)"],
  ];
  const wrong = cases.flatMap(([table, question, expression, text]) => {
    const answer = answerFromTable(question, table);
    return answer?.expression === expression && answer.text === text
      ? []
      : [`${question}: ${answer?.expression} gives ${answer?.text}, not ${expression}: ${text}`];
  });
  assert.deepEqual(wrong, []);
  t.diagnostic(`figure: ${cases.length} questions`);
});

test("questions that a table does not answer", () => {
  for (const question of [
    "Why do ants farm fungus?",
    "What is the capital of Peru?",
    "How do I install the package?",
    "Who wrote Moby-Dick in 1851?",
    "How many people live along the Orinoco?",
    "",
  ]) {
    assert.equal(answerFromTable(question, rivers), undefined, question);
  }
  // No row, or several that say different things.
  assert.equal(answerFromTable("What is the price of North?", ants), undefined);
  assert.equal(answerFromTable("average price in 1990", ants), undefined);
});

test("of several tables the one that the question names", () => {
  const found = answerFromTables("How many ants were there in 2020?", [rivers, ants]);
  assert.equal(found.table, ants);
  assert.equal(found.answer.value, 505);
  assert.deepEqual(found.answer.rows, [3, 4]);
});

test("a computed answer against a text", () => {
  const longest = answerFromTable("What is the longest river?", rivers);
  assert.equal(compareWith(longest, "The Orinoco is 2,250 km long."), "agrees");
  assert.equal(compareWith(longest, "It is 2251 km long, or so."), "agrees");
  assert.equal(compareWith(longest, "The Ucayali, with 1600 km."), "differs");
  assert.equal(compareWith(longest, "The Orinoco."), "no-number");
  const country = answerFromTable("In which country is the Magdalena?", rivers);
  assert.equal(compareWith(country, "It flows through Colombia."), "agrees");
  assert.equal(compareWith(country, "It flows through Peru."), "differs");
  const count = answerFromTable("How many rivers are in Peru?", rivers);
  assert.equal(compareWith(count, "There are 2."), "agrees");
  assert.equal(compareWith(count, "There are 3."), "differs");
});

test("of several documents the first with a table that answers", async () => {
  const texts = { prose: "Ants dig.", rivers: TEXT };
  const collection = { document: async (id) => ({ text: texts[id] }) };
  const ask = (question, text) => answerFromDocuments(collection, question, ["prose", "rivers", "prose"], text);
  const found = await ask("How many ants were there in 2019?", "There were 420 ants.");
  assert.deepEqual([found.document, found.answer.value, found.agreement], ["rivers", 420, "agrees"]);
  assert.equal(await ask("Why do ants farm fungus?", ""), undefined);
});
