import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { importSources, temporaryFolder } from "./support.mjs";

const { EmbeddingPool, LeafcutterError, makeBatches, estimateTokens, connectEmbedder, startNodeWorker } =
  await importSources("pool", "errors", "batches", "embedder", "ports");

const died = () => new LeafcutterError("worker-failed", "it died");

/** A worker that answers each text with its length, after `embed` had its say. */
function worker(embed = async () => {}) {
  let calls = 0;
  const owed = new Set();
  return {
    closed: false,
    async embed(texts, signal) {
      const call = ++calls;
      owed.add(call);
      const work = embed(texts, call).finally(() => owed.delete(call));
      const aborted = new Promise((_, reject) =>
        signal.addEventListener("abort", () => reject(new LeafcutterError("cancelled", "aborted"))),
      );
      await Promise.race([work, aborted]);
      return Float32Array.from(texts, (text) => text.length);
    },
    get oldestCall() {
      return owed.values().next().value;
    },
    close() {
      this.closed = true;
    },
  };
}

async function run(pool, batches, signal = new AbortController().signal) {
  const results = [];
  const left = await pool.run(batches, signal, (index, embeddings) => (results[index] = [...embeddings]));
  return { results, left };
}

test("batches are embedded side by side and each result is named by its batch", async () => {
  let atOnce = 0;
  let most = 0;
  const start = async () =>
    worker(async ([text]) => {
      most = Math.max(most, ++atOnce);
      await sleep(text.length);
      atOnce--;
    });
  const { results, left } = await run(new EmbeddingPool(2, start), [["aaaaaaaaa"], ["b"], ["cc", "d"]]);
  assert.deepEqual(results, [[9], [1], [2, 1]]);
  assert.deepEqual(left, []);
  assert.equal(most, 2);
});

test("workers are started when first needed, and no more than there are batches", async () => {
  let started = 0;
  const pool = new EmbeddingPool(4, async () => (started++, worker()));
  assert.equal(pool.started, false);
  await run(pool, [["a"], ["b"]]);
  assert.equal(started, 2);
  await run(pool, [["c"], ["d"]]);
  assert.equal(started, 2);
});

test("a worker that dies is replaced and its batch tried once more", async () => {
  const workers = [];
  const start = async () => {
    const first = workers.length === 0;
    workers.push(worker(async () => first && Promise.reject(died())));
    return workers.at(-1);
  };
  const { results } = await run(new EmbeddingPool(1, start), [["a"], ["bb"]]);
  assert.deepEqual(results, [[1], [2]]);
  assert.deepEqual(
    workers.map(({ closed }) => closed),
    [true, false],
  );
});

test("a batch that ends two workers is an error", async () => {
  const pool = new EmbeddingPool(1, async () => worker(() => Promise.reject(died())));
  await assert.rejects(run(pool, [["a"]]), { code: "worker-failed" });
});

test("an error of the model is not tried again", async () => {
  let calls = 0;
  const pool = new EmbeddingPool(1, async () =>
    worker(() => (calls++, Promise.reject(new LeafcutterError("encoder", "no")))),
  );
  await assert.rejects(run(pool, [["a"], ["b"]]), { code: "encoder" });
  assert.equal(calls, 1);
});

test("where no worker can be started the batches are left over", async () => {
  const { results, left } = await run(new EmbeddingPool(2, () => Promise.reject(died())), [["a"], ["b"], ["c"]]);
  assert.deepEqual(results, []);
  assert.deepEqual(left.sort(), [0, 1, 2]);
});

test("where one of two workers can be started it does all the work", async () => {
  let started = 0;
  const pool = new EmbeddingPool(2, async () => (started++ === 0 ? Promise.reject(died()) : worker()));
  const { results, left } = await run(pool, [["a"], ["b"], ["c"]]);
  assert.deepEqual(results, [[1], [1], [1]]);
  assert.deepEqual(left, []);
});

