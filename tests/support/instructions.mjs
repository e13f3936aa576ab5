// Passages that hold instructions to a language model, and harmless ones that speak of instructions, in two parts.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Another seed makes another split; what is tuned on one must not be shown on another. */
const SEED = "leafcutter 2026";
/** Of 256. */
const HELD_OUT = 118;

const read = (name) =>
  readFileSync(new URL(`../fixtures/instructions/${name}.jsonl`, import.meta.url), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** Whether a text is kept from tuning, by its hash. */
const isHeldOut = (text) => createHash("sha256").update(`${SEED} ${text}`).digest()[0] < HELD_OUT;

/**
 * The texts of one part: what patterns, prototypes and thresholds were chosen on, or what was held out from that.
 *
 * @param {"tuning" | "held-out"} part
 * @returns {{ instructions: { kind: string, text: string }[], harmless: { kind: string, text: string }[] }}
 */
export function passages(part) {
  const of = (name) => read(name).filter(({ text }) => isHeldOut(text) === (part === "held-out"));
  return { instructions: of("instructions"), harmless: of("harmless") };
}
