/**
 * A service worker that keeps a site and its index for when there is no network. A page registers it as a script of its own
 * origin, at or above the folder of its pages:
 *
 *     navigator.serviceWorker.register("/service-worker.js?index=/search/", { scope: "/" });
 *
 * All files of the index that `index` names are kept as it is installed, and again when the site was built anew. So is what a page
 * loads, as it loads it: pages and scripts come from the network while there is one. What its server forbids to store is not kept.
 */

import { LIST_FILE, ROOT_FILE, SHARD_EXTENSION } from "./paths.js";

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

interface FetchEvent extends ExtendableEvent {
  request: Request;
  respondWith(response: Promise<Response>): void;
}

const scope = globalThis as unknown as WorkerScope;
const CACHE = "leafcutter-offline";
/** Files that are fetched at the same time. */
const AT_ONCE = 8;
const folder = new URL(scope.location.href).searchParams.get("index");
const base = folder === null ? undefined : new URL(folder.endsWith("/") ? folder : `${folder}/`, scope.location.href);
const root = base && new URL(ROOT_FILE, base).href;
let keeping: Promise<void> | undefined;

scope.addEventListener("install", (event) => {
  event.waitUntil(Promise.all([scope.skipWaiting(), base && keepIndex(base)]));
});
scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
scope.addEventListener("fetch", (event) => {
  const { method, url, headers } = event.request;
  // What goes on where it broke off is not kept in parts.
  if (method !== "GET" || headers.has("range") || new URL(url).origin !== scope.location.origin) return;
  if (base && url === root) event.respondWith(rootFromNetworkFirst(event, base));
  else
    event.respondWith(url.endsWith(SHARD_EXTENSION) ? fromCacheFirst(event.request) : fromNetworkFirst(event.request));
});

/** Keeps all files of an index that are not kept yet, and forgets those of builds before. */
async function keepIndex(base: URL): Promise<void> {
  const cache = await caches.open(CACHE);
  const load = async (file: string) => {
    const response = await fetch(new URL(file, base), { cache: "no-cache" });
    if (!response.ok) throw new Error(`${response.url}: status ${response.status}`);
    return response;
  };
  // Before the list, which is written after it: should the site be built meanwhile, the next page that loads finds another root.
  const root = await load(ROOT_FILE);
  const list = await load(LIST_FILE);
  const files = (await list.clone().text()).split("\n").filter((line) => line !== "" && line !== ROOT_FILE);
  const wanted = new Set(files.map((file) => new URL(file, base).href));
  const kept = new Set((await cache.keys()).map(({ url }) => url));
  const missing = [...wanted].filter((url) => !kept.has(url));
  const fetchNext = async () => {
    for (let url = missing.pop(); url !== undefined; url = missing.pop()) await cache.add(url);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, fetchNext));
  // Only now is all there that it leads to.
  await cache.put(list.url, list);
  await cache.put(root.url, root);
  const gone = [...kept].filter(
    (url) => url.startsWith(base.href) && url.endsWith(SHARD_EXTENSION) && !wanted.has(url),
  );
  await Promise.all(gone.map((url) => cache.delete(url)));
}

/** A file of this name never changes. */
async function fromCacheFirst(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** The root as it is now. If it is not the one that is kept, the files that it leads to are kept, and then it. */
async function rootFromNetworkFirst(event: FetchEvent, base: URL): Promise<Response> {
  const { request } = event;
  const kept = await caches.match(request.url, { ignoreVary: true });
  const response = await fetch(request).catch((error: unknown) => kept ?? Promise.reject(error));
  if (response !== kept && response.ok && !(kept && (await isSame(response.clone(), kept)))) {
    keeping ??= keepIndex(base).finally(() => (keeping = undefined));
    // Where it fails, the next page that loads tries again.
    event.waitUntil(keeping.catch(() => {}));
  }
  return response;
}

async function isSame(one: Response, other: Response): Promise<boolean> {
  const [a, b] = await Promise.all([one.arrayBuffer(), other.arrayBuffer()]);
  const bytes = new Uint8Array(b);
  return a.byteLength === b.byteLength && new Uint8Array(a).every((byte, index) => byte === bytes[index]);
}

/** Whether its server lets it be kept for all who use this browser. */
function mayBeKept({ status, headers }: Response): boolean {
  return status === 200 && !/\b(no-store|private)\b/i.test(headers.get("cache-control") ?? "");
}

async function fromNetworkFirst(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    if (mayBeKept(response)) {
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
