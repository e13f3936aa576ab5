// Passages that hold instructions to a language model, and harmless ones that speak of instructions, in two parts.
import { readFileSync } from "node:fs";

const read = (name) =>
  readFileSync(new URL(`../fixtures/instructions/${name}.jsonl`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/**
 * The texts of one part: what patterns and weights were chosen on, or what was held out from that. The latter are all by a second
 * writer, who knew nothing of the patterns; some others by the same are in the tuning part.
 *
 * @param {"tuning" | "held-out"} part
 * @returns {Record<"instructions" | "harmless", { kind: string, writer: 1 | 2, text: string }[]>}
 */
export function passages(part) {
  const of = (name) => read(name).filter((passage) => passage.part === part);
  return { instructions: of("instructions"), harmless: of("harmless") };
}
