/** The search of the site: `<leafcutter-search>` over the index of its own pages. */

import { SiteSource, type LeafcutterSearch, type ResultGroup } from "leafcutter/element";
import { SITE_ROOT } from "./site-root.ts";

const INDEX = new URL("search/", SITE_ROOT);
const MODEL = new URL("models/all-MiniLM-L6-v2.int8.safetensors", SITE_ROOT);
/** What the package keeps a model under. */
const MODEL_CACHES = /^leafcutter-model/;
/** What the titles of all pages end in. */
const TITLE_END = / · Leafcutter$/;

/** The pages as they are called here. Their addresses in the index count from the root of the site. */
class PagesSource extends SiteSource {
  override async search(...asked: Parameters<SiteSource["search"]>): ReturnType<SiteSource["search"]> {
    const answer = await super.search(...asked);
    return { ...answer, groups: answer.groups.map(asCalledHere) };
  }
}

function asCalledHere(group: ResultGroup): ResultGroup {
  const address = (url: string | undefined) => url && new URL(url, SITE_ROOT).href;
  const title = group.title.replace(TITLE_END, "");
  const sections = group.sections.map((section) => ({
    ...section,
    url: address(section.url),
    headingPath: section.headingPath.filter((heading) => heading !== title),
  }));
  return { ...group, title, url: address(group.url), sections };
}

/** Lets `element` search the site: by keywords alone, or by meaning as well once its field is entered. */
export function searchPages(element: LeafcutterSearch, meaning: boolean): void {
  element.source = new PagesSource(INDEX, { model: meaning ? "on-focus" : "never", modelUrl: MODEL });
}

/** Whether the browser has a model already, so that searching by meaning costs the reader nothing. */
export async function modelIsKept(): Promise<boolean> {
  try {
    return (await caches.keys()).some((name) => MODEL_CACHES.test(name));
  } catch {
    // Not on pages without a secure origin, nor where storage is blocked.
    return false;
  }
}
