/** The language of a site. */

import type { Source } from "./library.js";

/** Those whose words can be brought to their stems, by code. */
const KNOWN = new Set([
  "ar",
  "da",
  "de",
  "el",
  "en",
  "es",
  "fi",
  "fr",
  "hu",
  "it",
  "nb",
  "nl",
  "nn",
  "no",
  "pt",
  "ro",
  "ru",
  "sv",
  "ta",
  "tr",
]);
/** Where the start tag of a page is. */
const HEAD_BYTES = 2048;

/**
 * The language that most pages are in by their `lang`, as `language` takes it: `none` for one whose words cannot be brought to
 * their stems; `undefined` where most pages name none.
 */
export async function languageOf(pages: Source[]): Promise<string | undefined> {
  const counts = new Map<string, number>();
  for (const { blob } of pages) {
    const head = (await blob?.slice(0, HEAD_BYTES).text()) ?? "";
    const code = /<html\b[^>]*\blang\s*=\s*["']?([a-z]{2,3})\b/i.exec(head)?.[1]?.toLowerCase();
    if (code !== undefined) counts.set(code, (counts.get(code) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1));
  if (!most || 2 * most[1] < pages.length) return undefined;
  return KNOWN.has(most[0]) ? most[0] : "none";
}
