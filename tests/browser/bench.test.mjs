// The benchmarks run, and their rows have the form that is promised. What they measure is not looked at.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";

import { root } from "./harness.mjs";

/** Runs the benchmarks by name and gives their rows. */
function bench(t, only) {
  const folder = mkdtempSync(join(tmpdir(), "leafcutter-bench-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const out = join(folder, "bench.json");
  const env = { ...process.env, ONLY: only, QUICK: "1", RUNS: "", OUT: out };
  const { status, stderr } = spawnSync(process.execPath, ["benches/run.mjs"], { cwd: root, env, encoding: "utf8" });
  return { status, stderr, rows: status === 0 ? JSON.parse(readFileSync(out, "utf8")) : undefined };
}

test("a benchmark by name writes its row", { timeout: 600_000 }, (t) => {
  const { rows, stderr } = bench(t, "embed-query");
  assert.equal(rows?.length, 1, stderr);
  const [{ name, unit, leafcutter, peer, peerValue, ratio, runs }] = rows;
  assert.deepEqual(
    { name, unit, peer, runs },
    { name: "embed-query", unit: "ms", peer: "transformers.js q8, 1 thread", runs: 1 },
  );
  assert.ok(leafcutter > 0);
  // The peers are installed for `make bench` only.
  if (peerValue === null) assert.equal(ratio, null);
  else assert.ok(Math.abs(ratio - peerValue / leafcutter) < 0.01 * ratio, `${ratio}`);
});

test("a name that is none is refused with the names that are", (t) => {
  const { status, stderr } = bench(t, "embed-nothing");
  assert.equal(status, 1);
  assert.match(stderr, /embed-nothing.*\n.*embed-batch/);
});
