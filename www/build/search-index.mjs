// The index that readers of the site search: as `leafcutter build --site` makes it of the site's own pages.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";

/**
 * Indexes the pages that are in `site` by now, into its folder `search`.
 *
 * @param {{ site: string, command: string }} options `command` is the path of the command-line tool
 */
export function buildSearchIndex({ site, command }) {
  const out = join(site, "search");
  rmSync(out, { recursive: true, force: true });
  execFileSync(process.execPath, [command, "build", site, "--site", "--out", out, "--workers", "0"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
}
