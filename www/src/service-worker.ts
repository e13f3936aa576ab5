/**
 * Keeps one version of the site as a whole. Each file is held against the digest that the build wrote down, so that what a host
 * serves half-way through a change is never mixed with what was there before: the new version is complete, or it is not there.
 *
 * The model is none of the site's files; the package keeps it.
 */

import { ACTIVATE } from "./messages.ts";

/** What the build wrote down of a version. */
interface List {
  /** Those with a third element are kept once a page has asked for them. */
  files: [path: string, sha256: string, onDemand?: 1][];
  /** Many small files, end to end in one. */
  pack: { path: string; sha256: string; files: [path: string, bytes: number][] };
}

/** Path and digest of the list, which the build puts in. */
declare const LIST_PATH: string;
declare const LIST_SHA256: string;

/** What of a service worker's scope is used here: its types and those of a page exclude each other. */
interface WorkerScope {
  registration: { scope: string };
  clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: "install" | "activate", listener: (event: ExtendableEvent) => void): void;
  addEventListener(type: "fetch", listener: (event: FetchEvent) => void): void;
  addEventListener(type: "message", listener: (event: MessageEvent) => void): void;
}

interface ExtendableEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}

interface FetchEvent extends ExtendableEvent {
  request: Request;
  respondWith(response: Promise<Response>): void;
}

const scope = globalThis as unknown as WorkerScope;
const root = new URL(scope.registration.scope);
const PREFIX = `leafcutter-www ${root.pathname} `;
const CACHE = PREFIX + LIST_SHA256;
const LIST = new URL(LIST_PATH, root).href;
/** Versions that are kept: pages of the one before may still be open. */
const VERSIONS = 2;
/** Whatever a host says that its answers depend on, files are the same for all. */
const ANY = { ignoreVary: true };
/** Files that are fetched at the same time. */
const AT_ONCE = 8;

let digests: Promise<Map<string, string>> | undefined;

scope.addEventListener("install", (event) => event.waitUntil(keepAll()));
scope.addEventListener("activate", (event) => event.waitUntil(Promise.all([scope.clients.claim(), forgetOld()])));
scope.addEventListener("message", ({ data }) => {
  if (data === ACTIVATE) void scope.skipWaiting();
});
scope.addEventListener("fetch", (event) => {
  const { method, url, headers } = event.request;
  // The list itself is asked for by this worker alone, and what is outside of the site is none of its business.
  if (method !== "GET" || headers.has("range") || !url.startsWith(root.href)) return;
  event.respondWith(answer(event.request));
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(CACHE);
  const list = await fetchChecked(LIST, LIST_SHA256);
  const { files: all, pack } = (await list.clone().json()) as List;
  const files = all.filter(([, , onDemand]) => !onDemand);
  const keepNext = async () => {
    for (let file = files.pop(); file !== undefined; file = files.pop()) {
      const [path, sha256] = file;
      const url = new URL(path, root).href;
      await cache.put(url, (await fromBefore(url, sha256)) ?? (await fetchChecked(url, sha256)));
    }
  };
  await Promise.all([keepPacked(cache, pack), ...Array.from({ length: AT_ONCE }, keepNext)]);
  await cache.put(LIST, list);
}

async function keepPacked(cache: Cache, { path, sha256, files }: List["pack"]): Promise<void> {
  const bytes = await (await fetchChecked(new URL(path, root).href, sha256)).arrayBuffer();
  let at = 0;
  for (const [path, length] of files) {
    await cache.put(new URL(path, root).href, new Response(bytes.slice(at, (at += length))));
  }
}

/** What a version before has kept, if it is the same. */
async function fromBefore(url: string, sha256: string): Promise<Response | undefined> {
  const before = await caches.match(url, ANY);
  if (!before) return undefined;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await before.clone().arrayBuffer()));
  return `sha256-${btoa(String.fromCharCode(...digest))}` === sha256 ? before : undefined;
}

/** @throws TypeError if the network fails, or has other bytes than those of this version. */
async function fetchChecked(url: string, sha256: string): Promise<Response> {
  const response = await fetch(url, { integrity: sha256, cache: "no-cache" });
  if (!response.ok) throw new TypeError(`${url}: status ${response.status}`);
  return response;
}

async function answer(request: Request): Promise<Response> {
  const url = fileOf(request.url);
  const cache = await caches.open(CACHE);
  // A page of the version before asks for files that only that one has.
  const kept = (await cache.match(url, ANY)) ?? (await caches.match(url, ANY));
  if (kept) return kept;
  const sha256 = (await listed(cache)).get(url);
  if (sha256 === undefined) return fetch(request);
  const response = await fetchChecked(url, sha256);
  // A full disk is no reason not to answer.
  await cache.put(url, response.clone()).catch(() => {});
  return response;
}

/** The file behind an address: a folder's is its index. */
function fileOf(address: string): string {
  const url = new URL(address);
  url.search = "";
  url.hash = "";
  if (url.pathname.endsWith("/")) url.pathname += "index.html";
  return url.href;
}

/** Of the files that are fetched one by one. */
function listed(cache: Cache): Promise<Map<string, string>> {
  digests ??= cache
    .match(LIST, ANY)
    .then((list) => list?.json() as Promise<List | undefined>)
    .then((list) => new Map(list?.files.map(([path, sha256]) => [new URL(path, root).href, sha256])));
  return digests;
}

/** In the order in which they were made, the last are the newest. */
async function forgetOld(): Promise<void> {
  const versions = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== CACHE);
  await Promise.all(
    versions.slice(0, Math.max(0, versions.length - (VERSIONS - 1))).map((name) => caches.delete(name)),
  );
}
