// Where the tests find the model and the shared evaluation folder.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { modelFiles } from "./parity.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");

const { LEAFCUTTER_CACHE, LEAFCUTTER_MODEL, LEAFCUTTER_SHARED, XDG_CACHE_HOME } = process.env;

/** Where set-up puts the models, each in a folder by its name. */
export const modelsFolder = path.join(
  LEAFCUTTER_CACHE || path.join(XDG_CACHE_HOME || path.join(homedir(), ".cache"), "leafcutter"),
  "models",
);

/** The folder of all-MiniLM-L6-v2, which `make setup` fills. */
export function modelFolder() {
  const folder = LEAFCUTTER_MODEL ?? path.join(modelsFolder, "all-MiniLM-L6-v2");
  if (!existsSync(path.join(folder, "model.safetensors"))) {
    throw new Error(`There is no model in ${folder}; run make setup, or set LEAFCUTTER_MODEL to a folder that has it.`);
  }
  return folder;
}

/** The quantized form of the same model, which the build makes. */
export const QUANTIZED = "all-MiniLM-L6-v2.int8.safetensors";

/** Where it is. */
export function quantizedModel() {
  const file = path.join(modelsFolder, QUANTIZED);
  if (!existsSync(file)) throw new Error(`There is no ${file}; run make build.`);
  return file;
}

/**
 * A path in the shared folder of evaluation sets and reference embeddings; undefined where there is no such folder.
 * Where LEAFCUTTER_SHARED is set, something missing is an error.
 */
export function shared(name) {
  const file = path.join(LEAFCUTTER_SHARED ?? path.resolve(root, "../shared"), name);
  if (existsSync(file)) return file;
  if (LEAFCUTTER_SHARED) throw new Error(`LEAFCUTTER_SHARED is set, but ${file} is missing.`);
  return undefined;
}

/** The reference texts with their ids and embeddings; undefined where there are none. */
export function readGolden() {
  const file = shared("golden/minilm-l6-v2.jsonl");
  const lines = file && readFileSync(file, "utf8").trim().split("\n");
  return lines?.map((line) => JSON.parse(line));
}

/** In Node: the bindings of a built module, ready. */
export async function bindingsInNode(variant) {
  const wasm = new URL(`../../pkg/wasm/${variant}/`, import.meta.url);
  const bindings = await import(new URL("leafcutter.js", wasm));
  bindings.initSync({ module: readFileSync(new URL("leafcutter_bg.wasm", wasm)) });
  return bindings;
}

/** In Node: the bindings of a built module, ready, and the files of the model. */
export async function moduleInNode(variant) {
  const bindings = await bindingsInNode(variant);
  const files = await modelFiles((name) => {
    const file = path.join(modelFolder(), name);
    return existsSync(file) ? new Uint8Array(readFileSync(file)) : undefined;
  });
  return { bindings, files };
}
