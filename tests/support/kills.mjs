// What is true of a collection whose process is killed at any moment, wherever that is: used by the tests of Node and of Chromium.
import assert from "node:assert/strict";

import { Leafcutter } from "../../pkg/dist/index.js";
import { hashOf } from "./hash.mjs";
import { changeOf, make, OPTIONS } from "./kept.mjs";
import { uniform } from "./random.mjs";

/** The states that a collection of a seed goes through, made without being kept or interrupted. */
export async function reference(model, seed) {
  const collection = await Leafcutter.open({ ...OPTIONS, name: "reference", model: { files: { quantized: model } } });
  const states = [hashOf(await collection.export())];
  return {
    async state(number) {
      while (states.length <= number) {
        await make(collection, changeOf(seed, states.length - 1));
        states.push(hashOf(await collection.export()));
      }
      return states[number];
    },
    close: () => collection.close(),
  };
}

/**
 * Kills `count` times. `interrupt(number, wait, after)` makes a change in a process of its own, kills that `wait` milliseconds after the change
 * began, or `after` it has resolved, and tells whether the change had resolved, how long it had taken, and whether files were being
 * put together. `reopen()` opens the collection again, and gives
 * `{ compacting?, state, unfinished, resume(), make(number), embedded(), close() }`; `embedded` are all texts embedded for the change so far.
 *
 * @returns a sentence about what was seen
 */
export async function killAgainAndAgain({ count, model, seed, interrupt, reopen }) {
  const states = await reference(model, seed);
  const random = uniform(seed * 31 + 7);
  const seen = { before: 0, after: 0, resumed: 0, spared: 0, ingest: 0, update: 0, remove: 0, compaction: 0 };
  // About how long a change takes.
  let [number, expected] = [0, 300];
  try {
    for (let kill = 0; kill < count; kill++) {
      const { kind } = changeOf(seed, number);
      // Every third time after the change, when a log that has grown long is put together.
      const late = kill % 3 === 2;
      const wait = late ? random() * 60 : random() * expected * 1.1;
      const { done, took, compacting } = await interrupt(number, wait, late);
      expected = Math.min(3_000, took === undefined ? expected * 1.1 : expected * 0.7 + took * 0.3);
      const [before, after] = [await states.state(number), await states.state(number + 1)];
      const again = await reopen();
      if (compacting || again.compacting) seen.compaction++;
      try {
        assert([before, after].includes(again.state), `kill ${kill}, ${kind}: the state is neither before nor after`);
        if (done) assert.equal(again.state, after, `kill ${kill}, ${kind}: a change that was reported is lost`);
        seen[kind]++;
        if (again.state === after) {
          seen.after++;
          assert.equal(again.unfinished, undefined, `kill ${kill}: what is done is reported as unfinished`);
        } else {
          seen.before++;
          const embedded = again.embedded();
          if (again.unfinished) {
            seen.resumed++;
            seen.spared += embedded.length;
            assert.equal(await again.resume(), after, `kill ${kill}, ${kind}: resuming leads elsewhere`);
          } else {
            assert.equal(await again.make(number), after, `kill ${kill}, ${kind}: the change leads elsewhere`);
          }
          const all = again.embedded();
          assert.equal(new Set(all).size, all.length, `kill ${kill}, ${kind}: a text was embedded twice`);
        }
        number++;
      } finally {
        await again.close();
      }
    }
  } finally {
    await states.close();
  }
  return (
    `${count} kills (${seen.ingest} in ingests, ${seen.update} in updates, ${seen.remove} in removals, ` +
    `${seen.compaction} in a compaction after them): ${seen.before} times the state before, ` +
    `${seen.after} times the one after; ${seen.resumed} resumed, ${seen.spared} embedded texts spared, none twice`
  );
}
