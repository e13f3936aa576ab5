import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import path from "node:path";
import test from "node:test";

import { launch, openPage, serve } from "../browser/harness.mjs";
import { modelFolder } from "../support/model.mjs";
import { install, project, root, useIt } from "./support.mjs";

const html = (script) =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Stranger</title></head><body>` +
  `<script type="module" src="${script}"></script></body></html>`;
const show = "globalThis.result = result;";

/** Serves `folder` with the model beside it, opens its page, and gives what its script found. */
async function resultOf(t, folder) {
  const site = await serve({ mounts: { "/": folder, "/model/": modelFolder() } });
  t.after(() => site.close());
  const browser = await launch();
  t.after(() => browser.close());
  const { page, problems } = await openPage(browser, site.url);
  await page.waitForFunction("globalThis.result", null, { timeout: 120_000 }).catch((error) => {
    throw new Error(`${error.message}\n${problems.join("\n")}`);
  });
  assert.deepEqual(problems, []);
  return page.evaluate("result");
}

function check(result) {
  assert.equal(result.first, "ants");
  assert.match(result.context, /Yeast makes dough rise/);
  assert.equal(result.stats.documents, 3);
}

test("the tarball works on a plain page", { timeout: 240_000 }, async (t) => {
  const folder = project(t, {
    "package.json": JSON.stringify({ name: "stranger", private: true }),
    "index.html": html("main.js"),
    "main.js": `import { Leafcutter } from "./node_modules/leafcutter/dist/index.js";\n${useIt("/model/")}\n${show}`,
  });
  install(folder);
  check(await resultOf(t, folder));
});

test("the tarball works in a Vite project", { timeout: 240_000 }, async (t) => {
  const folder = project(t, {
    "package.json": JSON.stringify({ name: "stranger", private: true, type: "module" }),
    "index.html": html("/main.js"),
    "main.js": `import { Leafcutter } from "leafcutter";\n${useIt("/model/")}\n${show}`,
    "vite.config.js": 'export default { build: { target: "esnext" } };',
  });
  install(folder);
  const vite = path.join(root, "node_modules/vite/bin/vite.js");
  execFileSync(process.execPath, [vite, "build", "--logLevel", "warn"], { cwd: folder, stdio: "inherit" });
  const result = await resultOf(t, path.join(folder, "dist"));
  check(result);
  assert.equal(result.stats.runtime.worker, true, "Vite bundled the worker");
});
