// Builds the package's scripts into dist/, beside copies of the two WebAssembly modules, and puts the texts into the
// package that it shares with the checkout.
//
// Needs wasm/simd and wasm/relaxed as wasm-bindgen writes them (--target web --omit-default-module-path).

import { appendFile, cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";
import { zipSync } from "fflate";

const PACKAGE = path.dirname(fileURLToPath(import.meta.url));
const SOURCES = path.join(PACKAGE, "src");

/** @type {esbuild.BuildOptions} */
const SHARED = {
  absWorkingDir: PACKAGE,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  sourcemap: true,
  logLevel: "warning",
};

/**
 * Bundles the scripts, and copies the modules of the folder `wasm`, into `outdir`.
 *
 * @param {{ wasm: string, outdir: string }} paths
 */
export async function buildScripts({ wasm, outdir }) {
  await checkBindings(wasm);
  await mkdir(outdir, { recursive: true });
  /** @type {esbuild.BuildOptions} */
  const shared = {
    ...SHARED,
    outdir,
    plugins: [
      await generatedBindings(path.join(wasm, "simd/leafcutter.js"), path.join(wasm, "site-whole/leafcutter.js")),
    ],
  };
  // One file that needs no other: a bundler may copy it without reading it, and a page loads it as a worker.
  await esbuild.build({ ...shared, entryPoints: ["src/worker.ts"] });
  // The same for collections that are encrypted, so that no other page loads what encrypts.
  await esbuild.build({ ...shared, outbase: "src", entryPoints: ["src/encryption/worker.ts"] });
  const folders = [
    "vector-source",
    "cache",
    "answers",
    "guard",
    "generators",
    "langchain",
    "ai-sdk",
    "storage",
    "passkey",
  ];
  const roots = ["index", "slim", "shared"].map((name) => `src/${name}.ts`);
  const entryPoints = [...roots, ...folders.map((folder) => `src/${folder}/index.ts`)];
  // Beside the worker and the parsers, what adapters adapt to: their users bring it along.
  const external = [
    "./worker.js",
    "./encryption/worker.js",
    "./documents/index.js",
    "@langchain/core",
    "@langchain/core/*",
    "ai",
  ];
  const entries = { entryPoints, splitting: true, chunkNames: "shared-[hash]", external };
  await esbuild.build({ ...shared, ...entries });
  await appendFile(path.join(outdir, "generators/index.js"), await licencesOf("eventsource-parser"));
  // Search for a site: by itself as small as can be, the rest loaded when it is wanted.
  const site = path.join(outdir, "site");
  await esbuild.build({ ...shared, entryPoints: ["src/site/index.ts"], outdir: site, external: ["../index.js"] });
  await esbuild.build({ ...shared, entryPoints: ["src/site/service-worker.ts"], outdir: site });
  for (const module of ["site", "site-whole"]) {
    await cp(path.join(wasm, module, "leafcutter_bg.wasm"), path.join(site, `${module}.wasm`));
  }
  // Elements for pages, each one file; that for search loads the search for a site when it is to be searched.
  const elements = { outbase: "src", external: ["../site/index.js"], plugins: [styleTexts] };
  await esbuild.build({ ...shared, ...elements, entryPoints: ["src/element/index.ts", "src/element/headless.ts"] });
  const picture = { ...elements, entryPoints: ["src/tree-picture/index.ts"] };
  await esbuild.build({ ...shared, ...picture, footer: { js: await licencesOf("d3-hierarchy") } });
  // The command, which takes the package's entry as anybody else would.
  const library = ["documents", "vector-source"].map((folder) => `../${folder}/index.js`);
  const notBundled = ["../index.js", ...library, "@modelcontextprotocol/sdk/*"];
  const command = { entryPoints: ["src/cli/main.ts"], outdir: path.join(outdir, "cli"), external: notBundled };
  const footer = { js: await licencesOf("hyparquet-writer", "hyparquet") };
  await esbuild.build({ ...shared, ...command, footer, platform: "node", sourcemap: false });
  // The page that the command shows for an index.
  const page = path.join(outdir, "cli/page");
  const script = { entryPoints: ["src/cli/page/page.ts"], outdir: page, external: ["../../index.js"] };
  await esbuild.build({ ...shared, ...script, sourcemap: false });
  for (const file of ["index.html", "page.css"]) {
    await cp(path.join(SOURCES, "cli/page", file), path.join(page, file));
  }
  for (const variant of ["simd", "relaxed"]) {
    await cp(path.join(wasm, variant, "leafcutter_bg.wasm"), path.join(outdir, `${variant}.wasm`));
  }
}

/** The parsers of documents, each a file that is loaded when it is needed, and what pdf.js loads. */
async function buildDocuments(outdir) {
  const pdfjs = path.dirname(fileURLToPath(import.meta.resolve("pdfjs-dist/package.json")));
  const options = {
    ...SHARED,
    outdir,
    sourcemap: false,
    // The form for all browsers that have WebAssembly SIMD.
    alias: { "pdfjs-dist": path.join(pdfjs, "legacy/build/pdf.mjs") },
    // So that pdf.js does in Node what it does in browsers: what it would look for there is for drawing.
    define: { "process.versions.nw": "true" },
    inject: [path.join(SOURCES, "documents/pdf/drawing.ts")],
  };
  // Without white space there would be no comments either, by which bundlers know what is not for them to follow.
  const commented = { minify: false, minifyIdentifiers: true, minifySyntax: true };
  const entries = {
    ...commented,
    entryPoints: ["src/documents/index.ts"],
    splitting: true,
    chunkNames: "[name]-[hash]",
  };
  await esbuild.build({ ...options, ...entries, external: ["../shared.js"] });
  // Complete by themselves, so that a bundler may copy them.
  const readers = ["worker", "tables.worker"].map((name) => `src/documents/${name}.ts`);
  await esbuild.build({ ...options, ...commented, entryPoints: readers });
  const worker = [{ in: path.join(pdfjs, "legacy/build/pdf.worker.mjs"), out: "pdf.worker" }];
  await esbuild.build({ ...options, entryPoints: worker });
  const cmaps = (await readdir(path.join(pdfjs, "cmaps"))).filter((name) => name.endsWith(".bcmap")).sort();
  const read = async (name) => [name, await readFile(path.join(pdfjs, "cmaps", name))];
  // The same bytes for the same maps: with no time but the earliest.
  const archive = zipSync(Object.fromEntries(await Promise.all(cmaps.map(read))), { level: 9, mtime: "1980-01-01" });
  await writeFile(path.join(outdir, "cmaps.zip"), archive);
  const parsers = ["pdfjs-dist", "mammoth", "fflate", "papaparse", "htmlparser2"];
  await writeFile(path.join(outdir, "LICENSES.txt"), await licenceTexts(...parsers));
}

/**
 * Bundles sources into one script that exports all that they export, for tests of single parts.
 *
 * @param {string[]} names
 * @param {string} outfile
 * @param {string} bindings - the script that stands for the generated one
 */
export async function bundleSources(names, outfile, bindings) {
  const contents = names.map((name) => `export * from "./${name}.js";`).join("\n");
  const stdin = { contents, resolveDir: SOURCES };
  const shared = { bundle: true, format: "esm", target: "es2022", logLevel: "warning" };
  const plugins = [await generatedBindings(bindings)];
  await esbuild.build({ ...shared, stdin, outfile, plugins, external: ["node:*"] });
}

/**
 * The generated scripts, of the whole module and of the small one, keep their instance in variables of the module, of which a thread has one. As the body of a
 * function it can be had once for each instance.
 *
 * @param {string} whole
 * @param {string} [site]
 * @returns {Promise<esbuild.Plugin>}
 */
async function generatedBindings(whole, site) {
  const namespace = "generated-bindings";
  const contents = new Map([
    ["#generated-bindings", await asFunction(whole)],
    ["#generated-site-bindings", await asFunction(site)],
  ]);
  return {
    name: namespace,
    setup(build) {
      build.onResolve({ filter: /^#generated-(site-)?bindings$/ }, ({ path }) => ({ path, namespace }));
      build.onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: contents.get(path), loader: "js" }));
    },
  };
}

