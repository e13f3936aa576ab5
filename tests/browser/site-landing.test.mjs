// The landing page before and after its reader acts: what it transfers, and what it answers.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { modelsFolder } from "../support/model.mjs";
import { launch, openPage, root, serve } from "./harness.mjs";

/** Bytes. */
const BUDGET = 150_000;

let server, browser;
before(async () => {
  const mounts = { "/site/": `${root}/www/dist`, "/site/models/": modelsFolder };
  server = await serve({ mounts, compress: true });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await server?.close();
});

test("the landing page answers, and transfers at most 150 kB before its reader acts", async (t) => {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("Network.enable");
  const transfers = new Map();
  const addresses = new Map();
  devtools.on("Network.requestWillBeSent", ({ requestId, request }) => addresses.set(requestId, request.url));
  devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    transfers.set(addresses.get(requestId), encodedDataLength);
  });
  await page.goto(`${server.url}site/index.html`, { waitUntil: "networkidle" });
  await page.waitForSelector("#live-search .group");
  // Nothing more comes by itself.
  await page.waitForTimeout(2000);
  const total = [...transfers.values()].reduce((sum, bytes) => sum + bytes, 0);
  const largest = [...transfers].sort((a, b) => b[1] - a[1]).slice(0, 5);
  assert.ok(total <= BUDGET, `${total} bytes: ${JSON.stringify(largest)}`);
  assert.equal(await page.evaluate(() => navigator.serviceWorker.controller), null);

  // By keyboard alone: to the field, a question, the first result.
  await page.keyboard.press("/");
  await page.keyboard.type("delta segments of the journal in an index file");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#live-search .option[aria-selected=true]");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/site\/(docs|api)\/[\w-]+\.html/);
  await page.waitForSelector("main h1");
  t.diagnostic(
    `figure: ${(total / 1000).toFixed(1)} kB in ${transfers.size} requests before the reader acts, a question answered`,
  );
});

test("the model comes when the reader asks for it, and by itself on later pages", async (t) => {
  const { page, requests, problems } = await openPage(browser, `${server.url}site/index.html`);
  t.after(() => page.context().close());
  await page.waitForSelector("#live-search .group");
  assert.ok(!requests.some((url) => url.includes("/models/")));
  await page.getByRole("button", { name: /by meaning too/ }).click();
  await page.waitForSelector("#live-search .found-by.meaning", { timeout: 60_000 });
  assert.ok(requests.some((url) => url.includes("/models/")));

  await page.goto(`${server.url}site/docs/privacy.html`);
  await page.locator("#find button").first().click();
  await page.fill("#find input[role=combobox]", "does my stuff get uploaded?");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#find .found-by.meaning", { timeout: 60_000 });
  const outside = requests.filter((url) => !url.startsWith(`${server.url}site/`) && !url.startsWith("blob:"));
  assert.deepEqual({ outside, problems }, { outside: [], problems: [] });
});

test("the benchmarks run in the page and can be stopped", async (t) => {
  const { page, problems } = await openPage(browser, `${server.url}site/benchmarks.html`);
  t.after(() => page.context().close());
  await page.getByRole("button", { name: "Run the benchmarks" }).click();
  await page.getByRole("button", { name: "Copy as text" }).waitFor({ timeout: 120_000 });
  const rows = await page.locator("#report tbody tr").allTextContents();
  assert.equal(rows.length, 4);
  for (const row of rows) assert.match(row, /[\d.,]+ ms/);
  assert.match(await page.textContent("#report .facts"), /(relaxed|simd) module/);
  await page.getByRole("button", { name: "Run the benchmarks" }).click();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.locator("#progress", { hasText: "Stopped." }).waitFor();
  assert.deepEqual(problems, []);
  t.diagnostic(`figure: ${rows.length} benchmarks in the page: ${rows.join("; ")}`);
});
