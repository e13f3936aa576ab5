// A static site from its pages to answers in Node: what is built, built again, damaged and asked.
import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test, { mock } from "node:test";
import { deflateRawSync } from "node:zlib";

import { Leafcutter } from "../../pkg/dist/index.js";
import { openSite } from "../../pkg/dist/site/index.js";
import { quantizedModel } from "../support/model.mjs";
import { buildSite, PAGES, writeSite } from "../support/site.mjs";
import { temporaryFolder } from "./support.mjs";

const folder = await temporaryFolder();
const pages = await writeSite(path.join(folder, "pages"));
const cache = path.join(folder, "cache");
await mkdir(path.join(cache, "models"), { recursive: true });
await cp(quantizedModel(), path.join(cache, "models", path.basename(quantizedModel())));
const out = path.join(folder, "search");
const first = await buildSite(pages, out, { cache });

async function contents(folder) {
  const files = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath ?? file.path, file.name));
  const read = paths.sort().map(async (file) => [path.relative(folder, file), await readFile(file, "base64")]);
  return Object.fromEntries(await Promise.all(read));
}

test("the same pages give the same files, and what did not change is not embedded again", async () => {
  const again = await buildSite(pages, path.join(folder, "again"), { cache });
  assert.deepEqual(await contents(path.join(folder, "again")), await contents(out));
  assert.equal(again.embedded, 0);
  const changed = await writeSite(path.join(folder, "changed"), {
    ...PAGES,
    "plain.txt": "Rockets burn methane.\n",
  });
  const report = await buildSite(changed, path.join(folder, "again"), { cache });
  assert.ok(report.embedded > 0 && report.embedded < first.embedded / 2, JSON.stringify([first, report]));
  assert.ok(report.written < report.files, `${report.written} of ${report.files} files written`);
  const listed = (await readFile(path.join(folder, "again/files.txt"), "utf8")).trim().split("\n");
  assert.deepEqual(Object.keys(await contents(path.join(folder, "again"))).sort(), [...listed, "files.txt"].sort());
});

test("keywords answer with pages, sections, addresses and marked words", async () => {
  const site = await openSite(out, { model: "never" });
  const { pages, by, incomplete } = await site.search("harpoons");
  assert.deepEqual([by, incomplete, pages.length], ["keywords", false, 1]);
  const [{ id, title, url, metadata, sections }] = pages;
  assert.deepEqual([id, title, url], ["whales.html", "Whales", "https://site.example/whales/"]);
  assert.deepEqual(metadata, { kind: "animal", lang: "en" });
  assert.deepEqual(sections[0].headingPath, ["Whales", "The hunt"]);
  assert.equal(sections[0].url, "https://site.example/whales/#hunt");
  const marked = sections[0].highlights.map(({ start, end }) => sections[0].text.slice(start, end));
  assert.deepEqual(marked, ["harpoon"]);
  assert.equal((await site.search("harpon")).pages[0].id, "whales.html");
  assert.equal((await site.search("chowd", { asYouType: true })).pages[0].id, "cooking/chowder.html");
  assert.equal((await site.search("anchor")).pages[0].sections[0].anchor, "anchors");
  assert.deepEqual((await site.search("imprint")).pages, []);
  await site.close();
});

test("filters go by metadata of attributes and front matter", async () => {
  const site = await openSite(out, { model: "never" });
  const ids = async (filter) => (await site.search("a the of whale ship soup", { filter })).pages.map(({ id }) => id);
  assert.deepEqual(await ids({ kind: "dish" }), ["cooking/chowder.html"]);
  assert.deepEqual(await ids({ kind: { in: ["note"] } }), ["notes.md"]);
  await assert.rejects(site.search("whale", { filter: { kind: { near: 1 } } }), { code: "invalid-filter" });
  await assert.rejects(site.search("whale", { filter: { expiresAt: { min: new Date() } } }), {
    code: "invalid-filter",
  });
  await assert.rejects(site.search("whale", { k: 0 }), { code: "invalid-option" });
  await assert.rejects(site.search("whale", { hybrid: { alpha: 2 } }), { code: "invalid-option" });
  await site.close();
});

