/** What a log consists of, as of its last commit. */

import { isRecord } from "../validate.js";
import { sealedJson, unsealedJson } from "./checksum.js";

export interface Manifest {
  version: 1;
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

/** The latest of several that is sound; `undefined` if none is. */
export function latestManifest(candidates: Uint8Array[]): Manifest | undefined {
  const manifests = candidates.map(unsealedJson).filter(isManifest);
  return manifests.sort((a, b) => b.sequence - a.sequence)[0];
}

function isManifest(value: unknown): value is Manifest {
  return (
    isRecord(value) &&
    value.version === 1 &&
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
