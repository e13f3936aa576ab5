// `leafcutter serve`: what is answered, and above all what is not.

import assert from "node:assert/strict";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { request } from "node:http";
import path from "node:path";
import test, { after } from "node:test";

import { importSources, temporaryFolder } from "./support.mjs";

const { startServer, parseRange, CONTENT_SECURITY_POLICY } = await importSources("cli/server");

const folder = await temporaryFolder();
const site = path.join(folder, "site");
const models = path.join(folder, "models");
const files = {
  "secret.txt": "secret",
  "site/index.html": "<!doctype html>",
  "site/app.js": "export {};",
  "site/module.WASM": "0123456789",
  "site/empty.css": "",
  "site/data.bin": "?",
  "site/docs/index.html": "docs",
  "site/with space/ä.md": "# ä",
  "site/.env": "secret",
  "site/.git/config": "secret",
  "site-other/file.txt": "secret",
  "models/mini/config.json": "{}",
};
for (const [name, content] of Object.entries(files)) {
  await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
  await writeFile(path.join(folder, name), content);
}
await symlink("../secret.txt", path.join(site, "way-out.txt"));
await symlink("..", path.join(site, "up"));
await symlink(".env", path.join(site, "hidden.txt"));
await symlink("app.js", path.join(site, "inside.js"));
await symlink("nowhere", path.join(site, "dangling.js"));

const server = await startServer({ mounts: { "/": site, "/models/": models } });
after(() => server.close());

/** Sends a path as it stands: `fetch` would tidy it up. */
function get(path, { method = "GET", headers = {} } = {}) {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(chunks).toString() });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("the policy that the documentation gives for other servers is the one that is sent", async () => {
  const page = await readFile(new URL("../../docs/hosting.md", import.meta.url), "utf8");
  assert.ok(page.includes(`\nContent-Security-Policy: ${CONTENT_SECURITY_POLICY}\n`));
});

test("files come with their type, their length and the policy", async () => {
  const types = {
    "/": "text/html; charset=utf-8",
    "/app.js": "text/javascript; charset=utf-8",
    "/module.WASM": "application/wasm",
    "/empty.css": "text/css; charset=utf-8",
    "/data.bin": "application/octet-stream",
    "/docs/": "text/html; charset=utf-8",
    "/with%20space/%C3%A4.md": "text/markdown; charset=utf-8",
    "/models/mini/config.json": "application/json; charset=utf-8",
    "/inside.js?version=1": "text/javascript; charset=utf-8",
  };
  for (const [path, type] of Object.entries(types)) {
    const { status, headers, body } = await get(path);
    assert.equal(status, 200, path);
    assert.equal(headers["content-type"], type);
    assert.equal(Number(headers["content-length"]), Buffer.byteLength(body));
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.match(headers["content-security-policy"], /default-src 'self'; script-src 'self' 'wasm-unsafe-eval';/);
  }
});

test("nothing outside the folder is served, nor what is hidden in it", async () => {
  const paths = [
    "/../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/docs/../../secret.txt",
    "/docs/..%2f..%2fsecret.txt",
    "/..\\secret.txt",
    "/..%5csecret.txt",
    "/%2e%2e%5csecret.txt",
    "/models/../../secret.txt",
    "/models/..%2f..%2fsecret.txt",
    "/../site-other/file.txt",
    `/${folder}/secret.txt`,
    "//secret.txt",
    "/way-out.txt",
    "/up/secret.txt",
    "/hidden.txt",
    "/dangling.js",
    "/.env",
    "/.git/config",
    "/docs/%00",
    "/%",
    "/%ff",
    "*",
    "http://elsewhere.example/secret.txt",
    "/app.js/",
    "/missing.html",
  ];
  for (const path of paths) {
    const { status, body, headers } = await get(path);
    assert.ok(status === 404 || status === 400, `${path}: ${status}`);
    assert.doesNotMatch(body, /secret/, path);
    assert.ok(headers["content-security-policy"]);
  }
});

test("a folder's address is completed with its slash, on this host", async () => {
  const { status, headers } = await get("/docs?q=1");
  assert.equal(status, 301);
  assert.equal(headers.location, "/docs/?q=1");
  assert.equal((await get("/models")).headers.location, "/models/");
  assert.equal((await get("//docs")).status, 400);
});

test("only reading is answered, and only to the names of this machine", async () => {
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { status, headers } = await get("/", { method });
    assert.equal(status, 405);
    assert.equal(headers.allow, "GET, HEAD");
  }
  const { status, body, headers } = await get("/app.js", { method: "HEAD" });
  assert.deepEqual([status, body, headers["content-length"]], [200, "", "10"]);
  for (const host of ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80"]) {
    assert.equal((await get("/", { headers: { host } })).status, 403, host);
  }
  assert.equal((await get("/", { headers: { host: "localhost:1234" } })).status, 200);
});

test("ranges of bytes", async () => {
  const cases = [
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-99", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=0-99", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=10-", 416, undefined, "bytes */10"],
    ["bytes=-0", 416, undefined, "bytes */10"],
    ["bytes=4-2", 200, "0123456789", undefined],
    ["bytes=0-1,3-4", 200, "0123456789", undefined],
    ["lines=1-2", 200, "0123456789", undefined],
  ];
  for (const [range, status, body, contentRange] of cases) {
    const answer = await get("/module.WASM", { headers: { range } });
    assert.equal(answer.status, status, range);
    assert.equal(answer.headers["content-range"], contentRange);
    if (body !== undefined) assert.equal(answer.body, body);
  }
  const { etag } = (await get("/module.WASM")).headers;
  const ifRange = async (tag) =>
    (await get("/module.WASM", { headers: { range: "bytes=1-1", "if-range": tag } })).status;
  assert.equal(await ifRange(etag), 206);
  assert.equal(await ifRange('"older"'), 200);
  assert.equal(parseRange("bytes=0-0", 0), "unsatisfiable");
});

test("an unchanged file is not sent again", async () => {
  const { etag } = (await get("/app.js")).headers;
  const { status, body } = await get("/app.js", { headers: { "if-none-match": etag } });
  assert.deepEqual([status, body], [304, ""]);
});

test("a busy port: the next one is taken if that is wished, else it is an error", async () => {
  const { port } = new URL(server.url);
  const busy = { mounts: { "/": site }, port: Number(port) };
  await assert.rejects(startServer(busy), { code: "EADDRINUSE" });
  const next = await startServer({ ...busy, attempts: 20 });
  assert.ok(Number(new URL(next.url).port) > Number(port));
  await next.close();
});
