// What pages load: the site's scripts and styles, and the package, all under names that tell what they hold. So a page never
// meets a script of another version, whoever kept it.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { build } from "esbuild";

/** What pages load of the package: neither the types nor the command line, nor what adapts it to other packages. */
const PACKAGE_FILES = /\.(js|wasm|zip|txt)$/;
const PACKAGE_LEFT_OUT = /^(cli|langchain|ai-sdk)\/|service-worker\.js$/;

/**
 * Copies the package into `to`, into a folder named by what it holds.
 *
 * @returns {string} the folder's name
 */
export function copyPackage({ from, to }) {
  const files = filesBelow(from).filter((file) => PACKAGE_FILES.test(file) && !PACKAGE_LEFT_OUT.test(file));
  const hash = createHash("sha256");
  for (const file of files) hash.update(file).update(readFileSync(join(from, file)));
  const name = `leafcutter-${hash.digest("hex").slice(0, 10)}`;
  for (const file of files) cpSync(join(from, file), join(to, name, file), { recursive: true });
  return name;
}

/**
 * Bundles scripts and styles of `from` into `to`/assets.
 *
 * @param {{ from: string, to: string, package: string, manifest: string, modules: string[], classic: string[], styles: string[] }} options
 *   the package's folder below `to`, its package.json, and the entries without their extensions
 * @returns {Promise<Record<string, string>>} the path of each asset, by its entry's name
 */
export async function bundleAssets({ from, to, package: folder, manifest, modules, classic, styles }) {
  /** @type {import("esbuild").BuildOptions} */
  const shared = {
    absWorkingDir: from,
    outdir: join(to, "assets"),
    entryNames: "[name]-[hash]",
    chunkNames: "shared-[hash]",
    bundle: true,
    minify: true,
    metafile: true,
    target: "es2022",
    logLevel: "warning",
  };
  const scripts = (names) => names.map((name) => `${name}.ts`);
  const builds = await Promise.all([
    build({
      ...shared,
      entryPoints: scripts(modules),
      format: "esm",
      splitting: true,
      plugins: [besideTheSite(folder, JSON.parse(readFileSync(manifest, "utf8")).exports)],
    }),
    build({ ...shared, entryPoints: scripts(classic), format: "iife" }),
    build({ ...shared, entryPoints: styles.map((name) => `${name}.css`) }),
  ]);
  const assets = {};
  for (const { metafile } of builds) {
    for (const [output, { entryPoint }] of Object.entries(metafile.outputs)) {
      if (entryPoint === undefined) continue;
      const name = entryPoint.replace(/^.*\//, "").replace(/\.\w+$/, "");
      assets[name] = relative(to, join(from, output)).replaceAll(sep, "/");
    }
  }
  return assets;
}

/** The package stays beside the scripts, so that its workers and modules lie where it looks for them. */
function besideTheSite(folder, exports) {
  return {
    name: "leafcutter-beside-the-site",
    setup(each) {
      each.onResolve({ filter: /^leafcutter(\/|$)/ }, ({ path }) => {
        const entry = exports[path.replace(/^leafcutter/, ".")].default;
        return { path: `../${folder}/${entry.replace("./dist/", "")}`, external: true };
      });
    },
  };
}

/** The paths of all files below a folder, with slashes, in order. */
export function filesBelow(folder) {
  mkdirSync(folder, { recursive: true });
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .sort();
}
