import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import path from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { fakeModel, fakePackage, temporaryFolder } from "./support.mjs";

const { Leafcutter, url } = await fakePackage();

/** Opens a collection that embeds on worker threads, and is closed after the test. */
async function open(t, options = {}) {
  const collection = await Leafcutter.open({ name: "test", model: fakeModel, workers: 2, ...options });
  t.after(() => collection.close());
  return collection;
}

/** More than one batch, so that workers are started. */
const documents = (text) =>
  Array.from({ length: 12 }, (_, index) => ({ id: `${index}`, text: `${text} ${"x".repeat(100 * index)}` }));

/** The stand-in's last value tells whether a text was embedded on a worker. */
const onWorker = (embeddings) => embeddings.map((embedding) => embedding[3] === 1);

test("work is done on the workers, and comes back in order", async (t) => {
  const collection = await open(t);
  const texts = documents("text").map(({ text }) => text);
  const embeddings = await collection.embed(texts);
  assert(onWorker(embeddings).every(Boolean));
  assert.deepEqual(
    embeddings.map(([length]) => length),
    texts.map(({ length }) => length),
  );
});

test("little work does not start a worker", async (t) => {
  const collection = await open(t);
  assert.deepEqual(onWorker(await collection.embed(["short", "shorter"])), [false, false]);
});

test("a worker that dies is replaced and nothing is lost", async (t) => {
  const flag = path.join(await temporaryFolder(), "died");
  const collection = await open(t);
  const result = await collection.add(documents(`die-once ${flag}`));
  assert.equal(result.added, 12);
});

test("what ends every worker is an error, and the collection goes on", async (t) => {
  const collection = await open(t);
  await assert.rejects(collection.add(documents("die-always")), { code: "worker-failed" });
  assert.equal((await collection.add(documents("fine"))).added, 12);
});

test("an error of the model passes through", async (t) => {
  const collection = await open(t);
  await assert.rejects(collection.add(documents("unembeddable")), { code: "encoder" });
});

test("after cancelling, the old state is readable at once and a stuck worker is replaced", async (t) => {
  const collection = await open(t);
  await collection.add([{ id: "old", text: "old" }]);
  const controller = new AbortController();
  const adding = collection.add(documents("endless"), { signal: controller.signal });
  await sleep(300);
  controller.abort();
  const aborted = performance.now();
  await assert.rejects(adding, { code: "cancelled" });
  assert.equal((await collection.search("old")).hits.length, 1);
  assert(performance.now() - aborted < 200);
  assert.equal((await collection.add(documents("fine"))).added, 12);
  const replaced = performance.now() - aborted;
  assert(replaced < 2000, `${replaced} ms`);
  t.diagnostic(`figure: the next change done after ${Math.ceil(replaced)} ms, on another worker`);
});

test("idle workers do not keep a script from ending, and busy ones do", async () => {
  const script = `
    import { Leafcutter } from ${JSON.stringify(url.href)};
    const bytes = new Uint8Array(8);
    const model = { files: { config: bytes, tokenizer: bytes, weights: bytes } };
    const collection = await Leafcutter.open({ name: "test", model, workers: 2 });
    const texts = Array.from({ length: 12 }, (_, index) => "slow" + "x".repeat(index * 100));
    console.log((await collection.embed(texts)).length);
  `;
  const { stdout, stderr, status } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    encoding: "utf8",
    timeout: 20_000,
  });
  assert.deepEqual({ stdout, stderr, status }, { stdout: "12\n", stderr: "", status: 0 });
});
