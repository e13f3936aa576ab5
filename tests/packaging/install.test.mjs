// The packed package, installed as a stranger would: in Node, on a plain page, built by Vite and by webpack, in TypeScript.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { build as buildWithVite } from "vite";
import webpack from "webpack";
import { launch, openPage, root, serve } from "../browser/harness.mjs";
import { modelsFolder, QUANTIZED } from "../support/model.mjs";

const POLICY =
  "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; img-src data:; " +
  // The second is webpack's own, by which it loads the parts that it cuts a script into.
  "require-trusted-types-for 'script'; trusted-types leafcutter webpack";

/** The smallest PDF that says something; pdf.js finds its parts without a table of them. */
const PDF = [
  "%PDF-1.4",
  "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj",
  "2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj",
  "3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj",
  "4 0 obj<</Length 58>>stream",
  "BT /F 12 Tf 20 100 Td (The ferry lands at low tide.) Tj ET",
  "endstream endobj",
  "5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj",
  "trailer<</Root 1 0 R>>",
].join("\n");

/** What each project does with the package; `report` is its own way to tell the result. */
const program = (model, report) => `
  import { Leafcutter } from "leafcutter";
  const collection = await Leafcutter.open({ name: "installed", model: ${JSON.stringify(model)} });
  const { added } = await collection.add([
    { id: "lighthouse", text: "The lighthouse keeper kept bees on the gallery. The sea was sixty feet below." },
    { id: "harbor", markdown: "# Harbor\\n\\nThe harbor froze twice that winter. Fishermen walked to their boats." },
    { id: "school", html: "<h1>School</h1><p>The new teacher plays the cello, badly but with conviction.</p>" },
    { blob: new File([${JSON.stringify(PDF)}], "ferry.pdf") },
    { blob: new File(["Boat,Owner\\nKestrel,Ada\\n"], "boats.csv") },
  ]);
  const { hits } = await collection.search("cello");
  const [ferry] = (await collection.search("ferry at low tide")).hits;
  const tree = await collection.tree();
  const { runtime } = await collection.stats();
  await collection.close();
  ${report}({ added, first: hits[0].document.id, page: ferry.anchor, leaves: tree.levels[0], worker: runtime.worker });
`;

const EXPECTED = { added: 5, first: "school", page: "page=1", leaves: 5 };

let folder;
let tarball;
let browser;

before(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "leafcutter-packaging-"));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: path.join(root, "pkg") });
  tarball = path.join(
    folder,
    (await readdir(folder)).find((name) => name.endsWith(".tgz")),
  );
  browser = await launch();
});

after(async () => {
  await browser?.close();
  await rm(folder, { recursive: true, force: true });
});

/** A project with the package installed and these files. */
async function project(name, files) {
  const project = path.join(folder, name);
  await mkdir(project);
  await writeFile(path.join(project, "package.json"), JSON.stringify({ name, private: true, type: "module" }));
  for (const [file, content] of Object.entries(files)) await writeFile(path.join(project, file), content);
  execFileSync("npm", ["install", "--silent", "--offline", "--no-audit", "--no-fund", tarball], { cwd: project });
  return project;
}

/** What the page at `/` of these folders reports, and what went wrong there. */
async function reportOf(mounts) {
  const server = await serve({
    mounts: { ...mounts, "/models/": modelsFolder },
    headers: { "content-security-policy": POLICY },
  });
  try {
    const { page, problems, requests } = await openPage(browser, server.url);
    await page.waitForFunction(() => window.result !== undefined, undefined, { timeout: 60_000 }).catch(() => {});
    const result = await page.evaluate(() => window.result);
    return { result, problems, elsewhere: requests.filter((url) => !url.startsWith(server.url)) };
  } finally {
    await server.close();
  }
}

/** A page of nothing but its script; with an icon, lest the browser look for one. */
const PAGE = '<!doctype html><link rel="icon" href="data:," /><script type="module" src="/script.js"></script>';

const REPORT_ON_PAGE = "window.result = Object";

