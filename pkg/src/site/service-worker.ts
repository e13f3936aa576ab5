/**
 * A service worker that keeps a site and its index for when there is no network. A page registers it as a script of its own
 * origin, at or above the folder of its pages:
 *
 *     navigator.serviceWorker.register("/service-worker.js?index=/search/", { scope: "/" });
 *
 * All files of the index that `index` names are kept as it is installed, and so is what a page loads, as it loads it: pages and
 * scripts come from the network while there is one.
 */

import { LIST_FILE } from "./paths.js";

/** What of a service worker's scope is used here: its types and those of a page exclude each other. */
interface WorkerScope {
  location: Location;
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
}

interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}

interface FetchEvent extends Event {
  request: Request;
  respondWith(response: Promise<Response>): void;
}

const scope = globalThis as unknown as WorkerScope;
const CACHE = "leafcutter-offline";
/** Files that are fetched at the same time. */
const AT_ONCE = 8;
const index = new URL(scope.location.href).searchParams.get("index");

scope.addEventListener("install", (event) => {
  event.waitUntil(Promise.all([scope.skipWaiting(), index === null ? undefined : keepIndex(index)]));
});
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { method, url, headers } = event.request;
  // What goes on where it broke off is not kept in parts.
  if (method !== "GET" || headers.has("range") || new URL(url).origin !== scope.location.origin) return;
  event.respondWith(url.endsWith(".lcs") ? fromCacheFirst(event.request) : fromNetworkFirst(event.request));
});

/** Keeps all files of an index that are not kept yet, and forgets those of builds before. */
async function keepIndex(folder: string): Promise<void> {
  const base = new URL(folder.endsWith("/") ? folder : `${folder}/`, scope.location.href);
  const cache = await caches.open(CACHE);
  const response = await fetch(new URL(LIST_FILE, base), { cache: "no-cache" });
  if (!response.ok) throw new Error(`${response.url}: status ${response.status}`);
  const files = (await response.text()).split("\n").filter((line) => line !== "");
  const wanted = new Set(files.map((file) => new URL(file, base).href));
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  const missing = [...wanted].filter((url) => !url.endsWith(".lcs") || !kept.has(url));
  const fetchNext = async () => {
    for (let url = missing.pop(); url !== undefined; url = missing.pop()) await cache.add(url);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, fetchNext));
  const gone = [...kept].filter((url) => url.startsWith(base.href) && url.endsWith(".lcs") && !wanted.has(url));
  await Promise.all(gone.map((url) => cache.delete(url)));
}

/** A file of this name never changes. */
async function fromCacheFirst(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function fromNetworkFirst(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    if (response.ok && response.status === 200) {
      const copy = response.clone();
      await caches
        .open(CACHE)
        .then((cache) => cache.put(request, copy))
        .catch(() => {});
    }
    return response;
  } catch (error) {
    const kept = await caches.match(request, { ignoreVary: true });
    if (kept) return kept;
    throw error;
  }
}
