/** Word documents, by mammoth: headings, lists, tables, notes. */

import type { Element } from "domhandler";
import { zipSync } from "fflate";
import { DomUtils, parseDocument } from "htmlparser2";
import mammoth from "mammoth";
import { LeafcutterError } from "./errors.js";
import { isHeader } from "./header.js";
import { parseMarkup } from "./markup.js";
import { decodeText } from "./text.js";
import type { Parse } from "./types.js";
import { openZip } from "./unzip.js";

export const parse: Parse = async (bytes, { path, budget, limits }) => {
  const archive = openZip(bytes, path, budget);
  // Put together again of what was unpacked within the limits, without pictures.
  const files = archive.read(archive.paths.filter((name) => /\.(xml|rels)$/.test(name)));
  // What puts it together descends into elements.
  for (const xml of files.values()) parseMarkup(decodeText(xml), { path, limits }, { xmlMode: true });
  const document = zipSync(Object.fromEntries(files), { level: 0 });
  let html: string;
  try {
    // In Node it takes a `Buffer`, in browsers an `ArrayBuffer`; each has the one and passes over the other.
    const input = { arrayBuffer: document.buffer as ArrayBuffer };
    html = (await mammoth.convertToHtml(input, { convertImage: NO_PICTURES })).value;
  } catch (error) {
    const message = `"${path}" could not be read as a Word document (${(error as Error).message}); save it anew as .docx`;
    throw new LeafcutterError("file-damaged", message, { cause: error });
  }
  const page = parseDocument(html);
  if (DomUtils.textContent(page).trim() === "") {
    throw new LeafcutterError(
      "file-without-text",
      `"${path}" has no text; if it holds pictures of pages, run OCR first`,
    );
  }
  DomUtils.getElementsByTagName("table", page).forEach(nameColumns);
  return { content: { html: DomUtils.getOuterHTML(page) } };
};

const NO_PICTURES = mammoth.images.imgElement(async () => ({ src: "" }));

/**
 * Makes the first row a header where it looks like one: few authors say that a row is to be repeated on each page, which is what
 * Word knows a header by.
 */
function nameColumns(table: Element): void {
  const isCell = (node: unknown): node is Element => ["td", "th"].includes((node as Element).name);
  const cells = (row: Element) => row.children.filter(isCell);
  const [first, ...rest] = DomUtils.getElementsByTagName("tr", table).map(cells);
  if (!first || first.length < 2 || first.some(({ name }) => name === "th")) return;
  const texts = (row: Element[]) => row.map((cell) => DomUtils.textContent(cell).trim());
  if (!isHeader(texts(first), rest.map(texts))) return;
  for (const cell of first) cell.name = "th";
}
