import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import test from "node:test";

import { modelFolder } from "../support/model.mjs";
import { install, project, useIt } from "./support.mjs";

test("the tarball works in a Node script", { timeout: 180_000 }, (t) => {
  const folder = project(t, {
    "package.json": JSON.stringify({ name: "stranger", private: true, type: "module" }),
    "main.js": `import { Leafcutter } from "leafcutter";\n${useIt(modelFolder())}\nconsole.log(JSON.stringify(result));`,
  });
  install(folder);
  const output = execFileSync(process.execPath, ["main.js"], { cwd: folder, encoding: "utf8" });
  const result = JSON.parse(output.trim().split("\n").at(-1));
  assert.equal(result.first, "ants");
  assert.match(result.context, /Yeast makes dough rise/);
  assert.equal(result.stats.documents, 3);
});

test("the tarball brings the command", { timeout: 180_000 }, (t) => {
  const folder = project(t, { "package.json": JSON.stringify({ name: "stranger", private: true }) });
  install(folder);
  const help = execFileSync("npx", ["--no-install", "leafcutter", "--help"], { cwd: folder, encoding: "utf8" });
  assert.match(help, /leafcutter build/);
});
