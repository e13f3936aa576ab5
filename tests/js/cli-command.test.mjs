// The command as a user runs it, over stand-in bindings: arguments, exit codes, and the files that it writes.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";

import { fakeModelFolder, fakePackage, importSources, temporaryFolder } from "./support.mjs";

const { Arguments, UsageError, ProgressLine, duration, findFiles, readSource, drawTree, oneLine, printable, wrap } =
  await importSources("cli/command", "cli/errors", "cli/progress", "cli/files", "cli/tree-drawing", "cli/text");

const packageFolder = path.dirname(path.dirname(fileURLToPath((await fakePackage()).url)));
const bin = path.join(packageFolder, "bin/leafcutter");
await cp(fileURLToPath(new URL("../../pkg/bin", import.meta.url)), path.dirname(bin), { recursive: true });
const cache = await temporaryFolder();
const env = { ...process.env, LEAFCUTTER_CACHE: cache };
const model = await fakeModelFolder();

/** Runs the command to its end. */
function leafcutter(...args) {
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { env }, (error, out, err) =>
      resolve({ code: error?.code ?? 0, out, err }),
    );
  });
}

async function write(folder, files) {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), content);
  }
  return folder;
}

test("help is on standard output, and lists every option", async () => {
  const { code, out } = await leafcutter("--help");
  assert.equal(code, 0);
  for (const command of ["build", "search", "tree", "export", "eval", "model", "serve"]) {
    assert.match(out, new RegExp(`^  ${command} `, "m"));
    const help = await leafcutter(command, "--help");
    assert.equal(help.code, 0);
    assert.match(help.out, new RegExp(`^Usage: leafcutter ${command} `));
    assert.deepEqual(await leafcutter("help", command), help);
  }
  const help = (await leafcutter("eval", "-h")).out;
  for (const option of ["unit", "mode", "hybrid", "budget", "run", "limit", "workers", "json"]) {
    assert.match(help, new RegExp(`--${option}\\b`));
  }
});

