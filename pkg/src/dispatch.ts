/** Picks the module that suits the machine and makes it ready. The only importer of the generated bindings. */

import { relaxedSimd, simd } from "wasm-feature-detect";

import makeBindings from "#generated-bindings";
import makeSiteBindings from "#generated-site-bindings";
import type { Bindings, SiteBindings } from "./bindings.js";
import { cancelled, LeafcutterError } from "./errors.js";
import { fetchOrRead, resolveAddress } from "./platform.js";
import type { WasmSource } from "./protocol.js";
import type { Runtime } from "./types.js";

export interface CompiledModule {
  module: WebAssembly.Module;
  variant: Runtime["module"];
}

/**
 * Compiles the module. It can be sent to other threads, which need not load it again.
 *
 * @throws LeafcutterError `unsupported-browser` without WebAssembly SIMD; `wasm-fetch` if the module does not load.
 */
export async function compile(source: WasmSource, signal?: AbortSignal): Promise<CompiledModule> {
  if (!(await simd())) {
    throw new LeafcutterError(
      "unsupported-browser",
      "WebAssembly SIMD is missing here; it is in Chrome 91, Firefox 89, Safari 16.4, Node 16 and later",
    );
  }
  if ("module" in source) {
    const { module } = source;
    return {
      module: module instanceof WebAssembly.Module ? module : await WebAssembly.compile(module),
      variant: "custom",
    };
  }
  const variant = (await relaxedSimd()) ? "relaxed" : "simd";
  return { module: await fetchModule(new URL(source[variant]), signal), variant };
}

async function fetchModule(url: URL, signal?: AbortSignal): Promise<WebAssembly.Module> {
  try {
    const response = await fetchOrRead(url, signal);
    if (!response.ok) throw new Error(`status ${response.status}`);
    // Compiling while loading works only when the server names the type.
    if (response.headers.get("content-type") === "application/wasm")
      return await WebAssembly.compileStreaming(response);
    return await WebAssembly.compile(await response.arrayBuffer());
  } catch (error) {
    if (signal?.aborted) throw cancelled(signal);
    const advice =
      "check that the package's .wasm files are served beside its scripts, and that a content security policy allows 'wasm-unsafe-eval'";
    throw new LeafcutterError("wasm-fetch", `${url.href}: ${(error as Error).message}; ${advice}`, { cause: error });
  }
}

/**
 * The exports of a new instance, with a memory of its own: what crashed in one does not reach the next, and its memory
 * is free once nothing refers to it. The bindings of the two builds are the same file, which the build checks.
 */
export async function instantiate(module: WebAssembly.Module): Promise<Bindings> {
  const bindings = makeBindings();
  await bindings.default({ module_or_path: module });
  return bindings as unknown as Bindings;
}

/**
 * The exports of a small module, which searches a site by keywords alone, or by embeddings made elsewhere.
 *
 * @throws LeafcutterError `wasm-fetch` if the module does not load.
 */
export async function instantiateSite(source: string | URL | WebAssembly.Module | BufferSource): Promise<SiteBindings> {
  const bindings = makeSiteBindings();
  const address = typeof source === "string" || source instanceof URL;
  const module = address ? await fetchModule(resolveAddress(source)) : source;
  await bindings.default({
    module_or_path: module instanceof WebAssembly.Module ? module : await WebAssembly.compile(module),
  });
  return bindings as unknown as SiteBindings;
}
