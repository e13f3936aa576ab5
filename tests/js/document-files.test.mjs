// Files as readers have them: broken, encrypted, without text, in archives; each a typed error or a document, and the others go on.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { strToU8, zipSync } from "fflate";

import { Leafcutter, LeafcutterError } from "../../pkg/dist/index.js";
import { readDocument, readDocuments } from "../../pkg/dist/documents/index.js";
import { testFile } from "../support/files.mjs";
import { quantizedModel } from "../support/model.mjs";

const file = (path, content) => ({ path, blob: new Blob([content]) });

/** The code of the error that a file gives. */
async function codeOf(path, content, options) {
  const error = await readDocument(file(path, content), options).then(
    () => undefined,
    (error) => error,
  );
  assert.ok(error instanceof LeafcutterError, `${path}: ${error}`);
  assert.ok(error.message.includes(path.split("/")[0]), error.message);
  return error.code;
}

test("files that cannot be read", async () => {
  const pdf = readFileSync(testFile("report.pdf"));
  assert.equal(await codeOf("a.pdf", "no PDF at all"), "file-damaged");
  assert.equal(await codeOf("a.pdf", ""), "file-damaged");
  assert.equal(await codeOf("a.pdf", pdf.subarray(1000, 3000)), "file-damaged");
  assert.equal(await codeOf("a.docx", "PK\x03\x04 and no more"), "file-damaged");
  assert.equal(await codeOf("a.docx", zipSync({ "a.xml": strToU8("<a/>") })), "file-damaged");
  assert.equal(await codeOf("a.epub", zipSync({ mimetype: strToU8("application/epub+zip") })), "file-damaged");
  assert.equal(await codeOf("a.zip", new Uint8Array(100)), "file-damaged");
  assert.equal(await codeOf("a.jsonl", '{"a": 1}\n{"a": '), "file-damaged");
  assert.equal(await codeOf("a.csv", "\n\n"), "file-without-text");
  assert.equal(await codeOf("a.jsonl", " \n"), "file-without-text");
  assert.equal(await codeOf("a.zip", zipSync({ "a.exe": strToU8("x") })), "file-without-text");
  assert.equal(await codeOf("picture.pdf", readFileSync(testFile("picture.pdf"))), "file-without-text");
  assert.equal(await codeOf("a.xyz", "x"), "unsupported-format");
});

test("an encrypted PDF takes its password", async () => {
  const bytes = readFileSync(testFile("encrypted.pdf"));
  assert.equal(await codeOf("encrypted.pdf", bytes), "file-password");
  assert.equal(await codeOf("encrypted.pdf", bytes, { password: "wrong" }), "file-password");
  const [document] = await readDocument(file("encrypted.pdf", bytes), { password: "leaf" });
  assert.match(document.html, /The ants sleep under the old oak\./);
});

test("archives unpack within limits", async () => {
  const zeros = zipSync({ "zeros.txt": new Uint8Array(5_000_000) });
  assert.ok(zeros.length < 20_000);
  assert.equal(
    await codeOf("a.zip", zeros, { limits: { unpackedBytes: 4_000_000, expansion: 2_000 } }),
    "file-too-large",
  );
  assert.equal(await codeOf("a.zip", zeros), "file-too-large");
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`${index}.txt`, strToU8("x")]));
  assert.equal(await codeOf("a.zip", zipSync(many), { limits: { files: 20 } }), "file-too-large");
  // What archives in an archive hold counts as well.
  const nested = zipSync({ "one.zip": zeros, "two.zip": zeros });
  const { documents, failures } = await readDocuments([file("a.zip", nested)], {
    limits: { unpackedBytes: 6_000_000, expansion: 2_000 },
  });
  assert.deepEqual([documents.length, failures.map(({ error }) => error.code)], [1, ["file-too-large"]]);
  const deep = zipSync({ "b.zip": zipSync({ "c.zip": zipSync({ "d.txt": strToU8("x") }) }) });
  assert.equal(await codeOf("a.zip", deep), "file-too-large");
  // Sizes that an archive does not tell the truth about.
  const lying = zeros.slice();
  for (let at = 0; at + 4 <= lying.length; at++) {
    const view = new DataView(lying.buffer, lying.byteOffset + at, 4);
    if (view.getUint32(0, true) === 5_000_000) view.setUint32(0, 10, true);
  }
  const read = await readDocuments([file("a.zip", lying)]);
  assert.ok(read.failures.length === 1 || read.documents[0].text.length <= 10);
});

