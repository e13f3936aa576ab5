// The service worker, and the list of what it keeps.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { filesBelow } from "./assets.mjs";

/** What is large and seldom wanted is kept once a page has loaded it. */
const ON_DEMAND = /^(samples\/|leafcutter-[^/]*\/(relaxed|simd)\.wasm$)/;
const LIST = "files.json";
const WORKER = "service-worker.js";

/**
 * Writes `to`/service-worker.js, which keeps all other files of `to`, and the list of them.
 *
 * @param {{ from: string, to: string }} options `from` has the worker's source
 */
export async function buildServiceWorker({ from, to }) {
  const kept = filesBelow(to).filter((path) => path !== LIST && path !== WORKER);
  const files = kept.map((path) => ({
    path,
    sha256: digest(readFileSync(join(to, path))),
    onDemand: ON_DEMAND.test(path),
  }));
  const list = JSON.stringify(
    files.map(({ path, sha256, onDemand }) => (onDemand ? [path, sha256, 1] : [path, sha256])),
  );
  const sha256 = digest(list);
  writeFileSync(join(to, LIST), list);
  await build({
    entryPoints: [join(from, "service-worker.ts")],
    outfile: join(to, WORKER),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    define: { LIST_PATH: JSON.stringify(LIST), LIST_SHA256: JSON.stringify(sha256) },
    logLevel: "warning",
  });
}

/** As browsers hold what they fetch against it. */
function digest(bytes) {
  return `sha256-${createHash("sha256").update(bytes).digest("base64")}`;
}
