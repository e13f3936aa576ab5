// Holds every crate and npm package that is built with against the licences that may be used, and the places that they may come from. Of
// crates `scripts/deny.sh` tells more, by a tool that takes minutes to build.
//   node scripts/licences.mjs [--figure]
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { printResult } from "./figures/result.mjs";
import { licenceOf } from "./licence-names.mjs";

/** The list of `deny.toml`. */
const ALLOWED = new Set(
  /^allow = \[([^\]]*)\]/m
    .exec(readFileSync("deny.toml", "utf8"))[1]
    .match(/"[^"]+"/g)
    .map((name) => JSON.parse(name)),
);
/** What tools may have that run while testing and are in nothing that is published. */
const ALLOWED_IN_TOOLS = new Set(["CC-BY-4.0", "MPL-2.0"]);
/** Engines that the module for browsers goes without, and what would reach outside. */
const BANNED_IN_MODULE = ["onig", "pcre2", "openssl-sys", "reqwest", "hf-hub"];
const REGISTRY = "registry+https://github.com/rust-lang/crates.io-index";

/** Whether an SPDX expression can be met by allowed licences alone. */
function isAllowed(expression) {
  const tokens = expression.match(/[()]|[^\s()]+/g) ?? [];
  let at = 0;
  const single = () => {
    if (tokens[at] === "(") {
      at++;
      const inner = either();
      at++;
      return inner;
    }
    let name = tokens[at++];
    if (tokens[at] === "WITH") name += ` WITH ${tokens[(at += 2) - 1]}`;
    return ALLOWED.has(name);
  };
  const both = () => {
    let all = single();
    while (tokens[at] === "AND") {
      at++;
      all = single() && all;
    }
    return all;
  };
  const either = () => {
    let any = both();
    while (tokens[at] === "OR") {
      at++;
      any = both() || any;
    }
    return any;
  };
  return tokens.length > 0 && either() && at === tokens.length;
}

/** Runs cargo and answers with what it prints. */
function cargo(...args) {
  const { status, stdout, stderr } = spawnSync("cargo", args, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`cargo ${args[0]} ended with ${status}: ${stderr}`);
  return stdout;
}

const wrong = [];
const { packages } = JSON.parse(cargo("metadata", "--format-version", "1", "--locked"));
const crates = packages.filter(({ source }) => source !== null);
for (const { name, version, license: given, source } of crates) {
  const license = licenceOf(name, given);
  if (!license || !isAllowed(license)) wrong.push(`crate ${name} ${version}: licence ${license ?? "not told"}`);
  if (source !== REGISTRY) wrong.push(`crate ${name} ${version}: from ${source}`);
}

const tree = ["tree", "--locked", "--edges", "normal", "--target", "wasm32-unknown-unknown", "--prefix", "none"];
const inModule = new Set(
  cargo(...tree, "--format", "{p}")
    .split("\n")
    .map((line) => line.split(" ")[0]),
);
for (const name of BANNED_IN_MODULE)
  if (inModule.has(name)) wrong.push(`crate ${name}: not in the module for browsers`);

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const npm = Object.entries(lock.packages).filter(([path, { link }]) => path.includes("node_modules/") && !link);
for (const [path, { license: given, dev }] of npm) {
  const license = licenceOf(path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length), given);
  if (dev && ALLOWED_IN_TOOLS.has(license)) continue;
  if (!license || !isAllowed(license)) wrong.push(`npm ${path}: licence ${license ?? "not told"}`);
}

for (const line of wrong) console.error(line);
const counted = `${crates.length} crates, ${inModule.size - 1} of them in the module, and ${npm.length} npm packages`;
if (process.argv.includes("--figure")) printResult(`${counted}, ${wrong.length} against the rules`, wrong.length === 0);
else console.log(`Licences: ${counted}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
