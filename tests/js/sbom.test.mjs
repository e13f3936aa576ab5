// The list of what the package is made of: whole, and the same each time.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { temporaryFolder } from "./support.mjs";

test("all that the package is made of is listed with its licence and checksum, in the same bytes each time", async () => {
  const folder = await temporaryFolder();
  const written = ["one.json", "other.json"].map((name) => path.join(folder, name));
  for (const file of written) execFileSync("node", ["scripts/sbom.mjs", file]);
  const [one, other] = await Promise.all(written.map((file) => readFile(file, "utf8")));
  assert.equal(one, other);
  const { components, dependencies, metadata, serialNumber } = JSON.parse(one);
  assert.match(serialNumber, /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  for (const { name, version, licenses, hashes, purl } of components) {
    assert(version && licenses[0].expression && hashes.length === 1 && purl.startsWith("pkg:"), name);
  }
  const refs = components.map((component) => component["bom-ref"]);
  assert.equal(new Set(refs).size, refs.length);
  assert.deepEqual([...refs, metadata.component["bom-ref"]].sort(), dependencies.map(({ ref }) => ref).sort());
  const known = new Set(refs);
  assert(dependencies.every(({ dependsOn }) => dependsOn.every((ref) => known.has(ref))));
  const names = new Set(components.map(({ name }) => name));
  // What is in modules and scripts, by itself and because another needs it; and what only tests and builds with.
  for (const name of ["candle-core", "gemm", "pdfjs-dist", "mammoth", "jszip"]) assert(names.has(name), name);
  for (const name of ["proptest", "criterion", "esbuild", "playwright-core", "ai"]) assert(!names.has(name), name);
  console.log(`figure: ${components.length} components, each with licence and checksum, the same bytes twice`);
});
