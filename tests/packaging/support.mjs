// Packs the package once and installs the tarball into fresh projects, as a stranger would.
import { execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

/** Small documents that the three projects add and ask. */
export const documents = [
  { id: "ants", title: "Ants", markdown: "# Ants\n\nLeafcutter ants farm a fungus that feeds the whole colony." },
  { id: "tides", title: "Tides", markdown: "# Tides\n\nThe moon pulls the sea towards it, twice a day." },
  { id: "bread", title: "Bread", markdown: "# Bread\n\nYeast makes dough rise by giving off carbon dioxide." },
];

/** The body of a module that embeds, builds and searches; `result` holds what it found. */
export const useIt = (model) => `
const lc = await Leafcutter.open({ name: "packaging", model: ${JSON.stringify(model)} });
await lc.add(${JSON.stringify(documents)});
const { hits } = await lc.search("which insects grow their own food?", { k: 2 });
const { text } = await lc.context("why does dough rise?", { tokens: 120 });
const result = { first: hits[0].document.id, context: text, stats: await lc.stats() };
await lc.close();
`;

/** A folder that is removed when `t` ends. */
export function project(t, files) {
  const folder = mkdtempSync(path.join(tmpdir(), "leafcutter-packaging-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
  return folder;
}

/** Packs `pkg` into `folder` and installs the tarball there. */
export function install(folder) {
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: path.join(root, "pkg") });
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  execFileSync("npm", ["install", "--silent", "--no-audit", "--no-fund", "--ignore-scripts", `./${tarball}`], {
    cwd: folder,
  });
}