test("wrong usage ends with code 2, and one line that says what is wrong", async () => {
  const cases = [
    [[], /name a command/],
    [["grow"], /there is no command "grow"; see "leafcutter --help"/],
    [["constructor"], /there is no command "constructor"/],
    [["search", "index"], /expected INDEX "question"; see "leafcutter search --help"/],
    [["search", "index", "a", "question"], /unexpected argument "question"/],
    [["search", "index", "?", "-k", "0"], /--k must be a whole number of at least 1, not "0"/],
    [["search", "index", "?", "--hybrid", "2"], /--hybrid must be a number from 0 to 1/],
    [["search", "index", "?", "--mode", "best"], /--mode must be one of auto, leaves, collapsed, traverse, not "best"/],
    [["search", "index", "?", "--rerank", "5"], /--rerank needs a --reranker/],
    [["search", "index", "?", "--reranker", "m", "--budget", "9"], /--reranker is for hits, not for a --budget/],
    [["eval", "set", "--rerank", "5"], /--rerank needs a --reranker/],
    [["eval", "set", "--unit", "page"], /--unit must be one of chunk, passage/],
    [["eval", "set", "--evidence", "words"], /--evidence must be one of path, sections, windows, clusters, sentences/],
    [["eval", "set", "--against", "flat"], /--against must be a mode \(.*\) or NAME=VALUE,.*, not "flat"/],
    [["eval", "set", "--against", "hybrid=2"], /--hybrid must be a number from 0 to 1, not "2"/],
    [["eval", "set", "--against", "mode="], /--mode needs a value/],
    [["eval", "set", "--seed", "x"], /--seed must be a whole number of at least 0/],
    [["eval", "set", "--budgets", "1"], /Unknown option '--budgets'/],
    [["eval", "set", "--budget"], /--budget/],
    [["build", "site"], /expected --out DIR/],
    [["eval", "set", "--summary-tokens", "0"], /--summary-tokens must be a whole number of at least 1, not "0"/],
    [["eval", "set", "--summary-embedding", "mean"], /--summary-embedding must be one of text, leaves, not "mean"/],
    [["eval", "set", "--precision", "f16"], /--precision must be one of int8, f32/],
    [["build", "site", "--out", ""], /--out needs a value/],
    [["model", "train"], /there is no "model train"/],
    [["model", "fetch", "../secrets"], /is no model's name/],
    [["model", "convert", "folder"], /expected model convert FOLDER --out FILE/],
    [["serve", cache, "--mount", "models=x"], /--mount must be/],
  ];
  for (const [args, message] of cases) {
    const { code, out, err } = await leafcutter(...args);
    assert.deepEqual([code, out], [2, ""], `${args.join(" ")}: ${err}`);
    assert.match(err, message);
    assert.match(err, /^leafcutter: .*\n$/);
  }
});

test("a failure ends with code 1, and one line that says what to do", async () => {
  const empty = await temporaryFolder();
  const broken = await write(await temporaryFolder(), { "manifest.json": "{" });
  const support = fileURLToPath(new URL("support.mjs", import.meta.url));
  const cases = [
    [["search", "nowhere", "?"], /there is no index at "nowhere"; make one with "leafcutter build/],
    [["tree", broken], /is no manifest of an index; run "leafcutter build" again/],
    [["build", empty, "--out", "x"], /no \.md, \.markdown/],
    [["build", "nowhere", "--out", "x"], /there is no file or folder "nowhere"/],
    [
      ["build", fileURLToPath(import.meta.url), "--out", "x"],
      /there is no model "all-MiniLM-L6-v2".*leafcutter model fetch/,
    ],
    [["build", support, "--out", "x", "--summarizer", "nowhere.mjs"], /the summarizer nowhere\.mjs cannot be loaded/],
    [["build", support, "--out", "x", "--summarizer", support], /the default export of .* is no function/],
    [["eval", empty], /is no dataset/],
    [["serve", "nowhere"], /there is no folder "nowhere"/],
    [["model", "fetch", "--from", empty], /config\.json is not there/],
  ];
  for (const [args, message] of cases) {
    const { code, out, err } = await leafcutter(...args);
    assert.deepEqual([code, out], [1, ""], `${args.join(" ")}: ${err}`);
    assert.match(err, message);
    assert.match(err, /^leafcutter: .*\n$/);
  }
});

test("build writes the same bytes twice, and search opens them", async () => {
  const site = await write(await temporaryFolder(), {
    "a.md": "# A\n\nbeaver",
    "docs/b.html": "<p>kit</p>",
    ".hidden.md": "x",
    "node_modules/c.md": "x",
  });
  const out = path.join(site, "search");
  const options = ["--out", out, "--model", model, "--levels", "2", "--url", "/site/", "--json"];
  const built = await leafcutter("build", site, ...options);
  assert.equal(built.code, 0, built.err);
  const files = ["index.leafcutter", "manifest.json"];
  assert.deepEqual((await readdir(out)).sort(), files);
  const first = await Promise.all(files.map((file) => readFile(path.join(out, file), "utf8")));
  const manifest = JSON.parse(first[1]);
  assert.equal(manifest.counts.documents, 2);
  assert.equal(manifest.model.name, path.basename(model));
  assert.deepEqual(manifest.settings, { tree: { maxLevels: 2 } });
  assert.equal((await leafcutter("build", site, ...options)).code, 0);
  assert.deepEqual(await Promise.all(files.map((file) => readFile(path.join(out, file), "utf8"))), first);
  const found = await leafcutter("search", out, "beaver", "--model", model, "--json");
  assert.equal(found.code, 0, found.err);
  assert.deepEqual(
    JSON.parse(found.out).hits.map(({ document }) => document.id),
    ["a.md"],
  );
});

test("an index is opened in the precision that it was built in", async () => {
  const out = path.join(await temporaryFolder(), "index");
  const folder = await write(await temporaryFolder(), { "a.txt": "beaver" });
  const built = await leafcutter("build", folder, "--out", out, "--model", model, "--precision", "f32", "--json");
  assert.equal(built.code, 0, built.err);
  assert.equal(JSON.parse(built.out).model.identity, "fake-2-f32");
  const found = await leafcutter("search", out, "beaver", "--model", model, "--json");
  assert.equal(found.code, 0, found.err);
});

test("eval keeps embeddings, writes the run file and prints one object", async () => {
  const lines = (records) => records.map((record) => `${JSON.stringify(record)}\n`).join("");
  const set = await write(await temporaryFolder(), {
    "corpus.jsonl": lines([
      { _id: "a", title: "A", text: "beaver" },
      { _id: "b", title: "B", text: "kit" },
    ]),
    "queries.jsonl": lines([
      { _id: "1", text: "beaver" },
      { _id: "2", text: "nothing" },
    ]),
    "qrels/test.tsv": "query-id\tcorpus-id\tscore\n1\ta\t1\n2\tb\t1\n",
  });
  const run = path.join(set, "run.txt");
  const args = ["eval", set, "--unit", "passage", "--mode", "leaves", "--hybrid", "1", "--model", model, "--run", run];
  const first = await leafcutter(...args, "--json");
  assert.equal(first.code, 0, first.err);
  const report = JSON.parse(first.out);
  assert.deepEqual(report.metrics, { "nDCG@10": 50, "recall@5": 50, "recall@100": 50, "hit@5": 50 });
  assert.deepEqual(report.intervals["nDCG@10"], [0, 100]);
  assert.equal(report.seed, 0);
  assert.deepEqual(report.embeddings, { cached: 0, computed: 2 });
  assert.deepEqual(report.settings, {
    unit: "passage",
    format: "text",
    mode: "leaves",
    hybrid: 1,
    tree: { maxLevels: 0 },
    chunking: { strategy: "whole" },
  });
  assert.match(await readFile(run, "utf8"), /^1 Q0 a 1 \S+ leafcutter\n$/);
  const second = await leafcutter(...args);
  assert.match(second.out, /2 from the cache, 0 computed/);
  assert.match(second.out, /nDCG@10 +50\.00 \[0\.00, 100\.00\]/);
  const compared = await leafcutter(...args, "--against", "mode=auto,hybrid=0,unit=chunk", "--seed", "3");
  assert.equal(compared.code, 0, compared.err);
  assert.match(
    compared.out,
    /against mode=auto,hybrid=0,unit=chunk\n {2}unit chunk, format auto, mode auto, hybrid 0\n/,
  );
  assert.match(
    compared.out,
    /hit@5 +0\.00 \[0\.00, 0\.00\], p 1\.0000, better for 0\.0 % of the questions, worse for 0\.0 %/,
  );
  assert.match(compared.out, /95 % intervals over the questions, of 10,000 resamples \(seed 3\)/);
  const reranked = await leafcutter(...args, "--reranker", model, "--against", "rerank=0", "--json");
  assert.equal(reranked.code, 0, reranked.err);
  const { settings, against: plain } = JSON.parse(reranked.out);
  assert.deepEqual([settings.rerank, plain.settings.rerank], [30, undefined]);
  const absent = await leafcutter(...args, "--reranker", path.join(set, "absent"));
  assert.deepEqual([absent.code, /there is no model .* with --reranker/.test(absent.err)], [1, true], absent.err);
  const { against } = JSON.parse((await leafcutter(...args, "--against", "leaves", "--json")).out);
  assert.deepEqual([against.setting, against.metrics, against.settings], ["leaves", report.metrics, report.settings]);
  assert.deepEqual(against.differences["nDCG@10"], { mean: 0, interval: [0, 0], p: 1, better: 0, worse: 0 });
  assert.deepEqual((await readdir(set)).sort(), ["corpus.jsonl", "qrels", "queries.jsonl", "run.txt"]);
});

test("model: a folder is quantized into one file", async () => {
  const folder = await temporaryFolder();
  const out = path.join(folder, "model.safetensors");
  const converted = await leafcutter("model", "convert", model, "--out", out, "--json");
  assert.equal(converted.code, 0, converted.err);
  assert.deepEqual(JSON.parse(converted.out), { out, bytes: 2, identity: "fake-2", dimensions: 4 });
  assert.deepEqual(await readdir(folder), ["model.safetensors"]);
  const again = await leafcutter("model", "convert", model, "--out", out);
  assert.match(again.err, /is already there/);
});

test("model: a folder is fetched as a whole or not at all, with its quantized form beside it", async () => {
  const folder = await temporaryFolder();
  const fetch = (name, ...args) =>
    leafcutter("model", "fetch", ...args, "--from", model, "--out", path.join(folder, name));
  const fetched = await fetch("one", "someone/else");
  assert.equal(fetched.code, 0, fetched.err);
  assert.match(fetched.out, /one and one\.int8\.safetensors: fetched; no published sums/);
  const quantized = path.join(folder, "one.int8.safetensors");
  const { mtimeMs } = await stat(quantized);
  assert.match((await fetch("one", "someone/else")).out, /already there/);
  assert.equal((await stat(quantized)).mtimeMs, mtimeMs, "it was made again");
  // The stand-in takes it for one of another version.
  await writeFile(quantized, "");
  await fetch("one", "someone/else");
  assert.equal((await stat(quantized)).size, 2);
  assert.equal((await fetch("two", "someone/else", "--precision", "f32")).code, 0);
  const wrong = await fetch("three");
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /is not the published file \(SHA-256 [\da-f]{64}|missing, expected/);
  assert.deepEqual((await readdir(folder)).sort(), ["one", "one.int8.safetensors", "two"]);
});

test("model: one in the cache is found by its name, in int8 as its quantized form", async () => {
  const site = await write(await temporaryFolder(), { "a.txt": "beaver" });
  await cp(model, path.join(cache, "models/named"), { recursive: true });
  await writeFile(path.join(cache, "models/named.int8.safetensors"), "123");
  const identity = async (...args) => {
    const built = await leafcutter("build", site, "--out", path.join(site, "out"), "--json", ...args);
    assert.equal(built.code, 0, built.err);
    return JSON.parse(built.out).model;
  };
  assert.deepEqual(await identity("--model", "named"), { name: "named", identity: "fake-3" });
  assert.deepEqual(await identity("--model", "named", "--precision", "f32"), { name: "named", identity: "fake-2-f32" });
});

test("Ctrl-C ends a build with code 130 and leaves nothing behind", async () => {
  const site = await write(
    await temporaryFolder(),
    Object.fromEntries(
      Array.from({ length: 400 }, (_, index) => [`${index}.txt`, `slow ${index} ${"word ".repeat(200)}`]),
    ),
  );
  const out = path.join(site, "out");
  const child = spawn(process.execPath, [bin, "build", site, "--out", out, "--model", model, "--workers", "0"], {
    env,
  });
  let err = "";
  child.stderr.on("data", (chunk) => {
    err += chunk;
    // The first line of progress shows that it is at work.
    if (!child.killed && /embedding: /.test(err)) child.kill("SIGINT");
  });
  const [code] = await once(child, "exit");
  assert.equal(code, 130, err);
  assert.match(err, /leafcutter: cancelled\n$/);
  assert.ok(!(await readdir(site)).includes("out"));
});

test("serve: a site, until Ctrl-C", async () => {
  const site = await write(await temporaryFolder(), { "dist/index.html": "built", "src/index.html": "source" });
  const child = spawn(process.execPath, [bin, "serve", site, "--port", "0", "--mount", `/more/=${model}`], { env });
  const [chunk] = await once(child.stdout, "data");
  const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(String(chunk));
  assert.equal(await (await fetch(url)).text(), "built");
  assert.equal(await (await fetch(`${url}more/config.json`)).text(), "{}");
  child.kill("SIGINT");
  assert.deepEqual(await once(child, "exit"), [0, null]);
});

test("serve: a page to ask an index, with all that it loads", async () => {
  const index = await write(await temporaryFolder(), { "a.txt": "beaver" });
  const built = await leafcutter("build", path.join(index, "a.txt"), "--out", index, "--model", model);
  assert.equal(built.code, 0, built.err);
  const child = spawn(process.execPath, [bin, "serve", index, "--port", "0"], { env });
  const [chunk] = await once(child.stdout, "data");
  const [url] = /http:\/\/127\.0\.0\.1:\d+\//.exec(String(chunk));
  const html = await (await fetch(url)).text();
  const wanted = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file]) => file);
  assert.equal(wanted.length, 2);
  wanted.push("/index/manifest.json", "/index/index.leafcutter", "/leafcutter/index.js", "/leafcutter/worker.js");
  for (const file of wanted) assert.equal((await fetch(new URL(file, url))).status, 200, file);
  const script = await (await fetch(new URL("/leafcutter/cli/page/page.js", url))).text();
  assert.match(script, /from\s*"\.\.\/\.\.\/index\.js"/);
  child.kill("SIGINT");
  await once(child, "exit");
});

