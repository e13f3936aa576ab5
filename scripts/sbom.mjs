// Writes what the npm package is made of as a CycloneDX document: the crates in its modules and the npm packages in its scripts, each
// with its version, licence and checksum, and which needs which. Packing the package runs it; the same lock files give the same bytes.
//   node scripts/sbom.mjs [FILE]     default: pkg/dist/sbom.cdx.json
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { licenceOf } from "./licence-names.mjs";

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "..");
const file = path.resolve(process.argv[2] ?? path.join(root, "pkg/dist/sbom.cdx.json"));
const json = (name) => JSON.parse(readFileSync(path.join(root, name), "utf8"));
/** By code units, whatever the language of the machine. */
const byRef = (one, other) => (one["bom-ref"] < other["bom-ref"] ? -1 : 1);

const licences = (name, given) => [{ expression: licenceOf(name, given) }];

/** The crates that the module of all features links, and which of them needs which. */
function crates() {
  const platform = ["--filter-platform", "wasm32-unknown-unknown"];
  const { status, stdout, stderr } = spawnSync(
    "cargo",
    ["metadata", "--format-version", "1", "--locked", ...platform],
    {
      cwd: root,
      encoding: "utf8",
      maxBuffer: 1 << 28,
    },
  );
  if (status !== 0) throw new Error(`cargo metadata ended with ${status}: ${stderr}`);
  const { packages, resolve } = JSON.parse(stdout);
  const packageOf = new Map(packages.map((each) => [each.id, each]));
  const nodeOf = new Map(resolve.nodes.map((each) => [each.id, each]));
  const checksums = new Map();
  const entries = readFileSync(path.join(root, "Cargo.lock"), "utf8").matchAll(
    /name = "(.+)"\nversion = "(.+)"\n(?:source = .+\n)?checksum = "(.+)"/g,
  );
  for (const [, name, version, checksum] of entries) checksums.set(`${name}@${version}`, checksum);
  const refOf = (id) => `pkg:cargo/${packageOf.get(id).name}@${packageOf.get(id).version}`;
  // What only builds or tests is in no module.
  const needs = (id) =>
    nodeOf
      .get(id)
      .deps.filter(({ dep_kinds: kinds }) => kinds.some(({ kind }) => kind === null))
      .map(({ pkg }) => pkg);
  const found = new Set(needs(resolve.root));
  for (const id of found) needs(id).forEach((other) => found.add(other));
  const components = [...found].map((id) => {
    const { name, version, license } = packageOf.get(id);
    const checksum = checksums.get(`${name}@${version}`);
    return {
      type: "library",
      "bom-ref": refOf(id),
      name,
      version,
      licenses: licences(name, license),
      ...(checksum && { hashes: [{ alg: "SHA-256", content: checksum }] }),
      purl: refOf(id),
    };
  });
  const dependencies = [...found].map((id) => ({ ref: refOf(id), dependsOn: needs(id).map(refOf).sort() }));
  return { components, dependencies, roots: needs(resolve.root).map(refOf) };
}

/** The npm packages that the scripts import, and which of them needs which. What users bring along is none of them. */
function npmPackages() {
  const { packages } = json("package-lock.json");
  const { devDependencies, peerDependencies } = json("pkg/package.json");
  const folder = path.join(root, "pkg/src");
  const names = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".ts"));
  const sources = names.map((name) => readFileSync(path.join(folder, name), "utf8"));
  /** Where the package `name` is that the one at `from` gets. */
  const locate = (from, name) => {
    for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
      const place = `${at && `${at}/`}node_modules/${name}`;
      if (packages[place]) return place;
      if (at === "") return undefined;
    }
  };
  const needs = (place) => Object.keys(packages[place].dependencies ?? {}).flatMap((name) => locate(place, name) ?? []);
  const refOf = (place) => {
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    return `pkg:npm/${name.replace("@", "%40")}@${packages[place].version}`;
  };
  const isBundled = (name) => !(name in peerDependencies) && sources.some((text) => text.match(`from "${name}["/]`));
  const roots = Object.keys(devDependencies)
    .filter(isBundled)
    .map((name) => locate("pkg", name));
  const found = new Set(roots);
  for (const place of found) needs(place).forEach((other) => found.add(other));
  const components = [...found].map((place) => {
    const { version, license, integrity } = packages[place];
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    const [algorithm, content] = integrity.split("-", 2);
    return {
      type: "library",
      "bom-ref": refOf(place),
      name,
      version,
      licenses: licences(name, license),
      hashes: [{ alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(content, "base64").toString("hex") }],
      purl: refOf(place),
    };
  });
  const dependencies = [...found].map((place) => ({ ref: refOf(place), dependsOn: needs(place).map(refOf).sort() }));
  return { components, dependencies, roots: roots.map(refOf) };
}

const { name, version, license, description } = json("pkg/package.json");
const self = `pkg:npm/${name}@${version}`;
const [rust, npm] = [crates(), npmPackages()];
/** One of each: a package may be installed in more than one place. */
const once = (list, ref) => [...new Map(list.map((each) => [each[ref], each])).values()];
const components = once([...rust.components, ...npm.components], "bom-ref").sort(byRef);
const dependencies = once([...rust.dependencies, ...npm.dependencies], "ref");
dependencies.sort((one, other) => (one.ref < other.ref ? -1 : 1));
dependencies.unshift({ ref: self, dependsOn: [...rust.roots, ...npm.roots].sort() });
const component = {
  type: "library",
  "bom-ref": self,
  name,
  version,
  description,
  licenses: licences(name, license),
  purl: self,
};
const digest = createHash("sha256")
  .update(JSON.stringify([component, components, dependencies]))
  .digest("hex");
// A UUID of version 8, whose bits are the maker's to choose.
const uuid = [digest.slice(0, 8), digest.slice(8, 12), `8${digest.slice(13, 16)}`, `8${digest.slice(17, 20)}`];
const document = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  serialNumber: `urn:uuid:${uuid.join("-")}-${digest.slice(20, 32)}`,
  version: 1,
  metadata: { component },
  components,
  dependencies,
};
mkdirSync(path.dirname(file), { recursive: true });
writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
