// The browser, the sites and the contestants of a run.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { launch, launchWithProfile, root, serve } from "../../tests/browser/harness.mjs";
import { modelFolder, modelsFolder, shared } from "../../tests/support/model.mjs";
import { enter } from "./contestant.mjs";
import { peersFolder } from "./settings.mjs";

const ISOLATED = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };

/** A benchmark cannot run here; the message says why. */
export class Skip extends Error {}

/** A file or folder of the shared one, without which a benchmark is skipped. */
export function required(name) {
  const path = shared(name);
  if (path === undefined) throw new Skip(`${name} is missing: put it into ../shared, or set LEAFCUTTER_SHARED`);
  return path;
}

export async function openLab() {
  const [models, vectors] = [shared("peers/models"), shared("peers/vectors")];
  const hasPeers = peersFolder !== undefined && existsSync(join(peersFolder, "onnxruntime-web"));
  const served = {
    "/": root,
    "/model/": modelFolder(),
    "/models/": modelsFolder,
    ...(hasPeers ? { "/peers/": peersFolder } : {}),
    ...(models ? { "/peer-models/": models } : {}),
    ...(vectors ? { "/peer-vectors/": vectors } : {}),
  };
  const browser = await launch();
  const closing = [() => browser.close()];
  const site = async (headers) => {
    const server = await serve({ mounts: served, headers });
    closing.push(() => server.close());
    return server;
  };
  const [plain, isolated] = [await site({}), await site(ISOLATED)];
  /** In a context of its own, so that no contestant shares a process, a cache or a channel with another. */
  const enterAlone = async (url, script, options) => {
    const context = await browser.newContext();
    return { ...(await enter(context, url, script, options)), close: () => context.close() };
  };

  return {
    browser: `Chromium ${browser.version()}`,
    /** Whether the packages of the peers are there, and whether the model of transformers.js is as well. */
    has: { peers: hasPeers, transformers: hasPeers && models !== undefined },
    /** @param {string} script of benches/page */
    enter: (script, options = {}) => enterAlone(plain.url, script, options),

    /** transformers.js, in an isolated page if it has several threads; undefined where it is absent. */
    async transformers(options) {
      if (!hasPeers || models === undefined) return undefined;
      return enterAlone((options.threads ?? 1) > 1 ? isolated.url : plain.url, "transformers.mjs", options);
    },

    /** A new browser whose cache is on disk and empty, and a site of its own that lets it keep what it loads. */
    async freshCache() {
      const folder = mkdtempSync(join(tmpdir(), "leafcutter-bench-"));
      const context = await launchWithProfile(folder);
      const server = await site({ "cache-control": "max-age=3600" });
      const close = async () => {
        await context.close();
        rmSync(folder, { recursive: true, force: true });
      };
      return {
        url: server.url,
        requests: server.requests,
        enter: (script, options = {}) => enter(context, server.url, script, options),
        close,
      };
    },

    /** Closes what a benchmark has left open. */
    clear: () => Promise.all(browser.contexts().map((context) => context.close())),

    async close() {
      for (const close of closing.reverse()) await close();
    },
  };
}