test("arguments are checked as they are asked for", () => {
  const command = { operands: "FILE", count: [0, 9], options: { n: { type: "string" }, on: { type: "boolean" } } };
  const args = Arguments.parse(command, ["--n", "12", "a", "--on", "--", "--b"]);
  assert.deepEqual(args.operands, ["a", "--b"]);
  assert.equal(args.count("n"), 12);
  assert.equal(args.flag("on"), true);
  const changed = args.with({ n: "13" });
  assert.deepEqual(
    [changed.operands, changed.count("n"), changed.flag("on"), args.count("n")],
    [args.operands, 13, true, 12],
  );
  for (const text of ["1e3", "-1", " 5", "0x10", "99999999999999999999"]) {
    assert.throws(() => Arguments.parse(command, [`--n=${text}`]).count("n"), UsageError, text);
  }
  for (const text of ["NaN", "-0.1", "1.1", "half"]) {
    assert.throws(() => Arguments.parse(command, [`--n=${text}`]).fraction("n"), UsageError, text);
  }
});

test("files are found in the order of their ids, without what is hidden, linked or the result", async () => {
  const folder = await write(await temporaryFolder(), {
    "b.md": "b",
    "B.TXT": "B",
    "a/index.html": "a",
    "a/é?.htm": "e",
    "a/picture.png": "",
    "out/old.md": "",
    ".git/c.md": "",
  });
  await symlink("b.md", path.join(folder, "link.md"));
  await symlink(".", path.join(folder, "loop"));
  const files = await findFiles([folder], path.join(folder, "out"));
  assert.deepEqual(
    files.map(({ id }) => id),
    ["B.TXT", "a/index.html", "a/é?.htm", "b.md"],
  );
  const sources = await Promise.all(files.map((file) => readSource(file, "/docs/")));
  assert.deepEqual(
    sources.map(({ url }) => url),
    ["/docs/B.TXT", "/docs/a/", "/docs/a/%C3%A9%3F.htm", "/docs/b.md"],
  );
  await assert.rejects(
    findFiles([folder, path.join(folder, "out"), await write(await temporaryFolder(), { "b.md": "" })]),
    /would both be "b\.md"/,
  );
});

