// Embeddings that are kept between runs, and what becomes of them when files are damaged.

import assert from "node:assert/strict";
import { appendFile, mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { importSources, temporaryFolder } from "./support.mjs";

const { FileEmbeddingCache } = await importSources("cli/embedding-cache");

const texts = ["one", "two", "drei 🦫", "\ud83d"];
/** As many rows as there may be of a text: of four values each. */
const ROWS = [1, 3, 1, 2];
const embeddings = ROWS.map((rows, index) => {
  const row = [index, 0.1, -1e-30, Math.fround(1 / 3)];
  return Float32Array.from(Array.from({ length: rows }, () => row).flat());
});

/** A header of 8 bytes, then records of a key of 16, a count, the values and a checksum: where each ends. */
const HEADER = 8;
const ENDS = [];
for (const { length } of embeddings) ENDS.push((ENDS.at(-1) ?? HEADER) + 16 + 4 + 4 * length + 4);
const SIZE = ENDS.at(-1);

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
  assert.equal((await readFile(segment)).length, SIZE);
  for (let length = SIZE - 1; length >= 0; length -= 7) {
    await truncate(segment, length);
    assert.deepEqual(
      reopened(folder),
      embeddings.map((embedding, index) => (ENDS[index] <= length ? embedding : undefined)),
      `cut at ${length}`,
    );
  }
});

test("a flipped bit costs the record that it is in; in a count, at most those after it as well", async () => {
  const { folder, segment } = await written();
  const sound = await readFile(segment);
  for (let position = HEADER; position < sound.length; position++) {
    const damaged = Buffer.from(sound);
    damaged[position] ^= 1 << (position % 8);
    await writeFile(segment, damaged);
    const spoiled = ENDS.findIndex((end) => position < end);
    const within = position - (ENDS[spoiled - 1] ?? HEADER);
    const found = reopened(folder);
    assert.equal(found[spoiled], undefined, `byte ${position}`);
    found.forEach((embedding, index) => {
      const mayBeLost = index === spoiled || (within >= 16 && within < 20 && index > spoiled);
      if (!mayBeLost || embedding) assert.deepEqual(embedding, embeddings[index], `byte ${position}`);
    });
  }
});

test("a segment whose header is damaged or of another version, or which is none, is passed over", async () => {
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
  await truncate(segment, ENDS[0]);
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

test("more than is read at once is found again", async () => {
  const folder = await temporaryFolder();
  const many = Array.from({ length: 60 }, (_, index) => `text ${index}`);
  const long = many.map((_, index) => new Float32Array(30_000 + 7 * index).fill(index));
  const first = new FileEmbeddingCache(folder);
  first.set(many, long, "model");
  first.close();
  const cache = new FileEmbeddingCache(folder);
  assert.deepEqual(cache.get(many, "model"), long);
  cache.close();
});