test("in a Node script", async (t) => {
  const script = program(path.join(modelsFolder, QUANTIZED), "console.log(JSON.stringify").replace(/;\s*$/, ");");
  const where = await project("in-node", { "index.mjs": script });
  const output = execFileSync(process.execPath, ["index.mjs"], { cwd: where, encoding: "utf8", timeout: 60_000 });
  assert.deepEqual(JSON.parse(output), { ...EXPECTED, worker: false });
  t.diagnostic("figure: Node");
});

test("on a plain page, under a strict policy", async (t) => {
  const script = program(`/models/${QUANTIZED}`, REPORT_ON_PAGE).replace('"leafcutter"', '"/leafcutter/dist/index.js"');
  const where = await project("plain-page", {
    "index.html": PAGE,
    "script.js": script,
  });
  const { result, problems, elsewhere } = await reportOf({
    "/": where,
    "/leafcutter/": path.join(where, "node_modules/leafcutter"),
  });
  assert.deepEqual({ problems, elsewhere }, { problems: [], elsewhere: [] });
  assert.deepEqual(result, { ...EXPECTED, worker: true });
  t.diagnostic("figure: plain page");
});

test("built by Vite, under a strict policy", async (t) => {
  const where = await project("with-vite", {
    "index.html": PAGE,
    "script.js": program(`/models/${QUANTIZED}`, REPORT_ON_PAGE),
  });
  await buildWithVite({ root: where, logLevel: "error", build: { target: "es2022" } });
  const { result, problems, elsewhere } = await reportOf({ "/": path.join(where, "dist") });
  assert.deepEqual({ problems, elsewhere }, { problems: [], elsewhere: [] });
  assert.deepEqual(result, { ...EXPECTED, worker: true });
  t.diagnostic("figure: Vite");
});

test("built by webpack, under a strict policy", async (t) => {
  const where = await project("with-webpack", {
    "script.js": program(`/models/${QUANTIZED}`, REPORT_ON_PAGE),
  });
  const stats = await promisify(webpack)({
    context: where,
    mode: "production",
    entry: "./script.js",
    output: { path: path.join(where, "dist"), filename: "script.js", trustedTypes: { policyName: "webpack" } },
  });
  const { errors, warnings } = stats.toJson({ all: false, errors: true, warnings: true });
  // It thinks a module of this size is too large for a page.
  const unexpected = warnings.filter(({ message }) => !/size limit|code splitting/.test(message));
  assert.deepEqual({ errors, unexpected }, { errors: [], unexpected: [] });
  // What webpack writes is no module.
  await writeFile(path.join(where, "dist/index.html"), PAGE.replace('type="module"', "defer"));
  const { result, problems, elsewhere } = await reportOf({ "/": path.join(where, "dist") });
  assert.deepEqual({ problems, elsewhere }, { problems: [], elsewhere: [] });
  assert.deepEqual(result, { ...EXPECTED, worker: true });
  t.diagnostic("figure: webpack");
});

