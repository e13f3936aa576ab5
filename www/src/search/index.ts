/** The index of the site's own pages, opened once a page. */

import { openSite, type Site, type SiteState } from "leafcutter/site";

/** The folder that holds all pages. */
export const SITE_ROOT = new URL("../", import.meta.url);

const INDEX = new URL("search/", SITE_ROOT);
const MODEL = new URL("models/all-MiniLM-L6-v2.int8.safetensors", SITE_ROOT);
/** Whether the reader has asked for the model before, so that the browser has it. */
const WANTED_KEY = "leafcutter-meaning";

const states = new EventTarget();
let opening: Promise<Site> | undefined;

/** @throws LeafcutterError as `openSite` does; the next call tries again. */
export function siteIndex(): Promise<Site> {
  opening ??= openSite(INDEX, {
    modelUrl: MODEL,
    // The model is large, so no field brings it: the reader does, by a button.
    focus: new EventTarget(),
    onState: (state) => states.dispatchEvent(new CustomEvent<SiteState>("state", { detail: state })),
  });
  opening.catch(() => (opening = undefined));
  return opening;
}

/** Calls `listener` at each change of what questions are answered by. */
export function onSiteState(listener: (state: SiteState) => void): void {
  states.addEventListener("state", (event) => listener((event as CustomEvent<SiteState>).detail));
}

/** Loads the model, and remembers that it was wanted. What becomes of it, the state tells. */
export async function loadMeaning(): Promise<void> {
  const site = await siteIndex();
  await site.loadModel().then(
    () => remember(),
    () => {},
  );
}

/** Loads the model if it was wanted on an earlier visit. */
export function loadMeaningAgain(): void {
  if (remembered()) void loadMeaning().catch(() => {});
}

function remember(): void {
  try {
    localStorage.setItem(WANTED_KEY, "yes");
  } catch {
    // Storage may be switched off; then the reader is asked again.
  }
}

function remembered(): boolean {
  try {
    return localStorage.getItem(WANTED_KEY) === "yes";
  } catch {
    return false;
  }
}
