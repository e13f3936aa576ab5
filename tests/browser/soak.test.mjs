// Random operations in Chromium for half an hour: nothing breaks, nothing committed is lost, and memory does not grow.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { modelsFolder } from "../support/model.mjs";
import { launch, openPage, root, serve } from "./harness.mjs";

// `make verify ISSUE=trust` sets the variable.
const LONG = process.env.LEAFCUTTER_LONG === "1";
const SEED = Number(process.env.LEAFCUTTER_SEED ?? 11);
/** Until memory is first looked at, and between the looks after. */
const MINUTES = LONG ? 5 : Number(process.env.MINUTES ?? 0.05);
const LOOKS = LONG ? 6 : 3;
/** By then workers that embed have ended, and memory was given back. */
const IDLE_MS = LONG ? 45_000 : 0;

/** By then the browser has returned what it was asked to. */
const SETTLE_MS = LONG ? 5_000 : 0;

/** Bytes of the renderer's memory that are in RAM and its own. */
async function residentBytes(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/status`, "utf8"))[1]);
  return Math.max(...sizes.map(Number)) * 1024;
}

test("half an hour of random operations", { timeout: 3_600_000 }, async (t) => {
  const site = await serve({ mounts: { "/": root, "/models/": modelsFolder } });
  t.after(() => site.close());
  const browser = await launch(["--js-flags=--expose-gc"]);
  t.after(() => browser.close());
  const { page, problems } = await openPage(browser, new URL("tests/browser/blank.html", site.url).href);
  // That of the collection, one of those that embed for it, or all of them at once.
  await page.exposeFunction("killWorkers", async (chance) => {
    const all = page.workers();
    const one = all[Math.floor(chance * (all.length + 1))];
    const workers = one ? [one] : all;
    const closed = Promise.all(workers.map((worker) => new Promise((resolve) => worker.once("close", resolve))));
    for (const worker of workers) worker.evaluate("setTimeout(() => self.close())").catch(() => {});
    // Of one that had just ended by itself nothing is heard.
    await Promise.race([closed, sleep(1_000)]);
  });
  await page.evaluate(async (seed) => {
    const { Soak } = await import("/tests/support/soak-page.mjs");
    globalThis.soak = new Soak(seed, globalThis.killWorkers);
    await globalThis.soak.open();
  }, SEED);

  const devtools = await page.context().newCDPSession(page);
  /** Bytes after a forced collection, of a collection that holds always the same. */
  const look = async () => {
    const memory = await page.evaluate(() => globalThis.soak.settle());
    await sleep(IDLE_MS);
    for (const each of [page, ...page.workers()]) {
      for (let time = 0; time < 3; time++) await Promise.race([each.evaluate("gc()").catch(() => {}), sleep(1_000)]);
    }
    // What an allocator keeps for later is as free as what the collection freed; by itself the browser returns it now and then.
    await devtools.send("Memory.simulatePressureNotification", { level: "critical" });
    await sleep(SETTLE_MS);
    const { usedSize } = await devtools.send("Runtime.getHeapUsage");
    return { ...memory, page: usedSize, resident: await residentBytes(browser) };
  };
  const looks = [];
  for (let time = 0; time < LOOKS; time++) {
    await page.evaluate((milliseconds) => globalThis.soak.run(milliseconds), MINUTES * 60_000);
    looks.push(await look());
    t.diagnostic(JSON.stringify(looks.at(-1)));
  }
  const { counts, slowestRecovery } = await page.evaluate(() => {
    const { counts, slowestRecovery } = globalThis.soak;
    return { counts, slowestRecovery };
  });
  assert.deepEqual(problems, []);
  const growth = (what) => (looks.at(-1)[what] / looks[0][what] - 1) * 100;
  const said = ["used", "page", "resident"].map((what) => `${what} ${growth(what).toFixed(1)} %`).join(", ");
  const operations = Object.values(counts).reduce((sum, count) => sum + count, 0);
  t.diagnostic(
    `figure: ${operations} operations in ${Math.round(MINUTES * LOOKS)} min, memory grew by ${said}; ` +
      `${counts.kill} workers killed, answered again after ${Math.round(slowestRecovery)} ms at most`,
  );
  assert(slowestRecovery < 2_000, `a killed worker took ${slowestRecovery} ms`);
  // A short run is over before all code is compiled.
  if (LONG)
    for (const what of ["used", "page", "resident"]) assert(growth(what) < 5, `${what} grew by ${growth(what)} %`);
});
