// Builds the package's scripts into dist/, beside copies of the two WebAssembly modules, and puts the texts into the
// package that it shares with the checkout.
//
// Needs wasm/simd and wasm/relaxed as wasm-bindgen writes them (--target web --omit-default-module-path).

import { cp, mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

import * as esbuild from "esbuild";

const PACKAGE = path.dirname(fileURLToPath(import.meta.url));
const SOURCES = path.join(PACKAGE, "src");

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
    absWorkingDir: PACKAGE,
    outdir,
    bundle: true,
    format: "esm",
    target: "es2022",
    minify: true,
    sourcemap: true,
    logLevel: "warning",
    plugins: [
      await generatedBindings(path.join(wasm, "simd/leafcutter.js"), path.join(wasm, "site-whole/leafcutter.js")),
    ],
  };
  // One file that needs no other: a bundler may copy it without reading it, and a page loads it as a worker.
  await esbuild.build({ ...shared, entryPoints: ["src/worker.ts"] });
  const entryPoints = ["src/index.ts", "src/slim.ts", "src/vector-source/index.ts"];
  const entries = {
    entryPoints,
    splitting: true,
    chunkNames: "shared-[hash]",
    external: ["./worker.js", "./guard/index.js"],
  };
  await esbuild.build({ ...shared, ...entries });
  // What looks for instructions in documents: loaded by the entries with the first context.
  await esbuild.build({ ...shared, entryPoints: ["src/guard/index.ts"], outdir: path.join(outdir, "guard") });
  // Search for a site: by itself as small as can be, the rest loaded when it is wanted.
  const site = path.join(outdir, "site");
  await esbuild.build({ ...shared, entryPoints: ["src/site/index.ts"], outdir: site, external: ["../index.js"] });
  await esbuild.build({ ...shared, entryPoints: ["src/site/service-worker.ts"], outdir: site });
  for (const module of ["site", "site-whole"]) {
    await cp(path.join(wasm, module, "leafcutter_bg.wasm"), path.join(site, `${module}.wasm`));
  }
  // The command, which takes the package's entry as anybody else would.
  const external = ["../index.js", "../vector-source/index.js"];
  const command = { entryPoints: ["src/cli/main.ts"], outdir: path.join(outdir, "cli"), external };
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
  // Not by a script of npm's that runs before packing: many run none.
  for (const file of ["README.md", "LICENSE-APACHE", "LICENSE-MIT"]) {
    await cp(path.join(PACKAGE, "..", file), path.join(PACKAGE, file));
  }
}