async function asFunction(script) {
  if (script === undefined) return "export default function makeBindings() {}";
  const options = { bundle: true, format: "iife", globalName: "bindings", target: "es2022", write: false };
  const { outputFiles } = await esbuild.build({ ...options, entryPoints: [script], logLevel: "warning" });
  return `export default function makeBindings() {\n${outputFiles[0].text}\nreturn bindings;\n}`;
}

/** The licences of packages that are bundled, of folders whose name each gives. */
async function licenceTexts(...names) {
  const texts = names.map(async (name) => {
    const folder = path.join(PACKAGE, "..", "node_modules", name);
    const file = (await readdir(folder)).find((name) => /^licen[cs]e/i.test(name));
    return `${name}\n\n${(await readFile(path.join(folder, file), "utf8")).trim()}\n`;
  });
  return (await Promise.all(texts)).join("\n\n");
}

/** Style sheets as texts, for elements to adopt. */
const styleTexts = {
  name: "style-texts",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await esbuild.transform(await readFile(path, "utf8"), { loader: "css", minify: true });
      return { contents: code, loader: "text" };
    });
  },
};

/** The licences of packages that are bundled, as a comment. Theirs ask to be kept with copies. */
async function licencesOf(...names) {
  const read = async (name) => {
    // Their sources are one folder below the licence.
    const text = await readFile(new URL("../LICENSE", import.meta.resolve(name)), "utf8");
    return `${name}\n\n${text.trim()}`;
  };
  return `/*!\n${(await Promise.all(names.map(read))).join("\n\n")}\n*/`;
}

/** Only one of the two is bundled, so that a page need not load both. */
async function checkBindings(wasm) {
  const [site, whole] = await Promise.all(
    ["site", "site-whole"].map((module) => readFile(path.join(wasm, module, "leafcutter_bg.wasm"))),
  );
  // The bindings of the second stand for both.
  const imported = async (bytes) =>
    WebAssembly.Module.imports(await WebAssembly.compile(bytes)).map(({ name }) => name);
  const known = new Set(await imported(whole));
  const unknown = (await imported(site)).filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Error(`the bindings of the small modules differ in ${unknown.join(", ")}`);
  const [simd, relaxed] = await Promise.all(
    ["simd", "relaxed"].map((variant) => readFile(path.join(wasm, variant, "leafcutter.js"), "utf8")),
  );
  if (simd !== relaxed) throw new Error("the bindings of the two modules differ; build both from the same sources");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdir = path.join(PACKAGE, "dist");
  await rm(outdir, { recursive: true, force: true });
  await buildScripts({ wasm: path.join(PACKAGE, "wasm"), outdir });
  await buildDocuments(path.join(outdir, "documents"));
  // Not by a script of npm's that runs before packing: many run none.
  for (const file of ["README.md", "LICENSE-APACHE", "LICENSE-MIT"]) {
    await cp(path.join(PACKAGE, "..", file), path.join(PACKAGE, file));
  }
}
