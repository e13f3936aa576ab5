// The elements of the packed package in the examples, as a stranger would build them: plain HTML, React, Vue, VitePress.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import { build as buildWithVite } from "vite";

import { launch, openPage, root, serve } from "../browser/harness.mjs";
import { modelsFolder } from "../support/model.mjs";

const STRICT = JSON.parse(await readFile(path.join(root, "pkg/src/cli/policy.json"), "utf8")).join("; ");

const folder = await mkdtemp(path.join(tmpdir(), "leafcutter-elements-"));
execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: path.join(root, "pkg") });
const tarball = path.join(
  folder,
  (await readdir(folder)).find((name) => name.endsWith(".tgz")),
);
const browser = await launch();
after(async () => {
  await browser.close();
  await rm(folder, { recursive: true, force: true });
});

/** The example `name` with the package installed; what else it needs is linked from the checkout. */
async function project(name, linked = []) {
  const where = path.join(folder, name);
  await mkdir(where);
  await writeFile(path.join(where, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  execFileSync("npm", ["install", "--silent", "--offline", "--no-audit", "--no-fund", tarball], { cwd: where });
  const isManifest = (file) => path.basename(file) === "package.json";
  await cp(path.join(root, "examples", name), where, { recursive: true, filter: (file) => !isManifest(file) });
  for (const each of linked) {
    const target = path.join(where, "node_modules", each);
    await mkdir(path.dirname(target), { recursive: true });
    await symlink(path.join(root, "node_modules", each), target);
  }
  return where;
}

/** Runs the installed command. */
const leafcutter = (where, ...args) =>
  execFileSync(process.execPath, ["node_modules/leafcutter/bin/leafcutter", ...args], { cwd: where, stdio: "pipe" });

/** Asks the page at `/` of these folders, and picks the first result. */
async function askPage(t, { mounts, headers = {}, question, before = async () => {} }) {
  const server = await serve({ mounts: { ...mounts, "/models/": modelsFolder }, headers });
  t.after(() => server.close());
  const { page, problems, requests } = await openPage(browser, server.url);
  t.after(() => page.context().close());
  await before(page);
  await page.locator("leafcutter-search input[role=combobox]").fill(question);
  await page.waitForFunction(() => document.querySelector("leafcutter-search").view?.by === "meaning", undefined, {
    timeout: 60_000,
  });
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  return {
    page,
    problems,
    elsewhere: requests.filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(server.url)),
  };
}

test("plain HTML, one script and one element, under the strictest policy", async (t) => {
  const where = await project("plain-html");
  leafcutter(where, "build", ".", "--site", "--out", "search");
  const mounts = { "/": where, "/leafcutter/": path.join(where, "node_modules/leafcutter/dist") };
  const headers = { "content-security-policy": STRICT };
  const { page, problems, elsewhere } = await askPage(t, { mounts, headers, question: "why does my heap stink" });
  await page.waitForURL(/compost\.html(#smell)?$/);
  assert.deepEqual({ problems, elsewhere }, { problems: [], elsewhere: [] });
  t.diagnostic("figure: plain HTML");
});

test("React, typed and built by Vite, over an open collection", async (t) => {
  const where = await project("react", [
    "react",
    "react-dom",
    "scheduler",
    "@types/react",
    "@types/react-dom",
    "csstype",
  ]);
  execFileSync(path.join(root, "node_modules/.bin/tsc"), ["--noEmit", "--project", "."], { cwd: where, stdio: "pipe" });
  await buildWithVite({ root: where, logLevel: "error", build: { target: "es2022" } });
  const headers = { "content-security-policy": STRICT };
  const before = (page) => page.locator("leafcutter-tree [role=treeitem]").first().waitFor();
  const mounts = { "/": path.join(where, "dist") };
  const { page, problems, elsewhere } = await askPage(t, { mounts, headers, question: "rotten smell", before });
  await page.locator("main > p", { hasText: "Compost" }).waitFor();
  assert.deepEqual({ problems, elsewhere }, { problems: [], elsewhere: [] });
  t.diagnostic("figure: React");
});

test("Vue, built by Vite, over an open collection", async (t) => {
  const where = await project("vue", ["vue", "@vue", "@vitejs"]);
  await buildWithVite({ root: where, configFile: path.join(where, "vite.config.js"), logLevel: "error" });
  // Vue has a policy of its own.
  const headers = {
    "content-security-policy": STRICT.replace("trusted-types leafcutter", "trusted-types leafcutter vue"),
  };
  const before = (page) => page.locator("leafcutter-search input").waitFor();
  const mounts = { "/": path.join(where, "dist") };
  const { page, problems, elsewhere } = await askPage(t, { mounts, headers, question: "rotten smell", before });
  await page.locator("main > p", { hasText: "Compost" }).waitFor();
  assert.deepEqual({ problems, elsewhere }, { problems: [], elsewhere: [] });
  t.diagnostic("figure: Vue");
});

test("VitePress, with the element in place of its search", async (t) => {
  const where = await project("vitepress", ["vitepress", "vue", "@vue"]);
  execFileSync(process.execPath, [path.join(root, "node_modules/vitepress/bin/vitepress.js"), "build", "docs"], {
    cwd: where,
    stdio: "pipe",
  });
  const dist = path.join(where, "docs/.vitepress/dist");
  leafcutter(where, "build", dist, "--site", "--out", path.join(dist, "search"));
  const before = (page) => page.keyboard.press("/");
  const opened = async (page) => {
    await page.waitForFunction(() => document.querySelector("leafcutter-search")?.view);
    await before(page);
  };
  const { page, problems, elsewhere } = await askPage(t, {
    mounts: { "/": dist },
    question: "heap smells bad",
    before: opened,
  });
  await page.waitForURL(/compost\.html(#when-it-smells)?$/);
  assert.deepEqual({ problems, elsewhere }, { problems: [], elsewhere: [] });
  t.diagnostic("figure: VitePress");
});