test("the others go on, and each file of an archive is a document", async () => {
  const archive = zipSync({
    "notes/ants.md": strToU8("# Ants\n\nThey farm a fungus."),
    "notes/broken.pdf": strToU8("no"),
    "notes/.hidden.md": strToU8("x"),
    "__MACOSX/ants.md": strToU8("x"),
    "table.csv": strToU8("Kind;Size\nAtta;12\n"),
    "image.png": strToU8("x"),
  });
  const { documents, failures } = await readDocuments([
    file("all.zip", archive),
    file("broken.docx", "no"),
    file("late.txt", "It rains."),
  ]);
  const ids = ["all.zip/notes/ants.md", "all.zip/table.csv", "late.txt"];
  assert.deepEqual(
    documents.map(({ id }) => id),
    ids,
  );
  assert.deepEqual(
    failures.map(({ path }) => path),
    ["all.zip/notes/broken.pdf", "broken.docx"],
  );
  assert.match(documents[1].html, /<th>Kind<\/th><th>Size<\/th>/);
});

test("add takes files as they are, all or none", async (t) => {
  const collection = await Leafcutter.open({ name: "files", model: quantizedModel(), storage: "memory" });
  t.after(() => collection.close());
  const table = new File(["Country,Capital\nPeru,Lima\nChile,Santiago\n"], "capitals.csv");
  const archive = new File([zipSync({ "ants.md": strToU8("Ants farm a fungus.") })], "notes.zip");
  const encrypted = new File([readFileSync(testFile("encrypted.pdf"))], "encrypted.pdf");
  const untitled = new Blob(['{"bird": "heron", "waits": true}\n'], { type: "application/jsonl" });
  const { ids } = await collection.add([
    { blob: table, id: "capitals", title: "Capitals", metadata: { kind: "table" } },
    { blob: archive },
    { blob: encrypted, password: "leaf", url: "/encrypted.pdf" },
    { blob: untitled },
  ]);
  assert.deepEqual(ids.slice(0, 3), ["capitals", "notes.zip/ants.md", "/encrypted.pdf"]);
  assert.match(ids[3], /^text-/);
  const document = await collection.document("capitals");
  assert.equal(document.text, "Country | Capital\nCountry: Peru; Capital: Lima\nCountry: Chile; Capital: Santiago");
  assert.deepEqual([document.title, document.metadata.kind], ["Capitals", "table"]);
  const { hits } = await collection.search("where do the ants sleep?", { k: 1 });
  assert.deepEqual([hits[0].document.id, hits[0].anchor], ["/encrypted.pdf", "page=1"]);
  const { citations } = await collection.context("where do the ants sleep?", { tokens: 60 });
  assert.equal(citations.find(({ document }) => document.url)?.anchor, "page=1");
  await assert.rejects(collection.add([{ text: "new" }, { blob: encrypted }]), { code: "file-password" });
  await assert.rejects(collection.add([{ blob: new Blob(["x"], { type: "image/png" }) }]), {
    code: "unsupported-format",
  });
  assert.equal((await collection.stats()).documents, 4);
  const controller = new AbortController();
  const adding = collection.add([{ blob: table }], { signal: controller.signal });
  controller.abort();
  await assert.rejects(adding, { code: "cancelled" });
  t.diagnostic("figure: typed errors; all or none");
});