test("the answer by keywords is followed by that by meaning", async () => {
  const states = [];
  const options = { model: "eager", modelUrl: quantizedModel(), onState: (state) => states.push(state) };
  const site = await openSite(out, options);
  const upgraded = new Promise((resolve) => void site.search("spacecraft fuel", { onUpgrade: resolve }));
  assert.equal((await upgraded).pages[0].id, "plain.txt");
  assert.deepEqual([site.state, states], ["meaning", ["loading", "meaning"]]);
  const answers = [];
  for await (const answer of site.answers("spacecraft fuel")) answers.push([answer.by, answer.pages[0]?.id]);
  assert.deepEqual(answers, [
    ["keywords", undefined],
    ["meaning", "plain.txt"],
  ]);
  await site.close();
  await assert.rejects(site.search("whale"), { code: "closed" });
});

test("compact embeddings, and none", async () => {
  for (const vectors of ["compact", "none"]) {
    const folderOf = path.join(folder, vectors);
    await buildSite(pages, folderOf, { cache, options: ["--vectors", vectors] });
    const site = await openSite(folderOf, { model: "on-focus", modelUrl: quantizedModel(), focus: new EventTarget() });
    if (vectors === "none") await assert.rejects(site.loadModel(), { code: "out-of-order" });
    else {
      await site.loadModel();
      assert.equal((await site.search("spacecraft fuel")).pages[0].id, "plain.txt");
    }
    assert.equal((await site.search("harpoon")).pages[0].id, "whales.html");
    await site.close();
  }
});

test("documents that expire are found until then", async () => {
  const collection = await Leafcutter.open({ name: "expiring", model: quantizedModel(), workers: 0 });
  const at = Date.now();
  const birds = (id, expiresAt) => ({ id, text: `Birds such as the ${id} fly south.`, expiresAt });
  await collection.add([
    birds("stork", at - 1),
    birds("swallow", at + 3_600_000),
    { id: "crane", text: "Birds and cranes." },
  ]);
  const built = path.join(folder, "expiring");
  for (const { path: file, bytes } of await collection.shards()) {
    await mkdir(path.dirname(path.join(built, file)), { recursive: true });
    await writeFile(path.join(built, file), deflateRawSync(bytes));
  }
  await collection.close();
  const site = await openSite(built, { model: "never" });
  const found = async () => (await site.search("birds")).pages.map(({ id }) => id).sort();
  assert.deepEqual(await found(), ["crane", "swallow"]);
  mock.timers.enable({ apis: ["Date"], now: at + 3_600_000 });
  assert.deepEqual(await found(), ["crane"]);
  mock.timers.reset();
  await site.close();
});

test("a damaged file is left out and told, a missing one is an error", async () => {
  const damaged = path.join(folder, "damaged");
  await cp(out, damaged, { recursive: true });
  const files = (await readFile(path.join(damaged, "files.txt"), "utf8")).trim().split("\n").slice(1);
  let told = 0;
  for (const file of files) {
    const whole = await readFile(path.join(damaged, file));
    const broken = Buffer.from(whole);
    broken[Math.floor(broken.length / 2)] ^= 0x55;
    await writeFile(path.join(damaged, file), broken);
    const site = await openSite(damaged, { model: "never" });
    const { pages, incomplete } = await site.search("harpoon");
    if (incomplete) told++;
    else assert.equal(pages[0].id, "whales.html");
    await site.close();
    await writeFile(path.join(damaged, file), whole);
  }
  assert.ok(told > 0, "no file that was read was damaged");
  await writeFile(path.join(damaged, "root.leafcutter"), "no index");
  await assert.rejects(openSite(damaged), { code: "index-damaged" });
  await assert.rejects(openSite(path.join(folder, "nowhere")), { code: "index-fetch" });
});
