// Builds the site into a folder that any static server can serve.
//   node www/build.mjs [--out FOLDER] [--package FOLDER] [--samples FOLDER]
//
// --out      where it goes; www/dist
// --package  the leafcutter package with its sources, built; pkg
// --samples  made by scripts/samples.mjs; left out when missing
//
// The index that readers search needs the model in the cache folder, and its embeddings are kept there.
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { bundleAssets, copyPackage } from "./build/assets.mjs";
import { renderGuide } from "./build/guide.mjs";
import { makeLayout } from "./build/layout.mjs";
import { buildServiceWorker } from "./build/offline.mjs";
import { renderPages } from "./build/pages.mjs";
import { renderRecipes } from "./build/recipes.mjs";
import { renderReference } from "./build/reference.mjs";
import { buildSearchIndex } from "./build/search-index.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const { values: options } = parseArgs({
  options: {
    out: { type: "string", default: join(here, "dist") },
    package: { type: "string", default: join(root, "pkg") },
    samples: { type: "string", default: join(here, "samples") },
  },
});
const out = resolve(options.out);
const source = join(here, "src");

// The policy that `leafcutter serve` sends, for hosts whose headers cannot be set. A page cannot say who may frame it, and
// its policy is not that of its workers: these have the one that is sent with their script.
const directives = JSON.parse(readFileSync(join(root, "pkg/src/cli/policy.json"), "utf8"));
const csp = directives.filter((directive) => !directive.startsWith("frame-ancestors")).join("; ");

if (!existsSync(join(options.package, "dist/index.js"))) {
  console.error(`www: ${options.package} is not built; build the package first (make build)`);
  process.exit(1);
}
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

const assets = await bundleAssets({
  from: source,
  to: out,
  package: copyPackage({ from: join(options.package, "dist"), to: out }),
  manifest: join(options.package, "package.json"),
  modules: ["site", "landing", "app", "benchmarks"],
  classic: ["theme"],
  styles: ["style"],
});
const layout = makeLayout({ csp, assets });
const pages = { to: out, layout };
renderGuide({ ...pages, from: join(root, "docs") });
await renderReference({ ...pages, from: options.package });
renderRecipes({ ...pages, from: join(root, "examples") });
// What is searched are the texts; the pages below are there to be used.
buildSearchIndex({ site: out, command: join(options.package, "bin/leafcutter") });
renderPages({ ...pages, from: join(source, "pages"), readme: join(root, "README.md") });

cpSync(join(here, "icons"), join(out, "icons"), { recursive: true });
writeFileSync(join(out, "manifest.webmanifest"), readFileSync(join(source, "manifest.webmanifest")));
if (existsSync(options.samples)) {
  cpSync(options.samples, join(out, "samples"), { recursive: true, filter: (path) => !path.endsWith(".made-by") });
}
await buildServiceWorker({ from: source, to: out });
console.log(`www: the site is in ${out}`);
