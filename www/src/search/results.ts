/** What a search found, as elements. */

import type { SiteAnswer, SitePage, SiteSection } from "leafcutter/site";
import { h } from "../dom.ts";
import { marked } from "../marks.ts";
import { siteText } from "../site-strings.ts";
import { SITE_ROOT } from "./index.ts";

/** What the titles of all pages end in. */
const TITLE_END = / · Leafcutter$/;

/** The pages, best first, each with its sections that match. */
export function resultList({ pages }: SiteAnswer): HTMLElement {
  return h("ol", { class: "plain found-pages", "aria-label": siteText.search.results }, ...pages.map(pageItem));
}

function pageItem(page: SitePage): HTMLElement {
  const title = page.title.replace(TITLE_END, "");
  return h(
    "li",
    { class: "found-page" },
    h("p", { class: "found-title" }, title),
    h("ul", { class: "plain" }, ...page.sections.map((section) => sectionItem(title, page, section))),
  );
}

function sectionItem(title: string, page: SitePage, section: SiteSection): HTMLElement {
  // The page's own title stands above it.
  const path = section.headingPath.filter((heading) => heading !== title);
  const { text, highlights, cut } = section;
  return h(
    "li",
    {},
    h("a", { href: addressOf(section.url ?? page.url ?? "") }, path.join(" › ") || title),
    h("p", { class: "found-text" }, cut.before && "… ", ...marked(text, highlights), cut.after && " …"),
  );
}

/** Addresses in the index count from the root of the site. */
function addressOf(url: string): string {
  return new URL(url.replace(/^\//, ""), SITE_ROOT).href;
}
