// A static site in Chromium: keywords before anything else is loaded, then meaning, then no network at all.
import assert from "node:assert/strict";
import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { temporaryFolder } from "../js/support.mjs";
import { QUANTIZED } from "../support/model.mjs";
import { buildSite, writeSite } from "../support/site.mjs";
import { launch, modelsFolder, openPage, root, serve } from "./harness.mjs";

const folder = await temporaryFolder();
const www = path.join(folder, "www");
await mkdir(www);
await writeSite(path.join(folder, "pages"));
await buildSite(path.join(folder, "pages"), path.join(www, "search"), {});
await cp(path.join(root, "pkg/dist/site/service-worker.js"), path.join(www, "service-worker.js"));
await writeFile(
  path.join(www, "index.html"),
  `<!doctype html><title>Site</title><link rel="icon" href="data:,"><input type="search">
  <script type="module">
    import { openSite } from "/leafcutter/site/index.js";
    globalThis.site = await openSite("/search/", { modelUrl: "/models/${QUANTIZED}" });
  </script>`,
);

async function open(t) {
  const site = await serve({
    mounts: { "/": `${www}/`, "/leafcutter/": path.join(root, "pkg/dist"), "/models/": modelsFolder },
  });
  t.after(() => site.close());
  const browser = await launch();
  t.after(() => browser.close());
  const opened = await openPage(browser, site.url);
  await opened.page.waitForFunction(() => globalThis.site);
  return { ...opened, server: site };
}

const first = (page, question) =>
  page.evaluate(async (question) => (await site.search(question)).pages[0]?.id, question);

test("keywords answer before the model and the whole module are asked for, and a focused field brings them", async (t) => {
  const { page, requests, problems } = await open(t);
  assert.equal(await first(page, "harpoons"), "whales.html");
  const before = requests.map((url) => new URL(url).pathname);
  assert.ok(!before.some((path) => /models|relaxed|simd|whole|worker|leafcutter\/index/.test(path)), before.join(" "));
  await page.focus("input");
  await page.waitForFunction(() => site.state === "meaning", undefined, { timeout: 60_000 });
  assert.equal(await first(page, "spacecraft fuel"), "plain.txt");
  const origin = new URL(page.url()).origin;
  assert.ok(requests.every((url) => new URL(url).origin === origin || url.startsWith("blob:")));
  assert.deepEqual(problems, []);
});

test("with the service worker all goes on where the network is cut", async (t) => {
  const { page, server } = await open(t);
  await page.evaluate(async () => {
    await navigator.serviceWorker.register("/service-worker.js?index=/search/");
    await navigator.serviceWorker.ready;
  });
  // What the page loads from now on is kept: itself and its scripts.
  await page.reload();
  await page.waitForFunction(() => globalThis.site);
  await page.evaluate(() => site.loadModel());
  assert.equal(await first(page, "spacecraft fuel"), "plain.txt");
  await server.close();
  await page.reload();
  await page.waitForFunction(() => globalThis.site);
  assert.equal(await first(page, "clams"), "cooking/chowder.html");
  await page.evaluate(() => site.loadModel());
  assert.equal(await first(page, "spacecraft fuel"), "plain.txt");
});
