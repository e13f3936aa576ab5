// What the figures were measured on.
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** Instructions that multiply small integers, and what they stand on. */
const FLAGS = ["avx2", "fma", "avx_vnni", "avx512f", "avx512_vnni", "asimd", "asimddp", "i8mm"];

/** The processor's name, its cores, and which of the flags that matter it has. */
export function processor() {
  const [{ model } = { model: "" }] = cpus();
  return { model: model.trim() || process.arch, cores: cpus().length, flags: flags() };
}

/** @returns {string[] | undefined} undefined where the system does not tell */
function flags() {
  let text;
  try {
    text = readFileSync("/proc/cpuinfo", "utf8");
  } catch {
    return undefined;
  }
  const line = text.match(/^(?:flags|Features)\s*:(.*)$/m)?.[1] ?? "";
  const present = new Set(line.trim().split(/\s+/));
  return FLAGS.filter((flag) => present.has(flag));
}
