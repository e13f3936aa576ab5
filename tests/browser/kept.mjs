// A site with the small model of `tests/support/kept.mjs`, for tests of collections that are kept.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { convertModel } from "../../pkg/dist/index.js";
import { tinyModel } from "../support/kept.mjs";
import { launchWithProfile, root, serve } from "./harness.mjs";

/** Sets up the site and a browser with a profile on disk. `page()` is a new page that has `kept`, the exports of `kept-page.mjs`. */
export async function keptSite(t) {
  const folder = await mkdtemp(join(tmpdir(), "leafcutter-kept-"));
  // The browser may still be writing to its profile.
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));
  const model = await convertModel({ files: tinyModel() });
  await writeFile(join(folder, "tiny.safetensors"), model);
  const site = await serve({ mounts: { "/": root, "/tiny/": folder } });
  t.after(() => site.close());
  const context = await launchWithProfile(join(folder, "profile"));
  t.after(() => context.close());
  const page = async (expose = {}) => {
    const page = await context.newPage();
    for (const [name, task] of Object.entries(expose)) await page.exposeFunction(name, task);
    await page.goto(new URL("tests/browser/blank.html", site.url).href);
    await page.evaluate(async () => {
      globalThis.kept = await import("/tests/support/kept-page.mjs");
    });
    return page;
  };
  return { context, model, page, origin: new URL(site.url).origin };
}
