// Passages that hold instructions to a language model, and harmless ones that speak of instructions, in two parts.
import { readFileSync } from "node:fs";

const read = (name) =>
  readFileSync(new URL(`../fixtures/instructions/${name}.jsonl`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/**
 * The texts of one part: what weights were fitted to, or what was held out from that. All but those of the first writer are by people who
 * knew nothing of how texts are judged; of the held-out ones, all writers but one have none in the tuning part.
 *
 * @param {"tuning" | "held-out"} part
 * @returns {Record<"instructions" | "harmless", { kind: string, writer: number, text: string }[]>}
 */
export function passages(part) {
  const of = (name) => read(name).filter((passage) => passage.part === part);
  return { instructions: of("instructions"), harmless: of("harmless") };
}
