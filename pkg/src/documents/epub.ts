/** EPUB books: the chapters in reading order, each with the place that it stands at. */

import type { Document, Element } from "domhandler";
import { DomUtils } from "htmlparser2";
import { LeafcutterError } from "./errors.js";
import { mark } from "./html.js";
import { parseMarkup } from "./markup.js";
import { decodeText } from "./text.js";
import type { Parse } from "./types.js";
import { openZip } from "./unzip.js";

const CONTAINER = "META-INF/container.xml";
/** Its DRM encrypts more than fonts. */
const ENCRYPTION = "META-INF/encryption.xml";

export const parse: Parse = async (bytes, { path, budget, limits, alive }) => {
  const within = { path, limits };
  const archive = openZip(bytes, path, budget);
  const files = archive.read(archive.paths.filter((name) => /\.(x?html?|xml|opf)$/i.test(name)));
  const damaged = (what: string) =>
    new LeafcutterError("file-damaged", `"${path}" ${what}, as an EPUB must; get another copy`);
  const xml = (name: string, what: string): Document => {
    const content = files.get(name);
    if (!content) throw damaged(what);
    return parseMarkup(decodeText(content), within, { xmlMode: true });
  };
  const [rootfile] = elements(xml(CONTAINER, `has no ${CONTAINER}`), "rootfile");
  const packagePath = rootfile?.attribs["full-path"] ?? "";
  const book = xml(packagePath, "names no package file");
  const encrypted = files.has(ENCRYPTION)
    ? encryptedPaths(parseMarkup(decodeText(files.get(ENCRYPTION)!), within, { xmlMode: true }))
    : [];
  const items = new Map(elements(book, "item").map((item) => [item.attribs["id"], item.attribs]));
  const chapters: string[] = [];
  let hasText = false;
  for (const { attribs } of elements(book, "itemref")) {
    const item = items.get(attribs["idref"]);
    if (!item || !/html/.test(item["media-type"] ?? "")) continue;
    const chapter = resolve(packagePath, item["href"] ?? "");
    if (encrypted.includes(chapter)) {
      const message = `"${path}" is protected by DRM, so that only its store's reader opens it; choose a copy without`;
      throw new LeafcutterError("file-password", message);
    }
    const content = files.get(chapter);
    alive();
    // The contents are a list of links to what follows.
    if (!content || /\bnav\b/.test(item["properties"] ?? "")) continue;
    // As XML, in which an empty element of any name is closed; chapters that are not well-formed are read all the same.
    const page = parseMarkup(decodeText(content), within, { xmlMode: true, decodeEntities: true });
    hasText ||= DomUtils.textContent(page).trim() !== "";
    chapters.push(readChapter(page, chapter));
  }
  if (!hasText) {
    throw new LeafcutterError(
      "file-without-text",
      `"${path}" has no text; if it holds pictures of pages, run OCR first`,
    );
  }
  const [title] = elements(book, "title");
  return { content: { html: chapters.join("\n") }, title: title && DomUtils.textContent(title).trim() };
};

/** The elements of a name, whatever their prefix. */
function elements(document: Document, name: string): Element[] {
  return DomUtils.getElementsByTagName((other) => other.replace(/^.*:/, "") === name, document);
}

function encryptedPaths(encryption: Document): string[] {
  return elements(encryption, "CipherReference").map(({ attribs }) => decodeURIComponent(attribs["URI"] ?? ""));
}

/** A path from the file that names it to the archive's root. */
function resolve(from: string, href: string): string {
  return decodeURIComponent(new URL(href, `file:///${from}`).pathname.slice(1));
}

/** A chapter's content, its headings' ids led to through its path: `text/ch1.xhtml#id`. */
function readChapter(page: Document, path: string): string {
  const [body] = elements(page, "body");
  for (const element of DomUtils.getElementsByTagName(() => true, body ?? page)) {
    const id = element.attribs["id"];
    if (id !== undefined) element.attribs["id"] = `${path}#${id}`;
    // Of a book, all is the main part.
    if (element.name === "main" || element.name === "article") element.name = "div";
  }
  const inner = (body ?? page).children.map((node) => DomUtils.getOuterHTML(node, { xmlMode: false })).join("");
  return `<div>${mark(path)}${inner}</div>`;
}
