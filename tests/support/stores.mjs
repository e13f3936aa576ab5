// Where set-up puts the stores that an export is searched in: scripts/setup/stores.sh.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { modelsFolder } from "./model.mjs";

const folder = path.join(modelsFolder, "../stores");

/** LanceDB, and the Arrow that it works with; undefined where it could not be installed. */
export function loadLanceDb() {
  if (!existsSync(path.join(folder, ".installed"))) return undefined;
  const require = createRequire(path.join(folder, "package.json"));
  return { lancedb: require("@lancedb/lancedb"), arrow: require("apache-arrow") };
}
