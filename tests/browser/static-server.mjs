// A static file server on 127.0.0.1, for the browser tests.
import { createReadStream, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { createGzip } from "node:zlib";

const MIME_TYPES = JSON.parse(readFileSync(new URL("../../pkg/src/cli/mime-types.json", import.meta.url), "utf8"));
const COMPRESSIBLE = /^(text\/|image\/svg|application\/(json|wasm|manifest))/;

/**
 * Serves folders until `close()` is called.
 *
 * @param {object} options
 * @param {Record<string, string>} options.mounts URL prefix, ending in "/", to folder; the longest prefix that fits wins
 * @param {Record<string, string>} [options.headers] sent with every answer
 * @param {(request: import("node:http").IncomingMessage, response: import("node:http").ServerResponse) => boolean}
 *   [options.answerFirst] says whether it answered the request
 * @param {boolean} [options.compress] sends what can be compressed with gzip, as static hosts do
 * @param {number} [options.port] 0 takes a free one
 * @returns {Promise<{ url: string, requests: string[], close(): Promise<void> }>} `url` ends in "/"; `requests` grows
 *   by the path of each request
 */
export async function serve({ mounts, headers = {}, answerFirst = () => false, compress = false, port = 0 }) {
  const prefixes = Object.keys(mounts).sort((left, right) => right.length - left.length);
  const requests = [];

  async function answer(request, response) {
    const path = decodeURIComponent(new URL(request.url, "http://127.0.0.1").pathname);
    requests.push(path);
    if (answerFirst(request, response)) return;
    const file = await findFile(path);
    if (file === undefined) {
      response.writeHead(404, { "content-type": "text/plain; charset=utf-8", ...headers });
      response.end(`not found: ${path}\n`);
      return;
    }
    const type = MIME_TYPES[extname(file.path)] ?? "application/octet-stream";
    const compressed = compress && COMPRESSIBLE.test(type);
    response.writeHead(200, {
      "content-type": type,
      ...(compressed ? { "content-encoding": "gzip" } : { "content-length": file.size }),
      "cache-control": "no-cache",
      ...headers,
    });
    if (request.method === "HEAD") response.end();
    else if (compressed) createReadStream(file.path).pipe(createGzip()).pipe(response);
    else createReadStream(file.path).pipe(response);
  }

  async function findFile(path) {
    const prefix = prefixes.find((candidate) => path.startsWith(candidate));
    if (prefix === undefined) return undefined;
    const relative = normalize(path.slice(prefix.length));
    // Nothing outside the mounted folder, whatever the path says.
    if (relative === ".." || relative.startsWith(`..${sep}`)) return undefined;
    const full = join(mounts[prefix], relative, path.endsWith("/") ? "index.html" : "");
    const found = await stat(full).catch(() => undefined);
    return found?.isFile() ? { path: full, size: found.size } : undefined;
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(400);
      response.end();
    });
  });
  await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    requests,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
