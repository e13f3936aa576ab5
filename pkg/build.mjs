// Builds the package's scripts and declarations into dist/, beside copies of the two WebAssembly modules.
//
// Needs wasm/simd and wasm/relaxed as wasm-bindgen writes them (--target web --omit-default-module-path).

import { execFileSync } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import * as esbuild from "esbuild";

const PACKAGE = path.dirname(fileURLToPath(import.meta.url));
const SOURCES = path.join(PACKAGE, "src");

/** Bytes, gzipped, that must not be exceeded: all scripts that a page may load together, and each module. */
const LIMITS = { scripts: 40_000, module: 1_250_000 };

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
    alias: { "../wasm/simd/leafcutter.js": path.join(wasm, "simd/leafcutter.js") },
  };
  // One file that needs no other: a bundler may copy it without reading it, and a page loads it as a worker.
  await esbuild.build({ ...shared, entryPoints: ["src/worker.ts"] });
  const entryPoints = ["src/index.ts", "src/slim.ts"];
  await esbuild.build({ ...shared, entryPoints, splitting: true, chunkNames: "shared", external: ["./worker.js"] });
  for (const variant of ["simd", "relaxed"]) {
    await cp(path.join(wasm, variant, "leafcutter_bg.wasm"), path.join(outdir, `${variant}.wasm`));
  }
}

/** Only one of the two is bundled, so that a page need not load both. */
async function checkBindings(wasm) {
  const [simd, relaxed] = await Promise.all(
    ["simd", "relaxed"].map(variant => readFile(path.join(wasm, variant, "leafcutter.js"), "utf8")),
  );
  if (simd !== relaxed) throw new Error("the bindings of the two modules differ; build both from the same sources");
}

async function buildDeclarations(outdir) {
  const tsc = fileURLToPath(new URL("../bin/tsc", import.meta.resolve("typescript")));
  execFileSync(process.execPath, [tsc, "--project", PACKAGE, "--outDir", outdir], { stdio: "inherit" });
  await cp(path.join(SOURCES, "bindings.d.ts"), path.join(outdir, "bindings.d.ts"));
}

/** Prints the gzipped size of what pages load, and fails if it is too much. */
async function checkSizes(outdir) {
  let scripts = 0;
  for (const file of (await readdir(outdir)).sort()) {
    if (!/\.(js|wasm)$/.test(file)) continue;
    const size = gzipSync(await readFile(path.join(outdir, file)), { level: 9 }).length;
    console.log(`${file.padEnd(20)} ${(size / 1000).toFixed(1).padStart(8)} kB gzipped`);
    if (file.endsWith(".js")) scripts += size;
    else if (size > LIMITS.module) throw new Error(`${file} exceeds ${LIMITS.module} bytes`);
  }
  console.log(`${"scripts together".padEnd(20)} ${(scripts / 1000).toFixed(1).padStart(8)} kB gzipped`);
  if (scripts > LIMITS.scripts) throw new Error(`the scripts exceed ${LIMITS.scripts} bytes`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const outdir = path.join(PACKAGE, "dist");
  await rm(outdir, { recursive: true, force: true });
  await buildScripts({ wasm: path.join(PACKAGE, "wasm"), outdir });
  await buildDeclarations(outdir);
  await checkSizes(outdir);
}
