/** Where things are kept. */

import { access, constants, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";

import { Failure } from "./errors.js";
import type { Precision } from "./library.js";

/** The model that is used where none is named. */
export const DEFAULT_MODEL = "all-MiniLM-L6-v2";

/** Files of a model folder that must be there, and those that may be. */
export const MODEL_FILES = {
  required: ["config.json", "tokenizer.json", "model.safetensors"],
  optional: ["1_Pooling/config.json", "config_sentence_transformers.json", "sentence_bert_config.json"],
} as const;

/** What is fetched or computed once: `LEAFCUTTER_CACHE`, else `leafcutter` in the user's cache folder. */
export function cacheFolder(): string {
  const { LEAFCUTTER_CACHE, XDG_CACHE_HOME } = process.env;
  return LEAFCUTTER_CACHE || join(XDG_CACHE_HOME || join(homedir(), ".cache"), "leafcutter");
}

export function modelsFolder(): string {
  return join(cacheFolder(), "models");
}

/** Where the quantized form of a model's folder is kept: beside it. */
export function quantizedBeside(folder: string): string {
  return `${resolve(folder)}.int8.safetensors`;
}

/**
 * The folder, file or address of a model.
 *
 * @param model - A folder, a quantized file, an address, or the name of a model in the cache.
 * @param precision - What it will be loaded in: int8 takes the quantized form of a model in the cache, if it is there.
 * @param option - The option that names it.
 * @throws Failure if there is no such model.
 */
export async function findModel(
  model: string = DEFAULT_MODEL,
  precision: Precision = "int8",
  option = "model",
): Promise<string> {
  if (/^https?:/.test(model)) return model;
  const cached = join(modelsFolder(), model);
  const isFolder = (path: string) => exists(join(path, MODEL_FILES.required[0]));
  if (await isFolder(model)) return model;
  if (precision === "int8" && (await exists(quantizedBeside(cached)))) return quantizedBeside(cached);
  if (await isFolder(cached)) return cached;
  for (const file of [model, cached]) if (file.endsWith(".safetensors") && (await exists(file))) return file;
  const advice = `run "leafcutter model fetch${model === DEFAULT_MODEL ? "" : " NAME"}", or name a folder or quantized file with --${option}`;
  throw new Failure(`there is no model "${model}", neither here nor in ${modelsFolder()}; ${advice}`);
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** @throws Failure if a file could not be written there. */
export async function checkWritable(path: string): Promise<void> {
  await access((await exists(path)) ? path : dirname(path), constants.W_OK).catch(() => {
    throw new Failure(`${path} cannot be written; name a file in a folder that is there and is yours`);
  });
}

/** Writes a file so that it is there as a whole or not at all. Pieces are written as they come. */
export async function writeWhole(path: string, content: string | Uint8Array | Iterable<string>): Promise<void> {
  // What is no file, such as /dev/null, must not be replaced by one.
  if ((await stat(path).catch(() => undefined))?.isFile() === false) return writeFile(path, content);
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, content);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

export async function packageVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(new URL("../../package.json", import.meta.url), "utf8"));
  return version;
}
