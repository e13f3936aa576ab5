// Files and texts that would take all memory or all time, in a real page: each is refused by a typed error or read within the limits,
// soon, and the page goes on meanwhile.
import assert from "node:assert/strict";
import test from "node:test";

import { blankPage } from "./harness.mjs";

/** Milliseconds until each is refused or read. */
const SOON = 10_000;
/** Milliseconds that the page may be busy at a time. */
const GAP = 200;
/** What ends in one of these is refused as it should be. */
const CODES = ["document-too-large", "file-too-large", "file-damaged", "file-without-text", "collection-too-large"];
const { ONLY } = process.env;

test("bombs are refused or read in time, and the page stays responsive", { timeout: 600_000 }, async (t) => {
  const { page } = await blankPage(t);
  await page.evaluate(async () => {
    const { Leafcutter } = await import("/pkg/dist/index.js");
    Object.assign(globalThis, await import("/tests/support/bombs.mjs"));
    // An embedder that takes no time: what is looked at is all else.
    const embed = (texts) =>
      texts.map((text) => Float32Array.from({ length: 8 }, (_, index) => 1 + (text.length % (index + 2))));
    globalThis.lc = await Leafcutter.open({
      name: "bombs",
      storage: "memory",
      model: { embedder: { name: "n", dimensions: 8, embed } },
    });
    await globalThis.lc.add([{ id: "kept", text: "What was there before." }]);
  });
  const names = await page.evaluate(() => Object.keys(globalThis.BOMBS));
  const chosen = names.filter((name) => !ONLY || name.includes(ONLY));
  const results = { refused: 0, read: 0, slowest: 0, longestGap: 0 };
  const explode = (name) =>
    page.evaluate(async (name) => {
      const source = await globalThis.BOMBS[name]();
      await new Promise((resolve) => setTimeout(resolve, 200));
      let [gap, last] = [0, performance.now()];
      const beat = () => {
        gap = Math.max(gap, performance.now() - last - 50);
        last = performance.now();
      };
      const timer = setInterval(beat, 50);
      const begun = performance.now();
      const signal = AbortSignal.timeout(60_000);
      const { code, message } = await globalThis.lc.add([source], { signal }).catch((error) => error);
      const took = performance.now() - begun;
      beat();
      clearInterval(timer);
      const documents = await globalThis.lc.documents();
      const there = documents.some(({ id }) => id === "kept") && (code === undefined || documents.length === 1);
      await globalThis.lc.remove(documents.map(({ id }) => id).filter((id) => id !== "kept"));
      return { code, message, took, gap, there };
    }, name);
  for (const name of chosen) {
    let result = await explode(name);
    // What else the machine did may have held up the page.
    if (result.gap >= GAP || result.took >= SOON) result = await explode(name);
    const { code, message, took, gap, there } = result;
    t.diagnostic(
      `${name}: ${code ?? "read"} after ${Math.round(took)} ms, gap ${Math.round(gap)} ms ${code ? message.slice(0, 90) : ""}`,
    );
    assert(code === undefined || CODES.includes(code), `${name}: ${code}: ${message}`);
    assert(there, `${name} changed what was there`);
    assert(took < SOON, `${name} took ${took} ms`);
    assert(gap < GAP, `${name} kept the page busy for ${gap} ms`);
    results[code ? "refused" : "read"]++;
    results.slowest = Math.max(results.slowest, took);
    results.longestGap = Math.max(results.longestGap, gap);
  }
  const { refused, read, slowest, longestGap } = results;
  t.diagnostic(
    `figure: ${chosen.length} bombs, ${refused} refused and ${read} read, the slowest after ${(slowest / 1000).toFixed(1)} s, ` +
      `the page busy for ${Math.round(longestGap)} ms at most`,
  );
});
