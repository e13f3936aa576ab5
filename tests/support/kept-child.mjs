// Makes one change to a collection in a directory, and then waits to be killed: see `tests/js/kill.test.mjs`.
//   node kept-child.mjs DIRECTORY MODEL SEED NUMBER RECORD
// In RECORD it notes the texts that were embedded, one a line.
import { appendFileSync, readFileSync } from "node:fs";

import { Leafcutter } from "../../pkg/dist/index.js";
import { changeOf, make, OPTIONS, recorder } from "./kept.mjs";

const [directory, model, seed, number, record] = process.argv.slice(2);
const collection = await Leafcutter.open({
  ...OPTIONS,
  name: "kept",
  model: { files: { quantized: new Uint8Array(readFileSync(model)) } },
  storage: { directory },
  // Every other one reads rows from its files.
  maxHeldBytes: number % 2 === 0 ? 0 : 2 ** 40,
  embeddingCache: recorder((texts) =>
    appendFileSync(record, texts.map((text) => `${JSON.stringify(text)}\n`).join("")),
  ),
});
process.stdout.write("begun\n");
await make(collection, changeOf(Number(seed), Number(number)));
process.stdout.write("done\n");
// A log that has grown long is being made one file meanwhile.
setTimeout(() => {}, 60_000);