test("progress is a line that is rewritten on a terminal, and a line now and then elsewhere", () => {
  for (const isTTY of [true, false]) {
    let now = 0;
    let written = "";
    const line = new ProgressLine({ isTTY, write: (text) => (written += text) }, () => now);
    for (; now <= 12_000; now += 50) line.show("embedding", now, 24_000);
    line.report({ stage: "cluster", done: 1, total: 0, secondsLeft: 200 });
    line.clear();
    if (isTTY) {
      assert.match(written, /\r\x1b\[Kembedding: 6,000 of 24,000, 18 s left\r/);
      assert.match(written, /\r\x1b\[K$/);
    } else {
      assert.deepEqual(written.match(/.*\n/g), [
        "embedding: 5,000 of 24,000, 19 s left\n",
        "embedding: 10,000 of 24,000, 14 s left\n",
      ]);
    }
  }
  assert.deepEqual([0.2, 89, 90, 3600, 8000].map(duration), ["1 s", "89 s", "2 min", "60 min", "2 h 13 min"]);
});

test("a tree is drawn from its roots, with the further parents of a node", () => {
  const node = (id, level, text, parents, children) => ({ id, level, text, parents, children });
  const nodes = [
    node(0, 0, "one\nline", [3], []),
    node(1, 0, "two", [3, 4], []),
    node(2, 0, "alone", [], []),
    node(3, 1, "left", [], [0, 1]),
    node(4, 1, "right", [], [1]),
  ];
  const lines = [...drawTree({ levels: [3, 2], nodes }, Infinity)];
  assert.deepEqual(lines, [
    "level 1: 2 summaries",
    "level 0: 3 passages",
    "",
    "[1] #3 left",
    "├─ [0] #0 one line",
    "└─ [0] #1 two  (also under #4)",
    "",
    "[1] #4 right",
    "└─ [0] #1 two  (also under #3)",
    "",
    "[0] #2 alone",
  ]);
  assert.ok(![...drawTree({ levels: [3, 2], nodes }, 1)].join().includes("two"));
});

test("text of documents cannot steer the terminal", () => {
  assert.equal(oneLine("a\x1b[31mred\u202e\n\tb\x9b2J"), "a [31mred b 2J");
  assert.equal(printable("[1] a\x1b[31mred\u202e\n\tb\x9b2J\r"), "[1] a[31mred\n\tb2J");
  assert.equal(oneLine("several words here", 15), "several words…");
  assert.equal(oneLine(`${"x".repeat(8)}🦫 y`, 10), "xxxxxxxx…");
  assert.deepEqual(wrap("one two three", "  ", 9), ["  one two", "  three"]);
});
