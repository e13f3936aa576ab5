// Prints pages to PDF with Chromium: columns, tables and headings as browsers lay them out. Each part begins a page that it
// does not fill, so that the page of each is known.
//   node scripts/setup/files/print.mjs FOLDER     the folder holds files of make.py, whose texts are printed
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "playwright-core";

const folder = process.argv[2];
const known = (name) => JSON.parse(readFileSync(path.join(folder, `${name}.known.json`), "utf8"));
const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Paragraphs in groups of at most so many words. */
function groups(name, words) {
  const result = [[]];
  let left = words;
  for (const text of known(name).texts) {
    const length = text.split(" ").length;
    if (length > left && result.at(-1).length > 0) {
      result.push([]);
      left = words;
    }
    if (length > words) continue;
    result.at(-1).push(text);
    left -= length;
  }
  return result;
}

const texts = (name, words) => groups(name, words).map((paragraphs) => ({ paragraphs, rows: [] }));
const rows = (name, count) => {
  const all = known(name).rows.filter(({ cells }, _, [first]) => cells.length === first.cells.length);
  return Array.from({ length: Math.ceil(all.length / count) }, (_, index) => ({
    paragraphs: [],
    rows: all.slice(index * count, (index + 1) * count),
  }));
};

const FILES = {
  "printed-columns.pdf": {
    css: "section { columns: 2; column-gap: 1.6em; text-align: justify; hyphens: auto }",
    parts: texts("speeches.docx", 420),
  },
  "printed-three.pdf": {
    css: "section { columns: 3; column-gap: 1.5em; font-size: 11px }",
    parts: texts("whale.docx", 420),
  },
  "printed-prose.pdf": { css: "section { font-family: sans-serif }", parts: texts("speeches.epub", 320) },
  "printed-table.pdf": {
    css: "td, th { border: 1px solid; padding: 2px 6px }",
    parts: rows("airports.csv", 22).slice(0, 8),
  },
  "printed-plain-table.pdf": {
    css: "td, th { padding: 3px 14px 3px 0; text-align: left }",
    parts: rows("weather.csv", 25).slice(0, 6),
  },
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage();
for (const [name, { css, parts }] of Object.entries(FILES)) {
  const content = { file: name, kind: "pdf", origin: "chromium", texts: [], pieces: [], rows: [] };
  const sections = parts.map(({ paragraphs, rows }, index) => {
    const anchor = `page=${index + 1}`;
    content.texts.push(...paragraphs);
    content.pieces.push(...paragraphs.map((text) => ({ text, anchor })));
    content.rows.push(...rows.map(({ cells }) => ({ cells, anchor })));
    const header =
      rows.length > 0 ? `<tr>${rows[0].cells.map(([name]) => `<th>${escape(name)}</th>`).join("")}</tr>` : "";
    const body = rows.map(({ cells }) => `<tr>${cells.map(([, cell]) => `<td>${escape(cell)}</td>`).join("")}</tr>`);
    return `<section>${paragraphs.map((text) => `<p>${escape(text)}</p>`).join("")}${header && `<table>${header}${body.join("")}</table>`}</section>`;
  });
  await page.setContent(
    `<!doctype html><html lang="en"><style>section { break-after: page; font: 13px/1.35 serif } ${css}</style>${sections.join("")}`,
  );
  const footerTemplate =
    '<div style="font-size:8px;width:100%;text-align:center">Page <span class="pageNumber"></span></div>';
  const options = { format: "A4", displayHeaderFooter: true, headerTemplate: "<span></span>", footerTemplate };
  writeFileSync(
    path.join(folder, name),
    await page.pdf({ ...options, margin: { top: "60px", bottom: "60px", left: "60px", right: "60px" } }),
  );
  writeFileSync(path.join(folder, `${name}.known.json`), JSON.stringify(content));
}
await browser.close();
