// What becomes of sensitive content, through the package and the core together: masked, it is in no file. The vectors are made up,
// so that nothing waits for the encoder.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";

import { QuestionCache, sourcesOf } from "../../pkg/dist/cache/index.js";
import { Leafcutter } from "../../pkg/dist/index.js";
import { madeUpEmbeddings } from "../support/made-up-embeddings.mjs";
import { quantizedModel } from "../support/model.mjs";
import { temporaryFolder } from "./support.mjs";

async function open(t, options = {}) {
  const embeddingCache = madeUpEmbeddings;
  const collection = await Leafcutter.open({ name: "notes", model: quantizedModel(), embeddingCache, ...options });
  t.after(() => collection.close());
  return collection;
}

/** The files under a directory, by their names, without those that go while they are read. */
async function filesUnder(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const gone = (error) => {
    if (error.code !== "ENOENT") throw error;
  };
  const files = await Promise.all(paths.map(async (file) => [file, await readFile(file).catch(gone)]));
  return files.filter(([, bytes]) => bytes !== undefined);
}

const SECRETS = ["ada@example.org", "4111 1111 1111 1111", "DE89370400440532013000", "+49 30 1234567", "078-05-1120"];

/** Enough that indexes are kept as well. */
const letters = (count) =>
  Array.from({ length: count }, (_, index) => ({
    id: `letter ${index}`,
    title: `To ${SECRETS[0]}`,
    url: `https://a.example/${index}?card=4111111111111111`,
    markdown: `# Letter ${index}\n\nIn it stands **${SECRETS[index % SECRETS.length]}**, number ${index}, and the tide.`,
    metadata: { mail: [SECRETS[0]], year: 1851 },
  }));

/** A page that says something, under a title that tells; pdf.js finds its parts without a table of them. */
const PDF = [
  "%PDF-1.4",
  "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
  "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
  "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj",
  "4 0 obj<</Length 69>>stream",
  `BT /F 12 Tf 20 100 Td (The ferry is paid by ${SECRETS[1]} at low tide.) Tj ET`,
  "endstream endobj",
  "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj",
  `6 0 obj<</Title(Ferry of ${SECRETS[0]})/Author(${SECRETS[0]})>>endobj`,
  "trailer<</Root 1 0 R/Info 6 0 R>>",
].join("\n");

/** Documents that JavaScript reads, and a table of a page. */
const FILES = [
  { blob: new File([`Name,Mail,Account\nAda,${SECRETS[0]},${SECRETS[2]}\n`], "people.csv") },
  { blob: new File([PDF], "ferry.pdf") },
  {
    id: "table",
    html:
      "<table><tr><th>Name<th>SSN<th>Telefonnummer</tr>" +
      `<tr><td>Bob<td>${SECRETS[4].replaceAll("-", "")}<td>5550134</tr></table>`,
  },
];

