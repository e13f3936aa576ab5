/** The settings that `leafcutter tune` writes and other commands read: `leafcutter.config.json`. */

import { readFile } from "node:fs/promises";

import type { BuildSettings } from "./collection.js";
import type { Option } from "./command.js";
import { Failure } from "./errors.js";

/** How a collection is best opened and asked, as its owner's questions say. */
export interface Config {
  /** Options of `open`. */
  open: Pick<BuildSettings, "chunking" | "tree">;
  /** Options of `search`, and but for `k` of `context` and `answer`. */
  ask: { k?: number; hybrid?: { alpha: number } };
}

export const CONFIG_OPTION = {
  config: { type: "string", value: "FILE", help: "settings that leafcutter tune wrote; other options go before them" },
} satisfies Record<string, Option>;

/** @throws Failure if the file is none that {@link Config} describes. */
export async function readConfig(file: string | undefined): Promise<Config> {
  if (file === undefined) return { open: {}, ask: {} };
  const advice = "write it with leafcutter tune";
  const text = await readFile(file, "utf8").catch((error: Error) => {
    throw new Failure(`${file} cannot be read: ${error.message}; ${advice}`);
  });
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    throw new Failure(`${file} is no JSON: ${(error as Error).message}; ${advice}`);
  }
  const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value);
  const { open = {}, ask = {} } = (isObject(config) ? config : {}) as Partial<Config>;
  if (!isObject(config) || !isObject(open) || !isObject(ask))
    throw new Failure(`${file} is no configuration; ${advice}`);
  return { open, ask };
}

/** Settings of a configuration, and over them those that were given. */
export function configured(config: Config, given: BuildSettings): BuildSettings {
  const { chunking, tree, ...rest } = given;
  const settings: BuildSettings = { ...config.open, ...rest };
  if (chunking) settings.chunking = { ...config.open.chunking, ...chunking };
  if (tree) settings.tree = { ...config.open.tree, ...tree };
  return settings;
}
