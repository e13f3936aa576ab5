/** PDF: the text in reading order, with headings, tables, and a mark where each page begins. */

import type { PDFDocumentProxy } from "pdfjs-dist";
import { LeafcutterError, throwIfCancelled } from "../errors.js";
import { isHeader } from "../header.js";
import { escapeHtml, mark } from "../html.js";
import type { Parse } from "../types.js";
import { titleKey, toBlocks, type Block, type Outline, type Piece } from "./blocks.js";
import { columnsOf } from "./columns.js";
import { withoutFurniture } from "./furniture.js";
import { withPdf } from "./load.js";
import { check } from "../limits.js";
import { readPage, type Page } from "./runs.js";

export const parse: Parse = (bytes, { path, password, signal, limits, assets, alive }) =>
  withPdf(bytes, { path, password, assets }, async (pdf) => {
    check(path, limits, "pages", pdf.numPages);
    const pages: Page[] = [];
    for (let number = 1; number <= pdf.numPages; number++) {
      throwIfCancelled(signal);
      const page = await pdf.getPage(number);
      pages.push(await readPage(page, (characters) => check(path, limits, "pageCharacters", characters)));
      alive();
      page.cleanup();
    }
    if (pages.every(({ runs }) => runs.length === 0)) {
      const message = `"${path}" has no text, only pictures of pages; run OCR first, for example with ocrmypdf`;
      throw new LeafcutterError("file-without-text", message);
    }
    alive();
    const columns = withoutFurniture(pages).flatMap(({ runs, number }) => columnsOf(runs, number));
    const blocks = toBlocks(columns, await outlineOf(pdf));
    return { content: { html: write(blocks) }, title: await titleOf(pdf), metadata: { pages: pdf.numPages } };
  });

/** An outline goes no deeper than headings do. */
const DEEPEST = 6;

interface OutlineItem {
  title: string;
  items: OutlineItem[];
}

async function outlineOf(pdf: PDFDocumentProxy): Promise<Outline> {
  const outline = new Map<string, number>();
  const add = (items: OutlineItem[], depth: number): void => {
    for (const { title, items: below } of items) {
      const key = titleKey(title);
      if (key !== "" && !outline.has(key)) outline.set(key, depth);
      if (depth < DEEPEST) add(below, depth + 1);
    }
  };
  add(((await pdf.getOutline().catch(() => null)) ?? []) as OutlineItem[], 1);
  return outline;
}

/** The title that the file gives itself, unless it is the name of a file that it was made from. */
async function titleOf(pdf: PDFDocumentProxy): Promise<string | undefined> {
  const info = await pdf.getMetadata().then(
    (metadata) => metadata.info as { Title?: unknown },
    () => undefined,
  );
  const title = typeof info?.Title === "string" ? info.Title.trim() : "";
  const isName =
    /^(untitled|microsoft word|\(anonymous\)|anonymous$)|\.(docx?|pdf|tex|dvi|indd|html?|pages|pptx?|odt)$/i.test(
      title,
    );
  return title === "" || isName ? undefined : title;
}

function write(blocks: readonly Block[]): string {
  let page = 0;
  const turnTo = (next: number): string => {
    if (next === page) return "";
    page = next;
    return mark(`page=${next}`);
  };
  const text = (pieces: readonly Piece[]) =>
    pieces.map((piece) => turnTo(piece.page) + escapeHtml(piece.text)).join(" ");
  const html = blocks.map((block) => {
    if (block.kind === "paragraph") return `<p>${text(block.pieces)}</p>`;
    if (block.kind === "heading") return `<h${block.level}>${text(block.pieces)}</h${block.level}>`;
    const { rows, pages } = block.table;
    const named = isHeader(rows[0]!, rows.slice(1));
    const cells = rows.map((row, index) => {
      const name = index === 0 && named ? "th" : "td";
      return `<tr>${row.map((cell, column) => `<${name}>${column === 0 ? turnTo(pages[index]!) : ""}${escapeHtml(cell)}</${name}>`).join("")}</tr>`;
    });
    return `<table>${cells.join("\n")}</table>`;
  });
  return html.join("\n");
}