test("in strict TypeScript, however modules are resolved", async () => {
  const where = await project("in-typescript", {
    "index.ts": `
      import { Leafcutter, LeafcutterError, type ErrorCode, type Hit } from "leafcutter";
      import { Leafcutter as Slim } from "leafcutter/slim";
      import type { LeafcutterSearch, SelectEvent } from "leafcutter/element";
      import { CollectionSource, SearchController, type SearchView } from "leafcutter/search-controller";
      import type { LeafcutterTree } from "leafcutter/tree-picture";
      import { checkClaims } from "leafcutter/answers";
      import { openAiCompatible, summarizeWith, wllama, type WllamaInstance } from "leafcutter/generators";
      import { passkeyKey } from "leafcutter/passkey";
      import { exportNodes, SourceRetriever, type VectorSource } from "leafcutter/vector-source";
      export async function first(question: string): Promise<Hit | undefined> {
        const collection: Leafcutter = await Leafcutter.open({ name: "typed", model: "/model/" });
        await collection.add([{ text: "a", metadata: { year: 1851, tags: ["sea", "whales"] } }]);
        // @ts-expect-error: a document has one content
        await collection.add([{ text: "a", html: "b" }]);
        const answer = await collection.answer(question, { generator: async function* () { yield "a"; } });
        for await (const piece of answer) piece.trim();
        for await (const { verdict, source } of answer.claims()) if (verdict === "supported") source?.document.title.trim();
        const { hits } = await collection.search(question, { filter: { year: { gte: 1800 }, or: [{ tags: "sea" }] } });
        return hits[0];
      }
      export async function generated(collection: Leafcutter, instance: WllamaInstance): Promise<string | undefined> {
        const summarizer = summarizeWith(wllama(instance, { maxTokens: 60 }));
        const embedder = { name: "own", dimensions: 2, embed: (texts: string[]) => texts.map(() => [0, 1]) };
        const locking = await Leafcutter.open({ name: "generated", model: { embedder }, summarizer, encryption: { passphrase: "a" } });
        await locking.lock();
        await locking.unlock({ key: await passkeyKey(new Uint8Array(16)) });
        // @ts-expect-error: a passphrase says that it is one
        await locking.unlock("a");
        // @ts-expect-error: an endpoint needs a model's name
        openAiCompatible({ endpoint: "https://a.example/v1" });
        const { citations } = await collection.answer("a", { sentences: 2 });
        return (await checkClaims("It is so [1].", citations, collection))[0]?.verdict;
      }
      export const codeOf = (error: unknown): ErrorCode | null => error instanceof LeafcutterError ? error.code : null;
      export async function inStore(collection: Leafcutter, source: VectorSource<string>): Promise<string> {
        const [node] = await exportNodes(collection);
        const retriever = new SourceRetriever(source, collection);
        // @ts-expect-error: the source's filters are strings
        await retriever.search("a", { filter: { level: 0 } });
        return (await retriever.context(node?.text ?? "", { tokens: 100, filter: "level = 0" })).text;
      }
      export function show(collection: Leafcutter, search: LeafcutterSearch, tree: LeafcutterTree): SearchView {
        search.collection = tree.collection = collection;
        search.addEventListener("leafcutter-select", ({ detail }: SelectEvent) => void detail.section?.hit?.nodeId);
        // @ts-expect-error: a collection is no source
        search.source = collection;
        return new SearchController({ source: new CollectionSource(collection) }).view;
      }
      export const slim = (wasm: WebAssembly.Module) => Slim.open({ name: "slim", model: "/model/", wasm });
    `,
  });
  const tsc = path.join(root, "node_modules/.bin/tsc");
  const strict = [
    "--noEmit",
    "--strict",
    "--exactOptionalPropertyTypes",
    "--target",
    "es2022",
    "--types",
    "",
    "index.ts",
  ];
  for (const module of [
    ["--module", "nodenext"],
    ["--module", "esnext", "--moduleResolution", "bundler"],
  ]) {
    execFileSync(tsc, [...strict, ...module], { cwd: where, encoding: "utf8", stdio: "pipe" });
  }
});

test("scripts, declarations, modules, the command and the licences are packed, and nothing else", async () => {
  const files = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).trim().split("\n");
  const strange = files.filter(
    (file) =>
      !/^package\/(package\.json|bin\/leafcutter|dist\/.+\.(js|js\.map|d\.ts|wasm)|dist\/cli\/page\/[a-z]+\.(css|html)|dist\/documents\/(cmaps\.zip|LICENSES\.txt)|README\.md|LICENSE.*)$/.test(
        file,
      ),
  );
  assert.deepEqual(strange, []);
  for (const file of [
    "simd.wasm",
    "relaxed.wasm",
    "index.js",
    "slim.js",
    "worker.js",
    "encryption/worker.js",
    "passkey/index.js",
    "guard/index.js",
    "vector-source/index.js",
    "element/index.js",
    "tree-picture/index.js",
    "documents/index.js",
    "documents/pdf.worker.js",
    "documents/worker.js",
    "documents/tables.worker.js",
    "index.d.ts",
    "cli/main.js",
  ]) {
    assert(files.includes(`package/dist/${file}`), file);
  }
  for (const file of ["README.md", "LICENSE-APACHE", "LICENSE-MIT"]) assert(files.includes(`package/${file}`), file);
});
