/** Keeps the site for when there is no network, and tells when a newer one is there. */

import { h } from "./dom.ts";
import { ACTIVATE } from "./messages.ts";
import { SITE_ROOT } from "./site-root.ts";
import { siteText } from "./site-strings.ts";

const text = siteText.update;
const SCRIPT = new URL("service-worker.js", SITE_ROOT);

interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): { createScriptURL(url: string): string };
}

/**
 * Installs the service worker. Not before the reader does something, so that a glance at a page costs no more than the page; on
 * later visits it is there already.
 */
export function mountOffline(): void {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  // A browser that cannot keep the site shows it all the same.
  const install = () => void register(serviceWorker).catch(() => {});
  if (serviceWorker.controller) return install();
  const acts = ["pointerdown", "keydown"] as const;
  const begin = () => {
    for (const act of acts) removeEventListener(act, begin);
    install();
  };
  for (const act of acts) addEventListener(act, begin);
}

async function register(container: ServiceWorkerContainer): Promise<void> {
  const registration = await container.register(trustedScript(), { scope: SITE_ROOT.pathname });
  const offer = (worker: ServiceWorker | null) => {
    // Without one before it, a worker is the first and begins by itself.
    if (worker?.state === "installed" && container.controller) offerUpdate(container, worker);
  };
  offer(registration.waiting);
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => offer(worker));
  });
}

/** Says that a newer version waits. It takes over when the reader says so, or when all pages of the old one are closed. */
function offerUpdate(container: ServiceWorkerContainer, worker: ServiceWorker): void {
  const notice = h(
    "div",
    { class: "update", role: "status" },
    h("p", {}, text.ready),
    h("button", { type: "button", class: "primary", onclick: () => take() }, text.reload),
    h("button", { type: "button", onclick: () => notice.remove() }, text.later),
  );
  const take = () => {
    container.addEventListener("controllerchange", () => location.reload(), { once: true });
    worker.postMessage(ACTIVATE);
  };
  document.querySelector(".update")?.remove();
  document.body.append(notice);
}

/** The worker's address as the site's policy wants it. */
function trustedScript(): string {
  const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
  if (!trustedTypes) return SCRIPT.href;
  const policy = trustedTypes.createPolicy("leafcutter-www", {
    createScriptURL(url) {
      if (url !== SCRIPT.href) throw new TypeError(`${url} is not the site's service worker`);
      return url;
    },
  });
  return policy.createScriptURL(SCRIPT.href);
}
