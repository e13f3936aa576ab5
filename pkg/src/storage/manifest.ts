/** What a log consists of, as of its last commit. */

import { LeafcutterError } from "../errors.js";
import { isRecord } from "../checks.js";
import { sealedJson, unsealedJson } from "./checksum.js";

const VERSION = 1;

export interface Manifest {
  version: typeof VERSION;
  /** How often a manifest was put in place. */
  sequence: number;
  /** Names the log: one that begins anew, after a deletion or an import, has another. */
  log: string;
  /** How many commits there were. */
  commit: number;
  /** The first holds a whole state, each of the others the next change; the last one leads to `commit`. */
  files: { name: string; size: number }[];
  /** The request whose change was committed last: if it is still there, it is done. */
  work?: string;
}

export const writeManifest = (manifest: Manifest) => sealedJson(manifest);

/**
 * The latest of several that is sound; `undefined` if none is.
 *
 * @throws LeafcutterError `index-version` if it is of a newer version.
 */
export function latestManifest(candidates: Uint8Array[]): Manifest | undefined {
  const found = candidates.map(unsealedJson);
  if (found.some((manifest) => isRecord(manifest) && (manifest.version as number) > VERSION)) {
    throw new LeafcutterError(
      "index-version",
      "the collection is kept by a newer version; update Leafcutter to open it",
    );
  }
  const manifests = found.filter(isManifest);
  return manifests.sort((a, b) => b.sequence - a.sequence)[0];
}

function isManifest(value: unknown): value is Manifest {
  return (
    isRecord(value) &&
    value.version === VERSION &&
    Number.isSafeInteger(value.sequence) &&
    Number.isSafeInteger(value.commit) &&
    typeof value.log === "string" &&
    Array.isArray(value.files) &&
    value.files.length > 0 &&
    value.files.every((file) => isRecord(file) && typeof file.name === "string")
  );
}

/** The commit that a file of the log leads to. */
export function commitOf({ commit, files }: Manifest, index: number): number {
  return commit - (files.length - 1 - index);
}