test("what is masked is in no file, export or answer, at any time", async (t) => {
  const directory = await temporaryFolder();
  const asked = [];
  const embeddingCache = {
    get: (texts, model) => (asked.push(...texts), madeUpEmbeddings.get(texts, model)),
    set: (texts, rows, model) => (asked.push(...texts), madeUpEmbeddings.set?.(texts, rows, model)),
  };
  const options = { storage: { directory }, sensitive: { policy: "mask" }, embeddingCache };
  const collection = await open(t, options);
  const seen = [];
  let looking = Promise.resolve();
  const look = () => (looking = looking.then(async () => seen.push(...(await filesUnder(directory)))));
  await collection.add(letters(600), { onProgress: look });
  await collection.add(FILES);
  const textOf = async (id) => (await collection.document(id)).text;
  assert.match(await textOf("people.csv"), /^Name: Ada; Mail: \[email\]; Account: \[iban\]$/m);
  assert.match(await textOf("table"), /^Name: Bob; SSN: \[id-us\]; Telefonnummer: \[phone\]$/m);
  const ferry = await collection.document("ferry.pdf");
  assert.equal(ferry.text, "The ferry is paid by [card] at low tide.");
  assert.equal(ferry.title, "Ferry of [email]");
  await collection.update("letter 1", { title: `Of ${SECRETS[4]}` });
  await look();
  assert.equal((await collection.document("letter 1")).title, "Of [id-us]");
  const { hits } = await collection.search("letter of the tide", { k: 20 });
  const told = [
    Buffer.from(await collection.export()),
    ...(await collection.shards()).map(({ bytes }) => Buffer.from(bytes)),
    Buffer.from(JSON.stringify([hits, await collection.context("the tide"), await collection.documents(), asked])),
  ];
  const questions = new QuestionCache(collection);
  const question = "Who pays the ferry at low tide?";
  const answer = await collection.answer(question);
  await questions.set(question, answer, { sources: sourcesOf(answer) });
  told.push(Buffer.from(JSON.stringify([answer, await questions.get(question)])));
  const { sensitive } = await collection.stats();
  await collection.close();
  const files = [...seen, ...(await filesUnder(directory))];
  assert(!files.some(([file]) => /work-.*\.request$/.test(file)), "no request is kept");
  const bytes = [...told, ...files.map(([, content]) => content)];
  for (const secret of [...SECRETS, "4111111111111111", "078051120", "5550134"]) {
    assert(!bytes.some((content) => content.includes(secret)), secret);
  }
  assert(sensitive.email > 600 && sensitive.card > 600 && sensitive.iban > 0, JSON.stringify(sensitive));
  const again = await open(t, options);
  assert.deepEqual((await again.stats()).sensitive, sensitive);
  assert.deepEqual(await again.add(letters(3)), {
    ...{ added: 0, updated: 1, removed: 0, unchanged: 2 },
    ids: ["letter 0", "letter 1", "letter 2"],
  });
  const size = bytes.reduce((sum, { length }) => sum + length, 0);
  console.log(
    `figure: none of 8 masked values in ${files.length} files as they came and went, exports and answers, ${size} bytes`,
  );
});

test("a policy belongs to the index", async (t) => {
  const masked = await open(t, { sensitive: { policy: "mask" } });
  const model = quantizedModel();
  const bytes = await masked.export();
  await assert.rejects(Leafcutter.import(bytes, { name: "other", model }), { code: "index-identity" });
  const again = await Leafcutter.import(bytes, { name: "other", model, sensitive: { policy: "mask" } });
  await again.close();
});

test("what is refused is named without its value, and nothing is changed", async (t) => {
  const collection = await open(t, { sensitive: { policy: "refuse", kinds: ["email", "card"] } });
  await collection.add([{ id: "a", text: "Call +49 30 1234567." }]);
  const refused = collection.add([
    { id: "b", text: "Harmless." },
    { id: "c", html: "<p>ada<b>@example.org</b></p>" },
  ]);
  await assert.rejects(refused, ({ code, message }) => {
    assert.equal(code, "sensitive-content");
    return message.includes('"c"') && message.includes("email") && !message.includes("example.org");
  });
  assert.deepEqual(
    (await collection.documents()).map(({ id }) => id),
    ["a"],
  );
});

test("what is marked can be filtered by", async (t) => {
  const collection = await open(t, { sensitive: { policy: "mark" } });
  await collection.add([
    { id: "a", text: "The tide comes in; write to ada@example.org." },
    { id: "b", text: "The tide goes out." },
  ]);
  const { hits } = await collection.search("tide", {
    filter: { "sensitive.email": { exists: false } },
    mode: "leaves",
  });
  assert.deepEqual(
    hits.map(({ document }) => document.id),
    ["b"],
  );
  const { metadata, text, sensitive } = await collection.document("a");
  assert.deepEqual(sensitive, [{ kind: "email", range: { start: 28, end: 43 } }]);
  assert.deepEqual([metadata, text.includes("ada@example.org")], [{ "sensitive.email": 1 }, true]);
  assert.deepEqual((await collection.stats()).sensitive, { email: 1 });
});

test("mistakes are named", async (t) => {
  for (const sensitive of [
    {},
    { policy: "hide" },
    { policy: "mask", kinds: "email" },
    { policy: "mask", kinds: ["shoe"] },
  ]) {
    await assert.rejects(open(t, { sensitive }), { code: "invalid-option" });
  }
  const collection = await open(t, { sensitive: { policy: "mask" } });
  await assert.rejects(collection.add([{ text: "No id." }]), { code: "invalid-option" });
  await assert.rejects(collection.add([{ id: "to ada@example.org", text: "An id." }]), { code: "sensitive-content" });
  assert.equal((await collection.stats()).documents, 0);
});
