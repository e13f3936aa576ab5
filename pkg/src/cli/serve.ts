/** `leafcutter serve`: a folder as a site on this machine. */

import { once } from "node:events";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Arguments, Command, Tools } from "./command.js";
import { Failure, UsageError } from "./errors.js";
import { INDEX_FILE, MANIFEST_FILE } from "./index-folder.js";
import { exists, modelsFolder } from "./paths.js";
import { startServer } from "./server.js";

const DEFAULT_PORT = 8080;

/** How many ports after a busy default one are tried. */
const ATTEMPTS = 20;

export const serve: Command = {
  summary: "Serves a site or an index on 127.0.0.1",
  operands: "FOLDER",
  count: [1, 1],
  details: `Serves FOLDER, or its dist/ where the site was built into that, until Ctrl-C; for an index, a page to ask it.
Models of the cache folder are under /models/. Pages get a strict content security policy: nothing from other origins, no inline scripts or styles.`,
  options: {
    port: { type: "string", short: "p", value: "N", help: `default ${DEFAULT_PORT}, or the next that is free` },
    mount: { type: "string", value: "/PREFIX/=FOLDER", multiple: true, help: "serve a further folder under a prefix" },
  },
  run,
};

async function run(args: Arguments, tools: Tools): Promise<void> {
  const folder = args.operands[0]!;
  const about = await stat(folder).catch(() => undefined);
  if (!about?.isDirectory()) throw new Failure(`there is no folder "${folder}"; name that of a site or an index`);
  const mounts: Record<string, string> = { ...(await siteMounts(folder)), "/models/": modelsFolder() };
  for (const mount of args.list("mount")) {
    const [, prefix, target] = /^(\/(?:.*\/)?)=(.+)$/.exec(mount) ?? [];
    if (prefix === undefined || target === undefined) {
      throw new UsageError(`--mount must be /PREFIX/=FOLDER, not "${mount}"`);
    }
    mounts[prefix] = target;
  }
  const port = args.count("port", 0);
  const starting = startServer({ mounts, port: port ?? DEFAULT_PORT, attempts: port === undefined ? ATTEMPTS : 0 });
  const server = await starting.catch((error) => {
    throw new Failure(`port ${port ?? DEFAULT_PORT} cannot be used (${error.message}); name another with --port`);
  });
  tools.print(`Serving ${folder} at ${server.url} (Ctrl-C stops it)`);
  if (!tools.signal.aborted) await once(tools.signal, "abort");
  await server.close();
}

async function siteMounts(folder: string): Promise<Record<string, string>> {
  const has = (...path: string[]) => exists(join(folder, ...path));
  if (await has("index.html")) return { "/": folder };
  if (await has("dist", "index.html")) return { "/": join(folder, "dist") };
  if ((await has(MANIFEST_FILE)) && (await has(INDEX_FILE))) {
    // The page lies beside this script, the package's entry above it.
    const page = fileURLToPath(new URL("page/", import.meta.url));
    const entry = fileURLToPath(new URL("../", import.meta.url));
    return { "/": page, "/leafcutter/": entry, "/index/": folder };
  }
  return { "/": folder };
}
