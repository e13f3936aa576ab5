// Files and texts that are small and unpack, nest or multiply without end: each is to be refused, or read within the limits in time.
// Runs in Node and in browsers alike.

const repeat = (text, times = 100_000) => text.repeat(times);
const bytesOf = (text) => new TextEncoder().encode(text);
const joined = async (parts) => new Uint8Array(await new Blob(parts).arrayBuffer());

/** `text` so often, each time with other digits in place of its `#`, so that it does not pack as well as a bomb. */
const varied = (text, times = 100_000) =>
  Array.from({ length: times }, (_, index) =>
    text.replace("#", (Math.imul(index + 1, 0x9e3779b1) >>> 0).toString(16)),
  ).join("");

async function deflated(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function fields(sizes, values) {
  const view = new DataView(new ArrayBuffer(sizes.reduce((sum, size) => sum + size, 0)));
  let at = 0;
  sizes.forEach((size, index) => {
    if (size === 2) view.setUint16(at, values[index], true);
    else view.setUint32(at, values[index], true);
    at += size;
  });
  return new Uint8Array(view.buffer);
}

const LOCAL = [4, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2];
const CENTRAL = [4, 2, 2, 2, 2, 2, 2, 4, 4, 4, 2, 2, 2, 2, 2, 4, 4];
const END = [4, 2, 2, 2, 2, 4, 4, 2];

/**
 * A zip archive that may lie.
 *
 * @param {{ name: string, packed: Uint8Array, size: number, at?: number }[]} entries - `size`: what it says that it unpacks to;
 *   `at`: the entry whose bytes it shares
 */
async function zip(entries) {
  const parts = [];
  const starts = [];
  let length = 0;
  for (const { name, packed, size, at } of entries) {
    starts.push(at === undefined ? length : starts[at]);
    if (at !== undefined) continue;
    const path = bytesOf(name);
    const head = fields(LOCAL, [0x04034b50, 20, 0, 8, 0, 0, 0, packed.length, size, path.length, 0]);
    parts.push(head, path, packed);
    length += head.length + path.length + packed.length;
  }
  const directory = entries.flatMap(({ name, packed, size }, index) => {
    const path = bytesOf(name);
    const values = [0x02014b50, 20, 20, 0, 8, 0, 0, 0, packed.length, size, path.length, 0, 0, 0, 0, 0, starts[index]];
    return [fields(CENTRAL, values), path];
  });
  const bytes = await joined(directory);
  const end = fields(END, [0x06054b50, 0, 0, entries.length, entries.length, bytes.length, length, 0]);
  return joined([...parts, bytes, end]);
}

const entry = async (name, content) => {
  const bytes = typeof content === "string" ? bytesOf(content) : content;
  return { name, packed: await deflated(bytes), size: bytes.length };
};

const zeros = (megabytes) => new Uint8Array(megabytes * 1_000_000).fill(48);

/** Eight times eight archives of archives, and so on. */
async function nested(depth) {
  let inner = await entry("a.txt", zeros(8));
  for (let level = 0; level < depth; level++) {
    const bytes = await zip(Array.from({ length: 8 }, (_, index) => ({ ...inner, name: `${index}${inner.name}` })));
    inner = await entry("a.zip", bytes);
  }
  return zip([inner]);
}

const DOCUMENT = "word/document.xml";
const TYPES = `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/${DOCUMENT}" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`;
const RELATIONS = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="${DOCUMENT}"/></Relationships>`;

async function docx(body) {
  const xml = `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`;
  return zip([
    await entry("[Content_Types].xml", TYPES),
    await entry("_rels/.rels", RELATIONS),
    await entry(DOCUMENT, xml),
  ]);
}

async function epub(chapter) {
  const container = `<container><rootfiles><rootfile full-path="book.opf"/></rootfiles></container>`;
  const book = `<package><manifest><item id="a" href="a.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="a"/></spine></package>`;
  return zip([
    await entry("META-INF/container.xml", container),
    await entry("book.opf", book),
    await entry("a.xhtml", chapter),
  ]);
}

