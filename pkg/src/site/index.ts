/** Search for a static site, over the index that `leafcutter build --site` writes. */

import { instantiateSite } from "../dispatch.js";
import { LeafcutterError, throwIfCancelled } from "../errors.js";
import { resolveAddress } from "../platform.js";
import { SiteFiles } from "./files.js";
import { Site, toldError, type QuestionEncoder } from "./site.js";
import type { OpenSiteOptions, SiteModule } from "./types.js";

export { LeafcutterError, type ErrorCode } from "../errors.js";
export { Site } from "./site.js";
export type * from "./types.js";

// Written out one by one, so that bundlers see them.
const MODULES = {
  site: new URL("./site.wasm", import.meta.url),
  whole: new URL("./site-whole.wasm", import.meta.url),
};

/**
 * Opens the index of a site.
 *
 * @param base - Address of the folder that `leafcutter build --site` wrote.
 * @throws LeafcutterError `index-fetch`, `wasm-fetch`, `index-format`, `index-version`, `index-damaged`.
 */
export async function openSite(base: string | URL, options: OpenSiteOptions = {}): Promise<Site> {
  const { model = "on-focus", modelUrl, focus, wasm = MODULES, onState, signal } = options;
  if (!["on-focus", "eager", "never"].includes(model)) {
    throw new LeafcutterError("invalid-option", `options.model: expected "on-focus", "eager" or "never", got ${model}`);
  }
  throwIfCancelled(signal);
  const files = new SiteFiles(folder(base));
  const open = async (module: SiteModule, root: Uint8Array | Promise<Uint8Array>) => {
    const [bindings, bytes] = await Promise.all([instantiateSite(module), root]);
    const reader = new bindings.Site();
    const wrong = reader.open(bytes);
    if (wrong !== "") throw toldError(wrong);
    return reader;
  };
  const loading = files.root(signal);
  const openWhole = async () => open(wasm.whole, await loading);
  // The first module has the stemmer of English alone.
  const unknown = (error: unknown) => (error as { code?: unknown }).code === "invalid-option";
  const reader = await open(wasm.site, loading).catch((error) =>
    unknown(error) ? openWhole() : Promise.reject(error),
  );
  const load = model === "never" || modelUrl === undefined ? undefined : () => loadEncoder(modelUrl);
  const site = new Site(reader, { files, openWhole, loadEncoder: load, onState });
  // What becomes of it, the state tells.
  const begin = () => void site.loadModel().catch(() => {});
  if (load && model === "eager") begin();
  const fields = focus ?? (globalThis as { document?: Document }).document;
  if (load && model === "on-focus") fields?.addEventListener("focusin", begin, { once: true });
  return site;
}

function folder(base: string | URL): URL {
  const url = resolveAddress(typeof base === "string" && !base.endsWith("/") ? `${base}/` : base);
  return url.pathname.endsWith("/") ? url : new URL(`${url.href}/`);
}

/** The whole package, loaded only here, with a collection that stays empty: its worker has the model. */
async function loadEncoder(model: string | URL): Promise<QuestionEncoder> {
  const { Leafcutter } = await import("../index.js");
  const collection = await Leafcutter.open({ name: "site", model, storage: "memory", workers: 0 });
  const { runtime } = await collection.stats();
  return {
    model: runtime.model,
    async encode(text, signal) {
      const [vector] = await collection.embed([text], { role: "query", ...(signal && { signal }) });
      return vector!;
    },
    close: () => collection.close(),
  };
}
