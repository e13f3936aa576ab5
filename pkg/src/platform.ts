/** The few things that browsers and Node do differently. */

/** A module of Node by name; `undefined` in a browser. Bundlers do not see it. */
export function builtin<T>(name: string): T | undefined {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => T | undefined } };
  return process?.getBuiltinModule?.(name);
}

/** Node's worker threads; `undefined` in a browser. */
export function workerThreads(): typeof import("node:worker_threads") | undefined {
  return builtin("node:worker_threads");
}

/**
 * Resolves an address against the page's own. In Node, what is not an address is a path.
 *
 * @throws TypeError if it is neither.
 */
export function resolveAddress(address: string | URL): URL {
  if (address instanceof URL) return address;
  const { document, location } = globalThis as { document?: Document; location?: Location };
  const base = document?.baseURI ?? location?.href;
  if (base !== undefined) return new URL(address, base);
  if (/^(https?|file|data|blob):/.test(address)) return new URL(address);
  const url = builtin<typeof import("node:url")>("node:url");
  const path = builtin<typeof import("node:path")>("node:path");
  if (!url || !path) return new URL(address);
  return url.pathToFileURL(path.resolve(address) + (address.endsWith("/") ? "/" : ""));
}

/** A path of Node made absolute; elsewhere as it is. */
export function resolvePath(path: string): string {
  return builtin<typeof import("node:path")>("node:path")?.resolve(path) ?? path;
}

/** Like `fetch`, which in Node does not know files. */
export async function fetchOrRead(
  url: URL,
  signal?: AbortSignal,
  headers: Record<string, string> = {},
): Promise<Response> {
  const fs = url.protocol === "file:" ? builtin<typeof import("node:fs/promises")>("node:fs/promises") : undefined;
  if (!fs) return fetch(url, { signal: signal ?? null, headers });
  try {
    const bytes = await fs.readFile(url, { signal });
    return new Response(bytes, { headers: { "content-length": String(bytes.length) } });
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return new Response(null, { status: 404 });
    throw error;
  }
}

let ping: { port: MessagePort; waiting: (() => void)[] } | undefined;

/** Lets messages, input and rendering have their turn. Unlike a timer, it is not held up by 4 ms. */
export function yieldToEvents(): Promise<void> {
  const { setImmediate } = globalThis as { setImmediate?: (callback: () => void) => void };
  if (setImmediate) return new Promise((resolve) => setImmediate(resolve));
  if (!ping) {
    const { port1, port2 } = new MessageChannel();
    const waiting: (() => void)[] = [];
    port2.onmessage = () => waiting.shift()?.();
    ping = { port: port1, waiting };
  }
  const { port, waiting } = ping;
  return new Promise((resolve) => {
    waiting.push(resolve);
    port.postMessage(null);
  });
}