test("cancelling rejects at once; a worker that gets done in time is kept", async () => {
  const workers = [];
  const pool = new EmbeddingPool(1, async () => (workers.push(worker(() => sleep(100))), workers.at(-1)));
  const controller = new AbortController();
  const under = run(pool, [["a"], ["b"]], controller.signal);
  await sleep(20);
  controller.abort();
  await assert.rejects(under, { code: "cancelled" });
  await sleep(600);
  assert.equal(workers[0].closed, false);
  assert.deepEqual((await run(pool, [["a"]])).results, [[1]]);
  assert.equal(workers.length, 1);
});

test("cancelling replaces a worker that goes on for half a second", async () => {
  const workers = [];
  const pool = new EmbeddingPool(1, async () => {
    const first = workers.length === 0;
    workers.push(worker(() => (first ? new Promise(() => {}) : Promise.resolve())));
    return workers.at(-1);
  });
  const controller = new AbortController();
  const under = run(pool, [["a"]], controller.signal);
  await sleep(20);
  controller.abort();
  await assert.rejects(under, { code: "cancelled" });
  await sleep(600);
  assert.equal(workers[0].closed, true);
  assert.deepEqual((await run(pool, [["a"]])).results, [[1]]);
});

test("cancelling does not wait for a worker that starts, which serves the next batch", async () => {
  let started = 0;
  let ready;
  const pool = new EmbeddingPool(1, () => (started++, new Promise((resolve) => (ready = () => resolve(worker())))));
  const controller = new AbortController();
  const under = run(pool, [["a"]], controller.signal);
  await sleep(10);
  controller.abort();
  await assert.rejects(under, { code: "cancelled" });
  const next = run(pool, [["bb"]]);
  ready();
  assert.deepEqual((await next).results, [[2]]);
  assert.equal(started, 1);
});

test("a worker that failed to start while nobody waited is started anew", async () => {
  let started = 0;
  let fail;
  const pool = new EmbeddingPool(1, () =>
    started++ === 0 ? new Promise((_, reject) => (fail = () => reject(died()))) : Promise.resolve(worker()),
  );
  const controller = new AbortController();
  const under = run(pool, [["a"]], controller.signal);
  controller.abort();
  await assert.rejects(under, { code: "cancelled" });
  fail();
  await sleep(10);
  assert.deepEqual((await run(pool, [["bb"]])).results, [[2]]);
});

test("a worker that does not get the model loaded is given up", async () => {
  const script = path.join(await temporaryFolder(), "silent.mjs");
  const silent = 'import { parentPort } from "node:worker_threads"; parentPort.postMessage("ready"); parentPort.ref();';
  await writeFile(script, `${silent} setInterval(() => {}, 1000);`);
  const module = await WebAssembly.compile(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
  const files = { config: new Uint8Array(1), tokenizer: new Uint8Array(1), weights: new Uint8Array(1) };
  const port = await startNodeWorker(pathToFileURL(script));
  await assert.rejects(connectEmbedder(port, module, files, { precision: "int8" }, 100), {
    code: "worker-failed",
    message: /did not load the model in 100 ms/,
  });
});

test("batches hold every text once, within the budget, the longest first", () => {
  const texts = Array.from({ length: 200 }, (_, index) => "x".repeat((index * 37) % 400));
  texts.push("y".repeat(5000), "");
  const batches = makeBatches(texts, 512);
  assert.deepEqual(
    batches.flat().sort((a, b) => a - b),
    texts.map((_, index) => index),
  );
  for (const batch of batches) {
    const tokens = batch.reduce((sum, index) => sum + estimateTokens(texts[index]), 0);
    assert(tokens <= 512 || batch.length === 1);
  }
  const longest = batches.map((batch) => texts[batch[0]].length);
  assert.deepEqual(
    longest,
    longest.toSorted((a, b) => b - a),
  );
  assert.deepEqual(makeBatches([], 512), []);
});

test("characters beyond ASCII count as a token each", () => {
  assert.equal(estimateTokens("abcdefgh"), 4);
  assert.equal(estimateTokens("漢字漢字"), 6);
});
