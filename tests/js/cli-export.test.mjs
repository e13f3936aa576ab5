// `leafcutter export` over stand-in bindings: the files that it writes, each read as its reader would.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import test, { before } from "node:test";
import { fileURLToPath } from "node:url";

import { parquetReadObjects, parquetSchema, parquetMetadata } from "hyparquet";

import { fakeModelFolder, fakePackage, temporaryFolder } from "./support.mjs";

const packageFolder = path.dirname(path.dirname(fileURLToPath((await fakePackage()).url)));
const bin = path.join(packageFolder, "bin/leafcutter");
await cp(fileURLToPath(new URL("../../pkg/bin", import.meta.url)), path.dirname(bin), { recursive: true });
await writeFile(path.join(packageFolder, "package.json"), '{ "type": "module", "version": "1.2.3" }');
const model = await fakeModelFolder();
const folder = await temporaryFolder();

const PAGES = 300;

/** What a node of the stand-in must become. Its vectors count up in sevenths. */
const expected = (id) => {
  const name = `${String(id).padStart(3, "0")}.txt`;
  return {
    id,
    level: 0,
    text: `page ${id}: a ✓ and a "quote"`,
    tokens: 1,
    parents: [],
    children: [],
    document: name,
    title: name,
    url: id === 0 ? null : `/site/${name}`,
    metadata: {},
    documents: [name],
    headings: ["Heading"],
    sources: [{ node: id, start: 0, end: `page ${id}: a ✓ and a "quote"`.length }],
    vector: [0, 1, 2, 3].map((column) => Math.fround((id * 4 + column) / 7)),
  };
};

/** Runs the command to its end. */
function leafcutter(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args, "--model", model], { cwd: folder }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });
}

async function run(...args) {
  const { code, out, err } = await leafcutter(...args);
  assert.equal(code, 0, err);
  return out;
}

const read = (name) => readFile(path.join(folder, name), "utf8");

/** As numbers of 32 bits, which is what a store makes of them. */
const rounded = (node) => ({ ...node, vector: Array.from(node.vector, Math.fround) });

before(async () => {
  await mkdir(path.join(folder, "site"));
  for (let id = 0; id < PAGES; id++) {
    const { document, text } = expected(id);
    await writeFile(path.join(folder, "site", document), text);
  }
  await run("build", "site", "--out", "index", "--url", "/site/");
  // One without an address.
  const file = path.join(folder, "index/index.leafcutter");
  const saved = JSON.parse(await readFile(file, "utf8"));
  delete saved.documents[0][1].url;
  await writeFile(file, JSON.stringify(saved));
});

test("jsonl: one object a node", async () => {
  const report = JSON.parse(await run("export", "index", "--to", "jsonl", "--out", "nodes.jsonl", "--json"));
  assert.deepEqual(report, {
    out: "nodes.jsonl",
    format: "jsonl",
    nodes: PAGES,
    dimensions: 4,
    files: ["nodes.jsonl"],
  });
  const lines = (await read("nodes.jsonl")).trimEnd().split("\n");
  assert.equal(lines.length, PAGES);
  for (const [id, line] of lines.entries()) assert.deepEqual(rounded(JSON.parse(line)), expected(id));
});

test("parquet: a row a node, with a list of floats", async () => {
  const out = await run("export", "index", "--to", "parquet", "--out", "nodes.parquet");
  assert.equal(out, `nodes.parquet: ${PAGES} nodes, each with a vector of 4 values\n`);
  const bytes = await readFile(path.join(folder, "nodes.parquet"));
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  const rows = await parquetReadObjects({ file });
  assert.equal(rows.length, PAGES);
  for (const [id, row] of rows.entries()) assert.deepEqual(rounded(row), expected(id));
  const metadata = parquetMetadata(file);
  assert.equal(metadata.created_by, "leafcutter version 1.2.3");
  const { children } = parquetSchema(metadata);
  assert.deepEqual(
    children.map(({ element }) => element.name),
    Object.keys(expected(0)),
  );
  const [list] = children.at(-1).children;
  assert.equal(list.children[0].element.type, "FLOAT");
});

test("qdrant: requests that make a collection and fill it, and none of an earlier export", async () => {
  await mkdir(path.join(folder, "qdrant"));
  for (const file of ["points-00007.json", "notes.txt"]) await writeFile(path.join(folder, "qdrant", file), "");
  const report = JSON.parse(await run("export", "index", "--to", "qdrant", "--out", "qdrant", "--json"));
  const files = ["collection.json", "points-00001.json", "points-00002.json"];
  assert.deepEqual(
    report.files,
    files.map((file) => path.join("qdrant", file)),
  );
  assert.deepEqual((await readdir(path.join(folder, "qdrant"))).sort(), [...files, "notes.txt"].sort());
  assert.deepEqual(JSON.parse(await read("qdrant/collection.json")), { vectors: { size: 4, distance: "Cosine" } });
  const points = [];
  for (const file of files.slice(1)) points.push(...JSON.parse(await read(`qdrant/${file}`)).points);
  for (const [index, { id, vector, payload }] of points.entries()) {
    assert.deepEqual(rounded({ id, ...payload, vector }), expected(index));
  }
});

test("what cannot be written is refused before the index is opened", async () => {
  await writeFile(path.join(folder, "file"), "");
  const cases = [
    [["--out", "x"], 2, /expected --to jsonl\|parquet\|qdrant/],
    [["--to", "jsonl"], 2, /expected --out PATH/],
    [["--to", "csv", "--out", "x"], 2, /--to must be one of jsonl, parquet, qdrant, not "csv"/],
    [["--to", "jsonl", "--out", "site"], 1, /site is a folder; name a file/],
    [["--to", "qdrant", "--out", "file"], 1, /file is a file; name a folder/],
  ];
  for (const [args, wanted, message] of cases) {
    const { code, err } = await leafcutter("export", "index", ...args);
    assert.equal(code, wanted, err);
    assert.match(err, message);
  }
});

test("the licences of what is bundled stand in the bundle", async () => {
  const command = await readFile(path.join(packageFolder, "dist/cli/main.js"), "utf8");
  for (const name of ["hyparquet-writer", "hyparquet"]) assert.match(command, new RegExp(`^${name}$`, "m"));
  assert.match(command, /Permission is hereby granted/);
});
