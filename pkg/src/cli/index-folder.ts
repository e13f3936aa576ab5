/** The folder that `leafcutter build` writes: a snapshot, and a manifest that says what it is. */

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

import type { BuildSettings } from "./collection.js";
import { Failure } from "./errors.js";
import type { Stats } from "./library.js";
import { exists, writeWhole } from "./paths.js";

export const INDEX_FILE = "index.leafcutter";
export const MANIFEST_FILE = "manifest.json";

const MANIFEST_FORMAT = "leafcutter-index";
const MANIFEST_VERSION = 1;

export interface Manifest {
  format: typeof MANIFEST_FORMAT;
  version: number;
  index: { file: string; bytes: number; sha256: string };
  /** Name of the model's folder or file, and its identity, which an index can only be opened with. */
  model: { name: string; identity: string };
  /** Handed to the library again when the index is opened. */
  settings: BuildSettings;
  counts: Pick<Stats, "documents" | "chunks" | "levels">;
}

/** Writes the index, then the manifest that points to it. The same input gives the same bytes. */
export async function writeIndex(
  folder: string,
  bytes: Uint8Array,
  { model, settings, stats }: { model: string; settings: BuildSettings; stats: Stats },
): Promise<Manifest> {
  const { documents, chunks, levels, runtime } = stats;
  const manifest: Manifest = {
    format: MANIFEST_FORMAT,
    version: MANIFEST_VERSION,
    index: { file: INDEX_FILE, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") },
    model: { name: model, identity: runtime.model },
    settings,
    counts: { documents, chunks, levels },
  };
  await writeWhole(join(folder, INDEX_FILE), bytes);
  await writeWhole(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 2)}\n`);
  return manifest;
}

/**
 * Reads an index.
 *
 * @param path - The folder, or the snapshot in it.
 * @throws Failure if there is none. Whether the bytes are sound, the library checks.
 */
export async function readIndex(path: string): Promise<{ bytes: Uint8Array; manifest: Manifest }> {
  const about = await stat(path).catch(() => undefined);
  const folder = about?.isDirectory() ? path : dirname(path);
  const file = join(folder, MANIFEST_FILE);
  if (!about || !(await exists(file))) {
    throw new Failure(`there is no index at "${path}"; make one with "leafcutter build PATHS... --out ${path}"`);
  }
  const manifest = parseManifest(file, await readFile(file, "utf8"));
  return { bytes: await readFile(join(folder, INDEX_FILE)), manifest };
}

function parseManifest(file: string, text: string): Manifest {
  let manifest: Partial<Manifest> | null;
  try {
    manifest = JSON.parse(text);
  } catch {
    manifest = null;
  }
  const advice = 'run "leafcutter build" again';
  const { format, version, model, settings } = manifest ?? {};
  if (format !== MANIFEST_FORMAT || typeof model?.name !== "string" || typeof settings !== "object") {
    throw new Failure(`${file} is no manifest of an index; ${advice}`);
  }
  if (version !== MANIFEST_VERSION)
    throw new Failure(`${file} is of version ${version}, not ${MANIFEST_VERSION}; ${advice}`);
  return manifest as Manifest;
}
