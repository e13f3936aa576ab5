// What a browser keeps of a model: over stand-in bindings, with a server that breaks off where it is told to.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fakeModelFolder, fakePackage } from "../js/support.mjs";
import { launch, openPage, root, serve } from "./harness.mjs";

const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; " +
  "require-trusted-types-for 'script'; trusted-types leafcutter";

const MODEL = "/model.int8.safetensors";

/** More than one piece, and no whole number of them. */
const SIZE = 9_500_000;

const fake = await fakePackage();
const folder = await fakeModelFolder();
let server;
let browser;
/** What the server has, and what it was asked for. */
let file;
let asked;

before(async () => {
  browser = await launch();
  server = await serve({
    mounts: { "/": `${root}/tests/fixtures/pages`, "/folder/": folder, "/leafcutter/": fake.folder },
    headers: { "content-security-policy": POLICY },
    answerFirst(request, response) {
      if (request.url !== MODEL) return false;
      answer(request, response);
      return true;
    },
  });
});

after(async () => {
  await browser?.close();
  await server?.close();
});

beforeEach(() => {
  file = { bytes: Buffer.alloc(SIZE, "0123456789abcdef"), headers: { etag: '"1"' }, breakAfter: undefined };
  asked = [];
});

function answer(request, response) {
  const { bytes, headers, breakAfter } = file;
  const { range, "if-range": condition } = request.headers;
  asked.push(range ?? "all");
  const goesOn = range !== undefined && condition === (headers.etag ?? headers["last-modified"]);
  const start = goesOn ? (file.goesOnAt ?? Number(/^bytes=(\d+)-$/.exec(range)[1])) : 0;
  response.writeHead(goesOn ? 206 : 200, {
    ...headers,
    "content-length": bytes.length - start,
    ...(goesOn && { "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
  });
  if (breakAfter === undefined) return response.end(bytes.subarray(start));
  // Ended once all of it is on its way.
  response.write(bytes.subarray(start, breakAfter), () => setTimeout(() => response.destroy(), 100));
}

/** A page with `open(options)`, which tells the model's identity or the error's code, and the last progress. */
async function openTestPage(model = MODEL) {
  const { page } = await openPage(browser, `${server.url}empty.html`);
  await prepare(page, model);
  return page;
}

async function prepare(page, model = MODEL) {
  await page.evaluate(async (model) => {
    const { Leafcutter } = await import("/leafcutter/index.js");
    globalThis.open = async (options = {}) => {
      const seen = [];
      try {
        const onProgress = ({ stage, done, total }) => seen.push({ stage, done, total });
        const collection = await Leafcutter.open({ name: "test", model, onProgress, ...options });
        const { runtime } = await collection.stats();
        await collection.close();
        return { model: runtime.model, first: seen[0], last: seen.at(-1) };
      } catch (error) {
        return { code: error.code, last: seen.at(-1) };
      }
    };
  }, model);
}

const open = (page, options) => page.evaluate((options) => globalThis.open(options), options);

const WHOLE = { model: `fake-${SIZE}`, last: { stage: "load", done: SIZE, total: SIZE } };

function assertWhole({ model, last }) {
  assert.deepEqual({ model, last }, WHOLE);
}

test("a model is loaded once, and from then on without the network, also after a reload", async () => {
  const page = await openTestPage();
  assertWhole(await open(page));
  assertWhole(await open(page));
  await page.reload();
  await prepare(page);
  assertWhole(await open(page));
  assertWhole(await open(page, { worker: false }));
  assert.deepEqual(asked, ["all"]);
});

test("a file in the cache that is not what was stored is fetched anew", async () => {
  const page = await openTestPage();
  await open(page);
  await page.evaluate(async () => {
    const cache = await caches.open((await caches.keys())[0]);
    const [, piece] = await cache.keys();
    await cache.put(piece, new Response(new Uint8Array(1 << 22)));
  });
  assertWhole(await open(page));
  assertWhole(await open(page));
  assert.deepEqual(asked, ["all", "all"]);
});

test("a file in the cache that this version does not read is fetched anew, once", async () => {
  const page = await openTestPage();
  file.bytes[0] = 255;
  assert.equal((await open(page)).code, "model-file");
  file.bytes = Buffer.alloc(SIZE);
  assertWhole(await open(page));
  assert.deepEqual(asked, ["all", "all"]);
  file.bytes[0] = 255;
  await page.evaluate(() => caches.keys().then((names) => caches.delete(names[0])));
  assert.equal((await open(page)).code, "model-file");
  assert.equal((await open(page)).code, "model-file");
  assert.deepEqual(asked, ["all", "all", "all", "all"]);
});

for (const validator of ["etag", "last-modified"]) {
  test(`a download that broke off goes on where it was, by its ${validator}`, async () => {
    const page = await openTestPage();
    file.headers = { [validator]: validator === "etag" ? '"1"' : "Wed, 21 Oct 2015 07:28:00 GMT" };
    file.breakAfter = 6_000_000;
    assert.equal((await open(page)).code, "model-fetch");
    await page.reload();
    await prepare(page);
    file.breakAfter = 9_000_000;
    assert.equal((await open(page)).code, "model-fetch");
    file.breakAfter = undefined;
    const result = await open(page);
    assertWhole(result);
    assert(result.first.done > 0, "progress counts what was there");
    assertWhole(await open(page));
    const [first, ...ranges] = asked;
    assert.equal(first, "all");
    assert.equal(ranges.length, 2);
    const starts = ranges.map((range) => Number(/^bytes=(\d+)-$/.exec(range)[1]));
    assert(starts[0] > 4_000_000 && starts[0] <= 6_000_000, ranges[0]);
    assert(starts[1] > starts[0] && starts[1] <= 9_000_000, ranges[1]);
  });
}

test("a server that goes on elsewhere than it was asked is told, and asked anew the next time", async () => {
  const page = await openTestPage();
  file.breakAfter = 6_000_000;
  await open(page);
  file.breakAfter = undefined;
  file.goesOnAt = 100;
  assert.equal((await open(page)).code, "model-fetch");
  assertWhole(await open(page));
  assert.equal(asked.at(-1), "all");
});

test("what has come of another version of the file is not used", async () => {
  const page = await openTestPage();
  file.breakAfter = 6_000_000;
  await open(page);
  file = { bytes: Buffer.alloc(5_000_000, "x"), headers: { etag: '"2"' }, breakAfter: undefined };
  const { model, last } = await open(page);
  assert.deepEqual(
    { model, last },
    { model: "fake-5000000", last: { stage: "load", done: 5_000_000, total: 5_000_000 } },
  );
  assert.equal((await open(page)).model, "fake-5000000");
  assert.deepEqual(asked.length, 2);
});

test("without a way to know the file again, a download begins anew", async () => {
  const page = await openTestPage();
  file.headers = {};
  file.breakAfter = 6_000_000;
  assert.equal((await open(page)).code, "model-fetch");
  file.breakAfter = undefined;
  assertWhole(await open(page));
  assertWhole(await open(page));
  assert.deepEqual(asked, ["all", "all"]);
});

test("where nothing can be stored, the model is fetched each time", async () => {
  const page = await openTestPage();
  await page.evaluate(() => {
    Cache.prototype.put = () => Promise.reject(new DOMException("full", "QuotaExceededError"));
  });
  assertWhole(await open(page, { worker: false }));
  assertWhole(await open(page, { worker: false }));
  await page.evaluate(() => delete globalThis.caches);
  assertWhole(await open(page, { worker: false }));
  assert.deepEqual(asked, ["all", "all", "all"]);
});

test("a folder is quantized once, on a worker that is ended after", async () => {
  const page = await openTestPage("/folder/");
  assert.equal((await open(page)).model, "fake-2");
  const requests = server.requests.filter((path) => path.startsWith("/folder/")).length;
  assert(requests >= 3);
  assert.equal((await open(page)).model, "fake-2");
  assert.equal(server.requests.filter((path) => path.startsWith("/folder/")).length, requests, "it was loaded again");
  // The folder's own files are not kept beside the result.
  assert.deepEqual(await page.evaluate(() => caches.keys()), [`leafcutter-model ${server.url}folder/ int8`]);
  const { model } = await open(page, { precision: "f32" });
  assert.equal(model, "fake-2-f32");
  await page.evaluate(async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    const { Leafcutter } = await import("/leafcutter/index.js");
    globalThis.collection = await Leafcutter.open({ name: "test", model: "/folder/" });
  });
  // The page's record of its workers lags behind; the one that is left holds the collection.
  for (let wait = 0; wait < 40 && page.workers().length > 1; wait++) await sleep(50);
  assert.equal(page.workers().length, 1);
});
