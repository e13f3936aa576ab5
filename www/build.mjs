// Builds the site into a folder that any static server can serve.
//   node www/build.mjs [--out FOLDER] [--package FOLDER] [--samples FOLDER]
//
// --out      where it goes; www/dist
// --package  the built leafcutter package whose entry is index.js; pkg/dist
// --samples  made by scripts/samples.mjs; left out when missing
import { build } from "esbuild";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { renderDocs } from "./docs.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const { values: options } = parseArgs({
  options: {
    out: { type: "string", default: join(here, "dist") },
    package: { type: "string", default: join(root, "pkg", "dist") },
    samples: { type: "string", default: join(here, "samples") },
  },
});
const out = resolve(options.out);
const source = join(here, "src");

// The policy that `leafcutter serve` sends, for hosts whose headers cannot be set. A page cannot say who may frame it, and
// its policy is not that of its workers: these have the one that is sent with their script.
const directives = JSON.parse(readFileSync(join(root, "pkg/src/cli/policy.json"), "utf8"));
const CSP = directives.filter((directive) => !directive.startsWith("frame-ancestors")).join("; ");

/** The package stays beside the page, so that its worker and modules lie where it looks for them. */
const besideThePage = {
  name: "leafcutter-beside-the-page",
  setup(each) {
    each.onResolve({ filter: /^leafcutter$/ }, () => ({ path: "./leafcutter/index.js", external: true }));
  },
};

if (!existsSync(join(options.package, "index.js"))) {
  console.error(`www: ${options.package} has no index.js; build the package first (make build)`);
  process.exit(1);
}
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

await build({
  entryPoints: [join(source, "app.ts")],
  outdir: out,
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "esm",
  target: "es2022",
  plugins: [besideThePage],
  logLevel: "warning",
});
await build({
  entryPoints: [join(source, "theme.ts")],
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  logLevel: "warning",
});
await build({ entryPoints: [join(source, "style.css")], outdir: out, bundle: true, minify: true, logLevel: "warning" });

const docsList = renderDocs({ from: join(root, "docs"), to: out, csp: CSP });
const page = readFileSync(join(source, "index.html"), "utf8");
writeFileSync(join(out, "index.html"), page.replace("%CSP%", CSP).replace("%DOCS%", docsList));
cpSync(join(source, "mark.svg"), join(out, "mark.svg"));
// What a browser runs: neither the types nor the command line.
copyFiles(options.package, join(out, "leafcutter"), /\.(js|wasm|map)$/);
copyFiles(join(options.package, "guard"), join(out, "leafcutter/guard"), /\.(js|map)$/);

if (existsSync(options.samples)) {
  copyFiles(options.samples, join(out, "samples"), /\.json$/);
}
console.log(`www: the site is in ${out}`);

/** Copies the files of a folder whose names match, leaving out its folders. */
function copyFiles(from, to, names) {
  mkdirSync(to);
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isFile() && names.test(entry.name)) {
      cpSync(join(from, entry.name), join(to, entry.name));
    }
  }
}
