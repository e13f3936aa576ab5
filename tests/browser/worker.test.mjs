// The package in a browser, over stand-in bindings: worker or not, the page's policies, what is requested.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fakeModelFolder, fakePackage } from "../js/support.mjs";
import { launch, openPage, root, serve } from "./harness.mjs";

const policy = (workers) =>
  `default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src ${workers}; ` +
  `require-trusted-types-for 'script'; trusted-types leafcutter`;

const fake = await fakePackage();
const mounts = {
  "/": `${root}/tests/fixtures/pages`,
  "/model/": await fakeModelFolder(),
  "/leafcutter/": fake.folder,
};

let browser;
const servers = [];

before(async () => {
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await Promise.all(servers.map((server) => server.close()));
});

/** An empty page of a site with this content security policy, with the package and an open collection on `window`. */
async function openCollection(contentSecurityPolicy, options = {}) {
  const server = await serve({ mounts, headers: { "content-security-policy": contentSecurityPolicy } });
  servers.push(server);
  const opened = await openPage(browser, `${server.url}empty.html`);
  const runtime = await opened.page.evaluate(async (options) => {
    const { Leafcutter } = await import("/leafcutter/index.js");
    window.collection = await Leafcutter.open({ name: "test", model: "/model/", ...options });
    window.documents = (text) =>
      Array.from({ length: 12 }, (_, index) => ({
        id: `${text} ${index}`,
        text: `${text} ${"x".repeat(100 * index)}`,
      }));
    return (await window.collection.stats()).runtime;
  }, options);
  return { ...opened, server, runtime };
}

/** Adds documents that take 150 ms each, asks meanwhile, and tells how long the slowest answer took. */
const addAndAsk = (page) =>
  page.evaluate(async () => {
    let done = false;
    let slowest = 0;
    const adding = window.collection.add(window.documents("slow")).finally(() => (done = true));
    while (!done) {
      const asked = performance.now();
      await window.collection.search("slow");
      slowest = Math.max(slowest, performance.now() - asked);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return { added: (await adding).added, slowest };
  });

test("the collection lives in a worker under a strict policy with Trusted Types", async () => {
  const { page, server, requests, runtime } = await openCollection(policy("'self'"));
  assert.deepEqual({ worker: runtime.worker, workers: runtime.workers }, { worker: true, workers: 1 });
  const { added, slowest } = await addAndAsk(page);
  assert.equal(added, 12);
  // The question itself takes the stand-in 150 ms the first time.
  assert(slowest < 350, `a read took ${slowest} ms while documents were added`);
  assert.deepEqual(
    requests.filter((url) => !url.startsWith(server.url)),
    [],
  );
  // One for the collection, one that quantizes the folder, one that embeds.
  assert.equal(requests.filter((url) => url.endsWith("/worker.js")).length, 3);
  assert.equal(requests.filter((url) => url.endsWith(".wasm")).length, 1);
});

test("where the page's policy allows no workers, the page does the work and stays responsive", async () => {
  const { page, runtime } = await openCollection(policy("'none'"));
  assert.deepEqual({ worker: runtime.worker, workers: runtime.workers }, { worker: false, workers: 0 });
  const { added, slowest } = await addAndAsk(page);
  assert.equal(added, 12);
  assert(slowest < 500, `a read took ${slowest} ms while documents were added`);
});

test("where the page's policy does not know Leafcutter's, the page does the work", async () => {
  const { runtime } = await openCollection(policy("'self'").replace("trusted-types leafcutter", "trusted-types other"));
  assert.equal(runtime.worker, false);
});

test("on request the page does the work", async () => {
  const { requests, runtime } = await openCollection(policy("'self'"), { worker: false });
  assert.equal(runtime.worker, false);
  assert.equal(requests.filter((url) => url.endsWith("/worker.js")).length, 1);
});

test("cancelling rejects at once and the old state is readable", async () => {
  const { page } = await openCollection(policy("'self'"));
  const result = await page.evaluate(async () => {
    await window.collection.add([{ id: "old", text: "old" }]);
    const controller = new AbortController();
    const adding = window.collection.add(window.documents("endless"), { signal: controller.signal });
    await new Promise((resolve) => setTimeout(resolve, 500));
    controller.abort();
    const aborted = performance.now();
    const error = await adding.catch((error) => ({ name: error.name, code: error.code }));
    const { documents } = await window.collection.stats();
    const readable = performance.now() - aborted;
    // The worker that is stuck in a text is replaced.
    await new Promise((resolve) => setTimeout(resolve, 600));
    const { added } = await window.collection.add(window.documents("fine"));
    return { error, documents, readable, added };
  });
  assert.deepEqual(result.error, { name: "AbortError", code: "cancelled" });
  assert.equal(result.documents, 1);
  assert(result.readable < 200, `it took ${result.readable} ms`);
  assert.equal(result.added, 12);
});

test("a file that a reader drops is read by its kind", async () => {
  const { page } = await openCollection(policy("'self'"));
  const result = await page.evaluate(async () => {
    const { ids } = await window.collection.add([{ blob: new File(["# Title"], "notes.md") }]);
    const program = window.collection.add([{ blob: new File(["MZ"], "program.exe") }]);
    return { ids, code: await program.catch((error) => error.code) };
  });
  assert.deepEqual(result, { ids: ["notes.md"], code: "unsupported-format" });
});

test("after closing, calls are refused", async () => {
  const { page } = await openCollection(policy("'self'"));
  const code = await page.evaluate(async () => {
    await window.collection.close();
    return window.collection.search("a").catch((error) => error.code);
  });
  assert.equal(code, "closed");
});