/** A PDF of these objects, the first of which is its catalog. */
async function pdf(objects, trailer = "") {
  const parts = ["%PDF-1.7\n"];
  const offsets = [];
  let length = parts[0].length;
  const add = (part) => {
    const bytes = typeof part === "string" ? bytesOf(part) : part;
    parts.push(bytes);
    length += bytes.length;
  };
  objects.forEach((object, index) => {
    offsets.push(length);
    add(`${index + 1} 0 obj\n`);
    for (const part of [object].flat()) add(part);
    add("\nendobj\n");
  });
  const start = length;
  add(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`);
  for (const offset of offsets) add(`${String(offset).padStart(10, "0")} 00000 n \n`);
  add(
    `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer.replace("START", start)} >>\nstartxref\n${start}\n%%EOF`,
  );
  return joined(parts);
}

const CATALOG = "<< /Type /Catalog /Pages 2 0 R >>";
const PAGES = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const page = (more) => `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] ${more} >>`;
const FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>";
const stream = (content, more = "") => [`<< /Length ${content.length} ${more} >>\nstream\n`, content, "\nendstream"];
const zlib = async (bytes) =>
  new Uint8Array(
    await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate"))).arrayBuffer(),
  );

const PDFS = {
  "a page tree that is its own child": () => pdf([CATALOG, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"]),
  "a page tree that says it has a billion pages": () =>
    pdf([CATALOG, "<< /Type /Pages /Kids [3 0 R] /Count 1000000000 >>", page("")]),
  "an outline that loops": () =>
    pdf([
      "<< /Type /Catalog /Pages 2 0 R /Outlines 6 0 R >>",
      PAGES,
      page("/Contents 4 0 R /Resources << /Font << /F 5 0 R >> >>"),
      stream("BT /F 12 Tf 50 700 Td (Ants) Tj ET"),
      FONT,
      "<< /First 7 0 R /Last 7 0 R >>",
      "<< /Title (a) /Parent 6 0 R /First 7 0 R /Next 7 0 R >>",
    ]),
  "a cross-reference table that leads to itself": () => pdf([CATALOG, PAGES, page("")], "/Prev START"),
  "an object that is its own length": () =>
    pdf([CATALOG, PAGES, page("/Contents 4 0 R"), "<< /Length 4 0 R >>\nstream\nBT ET\nendstream"]),
  "a form that draws itself": () =>
    pdf([
      CATALOG,
      PAGES,
      page("/Contents 4 0 R /Resources << /XObject << /A 5 0 R >> >>"),
      stream("/A Do"),
      stream("/A Do /A Do", "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A 5 0 R >> >>"),
    ]),
  "forms that draw the next ten times each": () =>
    pdf([
      CATALOG,
      PAGES,
      page("/Contents 4 0 R /Resources << /XObject << /A 5 0 R >> >>"),
      stream("/A Do"),
      ...Array.from({ length: 30 }, (_, index) =>
        stream(
          repeat("/A Do ", 10),
          `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /A ${index + 6} 0 R >> >>`,
        ),
      ),
      stream(
        "BT /F 12 Tf (Ants) Tj ET",
        `/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /Font << /F ${FONT} >> >>`,
      ),
    ]),
  "a picture of ten thousand megapixels": () =>
    pdf([
      CATALOG,
      PAGES,
      page("/Contents 4 0 R /Resources << /XObject << /A 5 0 R >> >>"),
      stream("/A Do"),
      stream(
        "0",
        "/Type /XObject /Subtype /Image /Width 100000 /Height 100000 /BitsPerComponent 8 /ColorSpace /DeviceRGB",
      ),
    ]),
  "a page of 200 MB in 200 kB": async () =>
    pdf([
      CATALOG,
      PAGES,
      page("/Contents 4 0 R /Resources << /Font << /F 5 0 R >> >>"),
      stream(await zlib(bytesOf(`BT /F 12 Tf ${repeat("(AAAAAAAAAAAA) Tj ", 12_000_000)} ET`)), "/Filter /FlateDecode"),
      FONT,
    ]),
  "arrays that are nested": () => pdf([CATALOG, PAGES, page(`/A ${repeat("[")}${repeat("]")}`)]),
};

const file = (name, bytes) => ({ blob: new File([bytes], name) });

/** What each bomb is, and how to make what `add` takes. */
export const BOMBS = {
  "a zip of zips of zips": async () => file("a.zip", await nested(5)),
  "a zip of one file of a gigabyte": async () => {
    const packed = await deflated(zeros(100));
    return file("a.zip", await zip([{ name: "a.txt", packed, size: 1_000_000_000 }]));
  },
  "a zip that says a file is small": async () =>
    file("a.zip", await zip([{ name: "a.txt", packed: await deflated(zeros(100)), size: 1000 }])),
  "a zip whose files overlap": async () => {
    const first = await entry("a.txt", repeat("Ants carry leaves. ", 50_000) + repeat("abcdefgh", 10));
    const others = Array.from({ length: 5_000 }, (_, index) => ({ ...first, name: `${index}.txt`, at: 0 }));
    return file("a.zip", await zip([first, ...others]));
  },
  "a zip of 60,000 empty files": async () => {
    const empty = await entry("a.txt", "");
    return file("a.zip", await zip(Array.from({ length: 60_000 }, (_, index) => ({ ...empty, name: `${index}.txt` }))));
  },
  "a Word file of a gigabyte": async () => {
    const packed = await deflated(zeros(200));
    return file("a.docx", await zip([{ name: DOCUMENT, packed, size: 200_000_000 }]));
  },
  "a Word file of nested tables": async () => {
    const [open, close] = ['<w:tbl><w:tr w:rsidR="#"><w:tc>', "</w:tc></w:tr></w:tbl>"];
    return file("a.docx", await docx(`${varied(open)}<w:p/>${repeat(close)}`));
  },
  "a Word file of a million paragraphs": async () =>
    file("a.docx", await docx(varied("<w:p><w:r><w:t>#</w:t></w:r></w:p>", 1_000_000))),
  "entities of XML that grow": async () => {
    const lines = Array.from({ length: 30 }, (_, index) => `<!ENTITY a${index + 1} "${repeat(`&a${index};`, 10)}">`);
    return file(
      "a.epub",
      await epub(`<!DOCTYPE a [<!ENTITY a0 "a">${lines.join("")}]><html><body>&a30;</body></html>`),
    );
  },
  "an EPUB of nested elements": async () => file("a.epub", await epub(`<html><body>${repeat("<div>")}a</body></html>`)),
  "HTML of 100,000 levels": () => ({ id: "a", html: `${repeat("<div>")}a` }),
  "HTML of 100,000 tables in each other": () => ({ id: "a", html: `${repeat("<table><tr><td>")}a` }),
  "a table whose cells span": () => ({
    id: "a",
    html: `<table>${repeat("<tr><td rowspan=65534 colspan=1000>a", 20_000)}</table>`,
  }),
  "a heading over all": () => ({ id: "a", html: `<h1>${repeat("ant ")}</h1><p>${repeat("leaf ", 20_000)}` }),
  "Markdown of 100,000 quotes": () => ({ id: "a", markdown: `${repeat("> ")}a\n${repeat("a\n")}` }),
  "Markdown of 100,000 lists": () => ({ id: "a", markdown: `${repeat("- ")}a\n${repeat("a\n")}` }),
  "Markdown of deeper and deeper lists": () => ({
    id: "a",
    markdown: Array.from({ length: 4_000 }, (_, level) => `${" ".repeat(2 * level)}- a`).join("\n"),
  }),
  "Markdown of 20,000 brackets": () => ({ id: "a", markdown: repeat("[", 20_000) + repeat("](", 20_000) }),
  "Markdown of 20,000 emphases": () => ({ id: "a", markdown: repeat("*a **b _c ", 20_000) }),
  "Markdown of longer and longer ticks": () => ({
    id: "a",
    markdown: Array.from({ length: 700 }, (_, length) => "`".repeat(length)).join(" a "),
  }),
  "Markdown of 50,000 references": () => ({
    id: "a",
    markdown: `[a]: ${repeat("b", 10_000)}\n\n${repeat("[a]", 50_000)}`,
  }),
  "front matter without end": () => ({ id: "a", markdown: `---\n${repeat("a: [", 50_000)}` }),
  "JSON of 100,000 levels": () => file("a.jsonl", `${repeat("[")}${repeat("]")}`),
  "JSON lines with a column each": () =>
    file("a.jsonl", Array.from({ length: 20_000 }, (_, index) => `{"column ${index}": 1}`).join("\n")),
  "CSV of a million columns": () => file("a.csv", `${repeat("a,", 1_000_000)}\n${repeat("1,", 1_000_000)}\n`),
  "CSV of 20 million cells": () => file("a.csv", repeat(`${repeat("1,", 1_000)}\n`, 20_000)),
  "a line of 100 MB": () => ({ id: "a", text: repeat("a", 100_000_000) }),
  "a file of one line of 100 MB": () => file("a.txt", zeros(100)),
  "a title of a megabyte": () => ({ id: "a", title: repeat("ant ", 250_000), text: repeat("leaf ", 5_000) }),
  ...Object.fromEntries(
    Object.entries(PDFS).map(([what, make]) => [`a PDF: ${what}`, async () => file("a.pdf", await make())]),
  ),
};
