// Builds what the tests import: single sources, and the whole package over stand-in bindings.

import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

import { buildScripts, bundleSources } from "../../pkg/build.mjs";

const FAKE = fileURLToPath(new URL("fake-bindings.mjs", import.meta.url));

/** The smallest module there is. */
const EMPTY_MODULE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/** A folder that is removed after the tests of the file. */
export async function temporaryFolder() {
  const folder = await mkdtemp(path.join(tmpdir(), "leafcutter-test-"));
  // Collections that are still open may write to it.
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}

/** The exports of several files of `pkg/src`, bundled together so that they share their classes. */
export async function importSources(...names) {
  const outfile = path.join(await temporaryFolder(), "sources.mjs");
  await bundleSources(names, outfile, FAKE);
  return import(pathToFileURL(outfile).href);
}

/** The built package over the stand-in: its exports, and where it is. */
export async function fakePackage() {
  const folder = await temporaryFolder();
  const wasm = path.join(folder, "wasm");
  for (const variant of ["simd", "relaxed", "site", "site-whole"]) {
    await mkdir(path.join(wasm, variant), { recursive: true });
    await cp(FAKE, path.join(wasm, variant, "leafcutter.js"));
    await writeFile(path.join(wasm, variant, "leafcutter_bg.wasm"), EMPTY_MODULE);
  }
  const outdir = path.join(folder, "dist");
  await buildScripts({ wasm, outdir });
  await writeFile(path.join(folder, "package.json"), '{ "type": "module" }');
  const url = pathToFileURL(path.join(outdir, "index.js"));
  return { ...(await import(url.href)), url, folder: outdir };
}

/** A model's folder for the stand-in, which only looks at the length of the weights. */
export async function fakeModelFolder() {
  const folder = await temporaryFolder();
  for (const file of ["config.json", "tokenizer.json", "model.safetensors"]) {
    await writeFile(path.join(folder, file), "{}");
  }
  return folder;
}

export const fakeModel = {
  files: { config: new Uint8Array(2), tokenizer: new Uint8Array(2), weights: new Uint8Array(8) },
};
