// Embeddings that are kept between runs, and what becomes of them when files are damaged.

import assert from "node:assert/strict";
import { appendFile, mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { importSources, temporaryFolder } from "./support.mjs";

const { FileEmbeddingCache } = await importSources("cli/embedding-cache");

const texts = ["one", "two", "drei 🦫", "\ud83d"];
const embeddings = texts.map((_, index) => Float32Array.of(index, 0.1, -1e-30, Math.fround(1 / 3)));

/** Header of 16 bytes; records of a key of 16, four values and a checksum. */
const HEADER = 16;
const RECORD = 16 + 4 * 4 + 4;

/** A folder that a first run left behind, and its one segment. */
async function written() {
  const folder = await temporaryFolder();
  const cache = new FileEmbeddingCache(folder);
  cache.set(texts.slice(0, 1), embeddings.slice(0, 1), "model");
  cache.set(texts.slice(1), embeddings.slice(1), "model");
  cache.close();
  const [model] = await readdir(folder);
  const [segment] = await readdir(path.join(folder, model));
  return { folder, segment: path.join(folder, model, segment) };
}

/** What a new run finds. */
function reopened(folder) {
  const cache = new FileEmbeddingCache(folder);
  const found = cache.get(texts, "model");
  cache.close();
  return found;
}

test("what one run computed, the next one finds, bit by bit", async () => {
  const { folder } = await written();
  const cache = new FileEmbeddingCache(folder);
  assert.deepEqual(cache.get([...texts, "new"], "model"), [...embeddings, undefined]);
  assert.deepEqual([cache.hits, cache.misses], [4, 1]);
  cache.set(["new"], [embeddings[0]], "model");
  assert.deepEqual(cache.get(["new"], "model"), [embeddings[0]], "in the same run as well");
  cache.close();
  assert.deepEqual(reopened(folder), embeddings);
});

test("embeddings of one model are not those of another", async () => {
  const { folder } = await written();
  const cache = new FileEmbeddingCache(folder);
  assert.deepEqual(cache.get(texts, "other"), [undefined, undefined, undefined, undefined]);
  cache.close();
});

test("two runs at a time both keep what they compute", async () => {
  const folder = await temporaryFolder();
  const caches = [new FileEmbeddingCache(folder), new FileEmbeddingCache(folder)];
  texts.forEach((text, index) => caches[index % 2].set([text], [embeddings[index]], "model"));
  for (const cache of caches) {
    assert.equal(cache.failure, undefined);
    cache.close();
  }
  assert.deepEqual(reopened(folder), embeddings);
});

test("a record that was cut short is passed over, wherever it was cut", async () => {
  const { folder, segment } = await written();
  const size = HEADER + texts.length * RECORD;
  assert.equal((await readFile(segment)).length, size);
  for (let length = size - 1; length >= 0; length -= 7) {
    await truncate(segment, length);
    const whole = Math.max(0, Math.floor((length - HEADER) / RECORD));
    assert.deepEqual(
      reopened(folder),
      embeddings.map((embedding, index) => (index < whole ? embedding : undefined)),
      `cut at ${length}`,
    );
  }
});

test("a flipped bit costs the record that it is in, and no other", async () => {
  const { folder, segment } = await written();
  const sound = await readFile(segment);
  for (let position = HEADER; position < sound.length; position++) {
    const damaged = Buffer.from(sound);
    damaged[position] ^= 1 << (position % 8);
    await writeFile(segment, damaged);
    const spoiled = Math.floor((position - HEADER) / RECORD);
    assert.deepEqual(
      reopened(folder),
      embeddings.map((embedding, index) => (index === spoiled ? undefined : embedding)),
      `byte ${position}`,
    );
  }
});

test("a segment whose header is damaged, or which is none, is passed over", async () => {
  const { folder, segment } = await written();
  const sound = await readFile(segment);
  for (let position = 0; position < HEADER; position++) {
    const damaged = Buffer.from(sound);
    damaged[position] ^= 0x81;
    await writeFile(segment, damaged);
    assert.deepEqual(reopened(folder), [undefined, undefined, undefined, undefined], `byte ${position}`);
  }
  await writeFile(segment, sound);
  await writeFile(path.join(path.dirname(segment), "0-0.embeddings"), "");
  await mkdir(path.join(path.dirname(segment), "1-1.embeddings"));
  assert.deepEqual(reopened(folder), embeddings);
});

test("after damage the missing embeddings are kept again", async () => {
  const { folder, segment } = await written();
  await appendFile(segment, "rubbish");
  await truncate(segment, HEADER + RECORD);
  const cache = new FileEmbeddingCache(folder);
  cache.set(texts.slice(1), embeddings.slice(1), "model");
  cache.close();
  assert.deepEqual(reopened(folder), embeddings);
});

test("a folder that cannot be written stops the keeping, not the run", async () => {
  const folder = path.join(await temporaryFolder(), "file");
  await writeFile(folder, "");
  const cache = new FileEmbeddingCache(folder);
  assert.deepEqual(cache.get(["one"], "model"), [undefined]);
  cache.set(["one"], [embeddings[0]], "model");
  assert.ok(cache.failure instanceof Error);
  cache.set(["one"], [embeddings[0]], "model");
  cache.close();
});
