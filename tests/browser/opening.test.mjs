// How long a reader waits for a large collection that was kept.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import { launchWithProfile, modelsFolder, root, serve } from "./harness.mjs";

// Three copies of the book are over 10,000 chunks and take minutes; `make test` keeps its first chapters, over 500.
const whole = process.env.LEAFCUTTER_LONG === "1";
const [COPIES, CHAPTERS, LEAST] = whole ? [3, Infinity, 10_000] : [1, 20, 500];
const ROUNDS = whole ? 5 : 1;

test(`a kept collection of over ${LEAST} chunks is opened with its indexes`, { timeout: 3_600_000 }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "leafcutter-opening-"));
  // The browser may still be writing to its profile.
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  const site = await serve({ mounts: { "/": root, "/models/": modelsFolder } });
  t.after(() => site.close());
  const context = await launchWithProfile(folder);
  t.after(() => context.close());
  const newPage = async () => {
    const page = await context.newPage();
    await page.goto(new URL("tests/browser/blank.html", site.url).href);
    return page;
  };
  /** What a page finds first in a collection, and the milliseconds until then. */
  const firstSearch = async (name) => {
    const page = await newPage();
    const found = await page.evaluate(async (name) => {
      const { Leafcutter } = await import("/pkg/dist/index.js");
      const start = performance.now();
      const collection = await Leafcutter.open({ name, model: "/models/all-MiniLM-L6-v2.int8.safetensors" });
      const { hits } = await collection.search("Who will get the gold coin that Ahab nails to the mast?");
      const ms = performance.now() - start;
      const { chunks, storage } = await collection.stats();
      return { ms, chunks, kind: storage.kind, hits: hits.map(({ document, text }) => [document.id, text]) };
    }, name);
    const files = await page.evaluate(async (name) => {
      const rooms = await (await navigator.storage.getDirectory()).getDirectoryHandle("leafcutter");
      return Array.fromAsync((await rooms.getDirectoryHandle(name)).keys());
    }, name);
    await page.close();
    return { ...found, files };
  };

  const book = JSON.parse(readFileSync(`${root}/www/samples/moby-dick.json`, "utf8")).slice(0, CHAPTERS);
  const copies = Array.from({ length: COPIES }, (_, copy) => book.map((it) => ({ ...it, id: `${copy} ${it.id}` })));
  const page = await newPage();
  const before = await page.evaluate(async (documents) => {
    const { Leafcutter } = await import("/pkg/dist/index.js");
    const model = "/models/all-MiniLM-L6-v2.int8.safetensors";
    const collection = await Leafcutter.open({ name: "book", model });
    await collection.add(documents);
    const { hits } = await collection.search("Who will get the gold coin that Ahab nails to the mast?");
    // Then the indexes are there to be kept.
    await collection.close();
    return hits.map(({ document, text }) => [document.id, text]);
  }, copies.flat());
  await page.close();

  const beyond = [];
  for (let round = 0; round < ROUNDS; round++) {
    const empty = await firstSearch("empty");
    const kept = await firstSearch("book");
    assert(kept.chunks >= LEAST && kept.kind === "opfs");
    assert(kept.files.some((name) => name.startsWith("indexes-")));
    assert.deepEqual(kept.hits, before);
    beyond.push(kept.ms - empty.ms);
  }
  beyond.sort((a, b) => a - b);
  const median = Math.round(beyond[Math.floor(beyond.length / 2)]);
  t.diagnostic(`figure: ${median} ms longer to the first hits than an empty collection takes`);
  if (whole) assert(median <= 300, `${median} ms`);
});
