/** Bodies of requests to Qdrant's REST interface. */

import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

import type { ExportedNode } from "../library.js";
import { writeWhole } from "../paths.js";
import { numbers } from "./jsonl.js";

/** A few megabytes a request, of the 32 that Qdrant takes. */
const POINTS = 256;

const POINTS_FILE = /^points-\d+\.json$/;

/** `collection.json`, which makes a collection, and `points-00001.json` and so on, which are put into it. */
export async function writeQdrant(folder: string, nodes: ExportedNode[], dimensions: number): Promise<string[]> {
  const files: string[] = [];
  const write = async (name: string, body: object) => {
    await writeWhole(join(folder, name), `${JSON.stringify(body)}\n`);
    files.push(name);
  };
  await write("collection.json", { vectors: { size: dimensions, distance: "Cosine" } });
  for (let start = 0; start < nodes.length; start += POINTS) {
    const points = nodes.slice(start, start + POINTS).map(({ id, vector, ...payload }) => {
      return { id, vector: numbers(vector), payload };
    });
    await write(`points-${String(start / POINTS + 1).padStart(5, "0")}.json`, { points });
  }
  // Of an earlier export that was longer.
  for (const name of await readdir(folder)) {
    if (POINTS_FILE.test(name) && !files.includes(name)) await rm(join(folder, name));
  }
  return files.map((name) => join(folder, name));
}
