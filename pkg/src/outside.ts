/** Embeddings that the caller's own embedder computes, checked. */

import { LeafcutterError, throwIfCancelled } from "./errors.js";
import type { OutsideEmbedder } from "./types.js";

/**
 * The rows of the texts one after the other, each of length 1.
 *
 * @throws LeafcutterError `embedder` if it gives something else than an embedding for each text.
 */
export async function embedOutside(
  { dimensions, embed }: OutsideEmbedder,
  texts: string[],
  options: { role: "query" | "passage"; signal: AbortSignal },
): Promise<Float32Array> {
  const rows = await embed(texts, options);
  throwIfCancelled(options.signal);
  const wrong = (what: string) =>
    new LeafcutterError(
      "embedder",
      `the embedder must give ${texts.length} embeddings of ${dimensions} numbers; ${what}`,
    );
  if (rows?.length !== texts.length) throw wrong(`it gave ${rows?.length ?? "none"}`);
  const result = new Float32Array(texts.length * dimensions);
  for (let index = 0; index < texts.length; index++) {
    const row = rows[index];
    if (row?.length !== dimensions) throw wrong(`one has ${row?.length ?? "none"}`);
    const own = result.subarray(index * dimensions, (index + 1) * dimensions);
    own.set(row);
    const length = Math.hypot(...own);
    if (!Number.isFinite(length)) throw wrong("one has something else than finite numbers");
    if (length > 0) own.forEach((value, position) => (own[position] = value / length));
  }
  return result;
}
