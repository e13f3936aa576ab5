// Fits a detector to passages, by `examples/fit_detector.rs`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "../..");
/** The profile of the benchmarks, which is fast. */
const COMMAND = ["run", "--quiet", "--profile", "bench", "--example", "fit_detector", "--"];

/**
 * @param {{ views: string[], label: number, counts: number, part: "fit" | "judge" }[]} passages
 * @returns {{ bytes: Buffer, odds: number[] }} the detector, and what it says of the passages that it is to judge
 */
export function fitDetector(passages) {
  const folder = mkdtempSync(path.join(tmpdir(), "leafcutter-detector-"));
  const [given, made] = ["passages.jsonl", "detector"].map((name) => path.join(folder, name));
  try {
    writeFileSync(given, passages.map((passage) => JSON.stringify(passage)).join("\n"));
    const { status, stdout } = spawnSync("cargo", [...COMMAND, given, made], {
      cwd: ROOT,
      encoding: "utf8",
      maxBuffer: 1 << 26,
      stdio: ["ignore", "pipe", "inherit"],
    });
    if (status !== 0) throw new Error("the detector was not fitted");
    return { bytes: readFileSync(made), odds: stdout.trim().split("\n").filter(Boolean).map(Number) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
