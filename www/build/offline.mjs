// The service worker, and the list of what it keeps.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { filesBelow } from "./assets.mjs";

/**
 * What is large and seldom wanted is kept once a page has loaded it: of the samples and the package, but for its search of a site
 * and what looks for instructions, without which there is no context.
 */
const SELDOM = /^(samples\/|leafcutter-[^/]*\/(?!site\/|guard\/))/;
const LARGE_BYTES = 200_000;
/** The many small files of the index also lie in one, so that the worker asks for one. */
const PACKED = /^search\/.*\.lcs$/;
const PACK = "search.pack";
const LIST = "files.json";
const WORKER = "service-worker.js";

/**
 * Writes `to`/service-worker.js, which keeps all other files of `to`, the list of them, and the pack.
 *
 * @param {{ from: string, to: string }} options `from` has the worker's source
 */
export async function buildServiceWorker({ from, to }) {
  const paths = filesBelow(to).filter((path) => ![LIST, WORKER, PACK].includes(path));
  const read = (path) => readFileSync(join(to, path));
  const files = paths
    .filter((path) => !PACKED.test(path))
    .map((path) => {
      const bytes = read(path);
      const onDemand = SELDOM.test(path) && bytes.length > LARGE_BYTES;
      return [path, digest(bytes), ...(onDemand ? [1] : [])];
    });
  const packed = paths.filter((path) => PACKED.test(path)).map((path) => [path, read(path)]);
  const pack = Buffer.concat(packed.map(([, bytes]) => bytes));
  writeFileSync(join(to, PACK), pack);
  const list = JSON.stringify({
    files,
    pack: { path: PACK, sha256: digest(pack), files: packed.map(([path, bytes]) => [path, bytes.length]) },
  });
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
