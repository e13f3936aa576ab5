/** A static file server for this machine alone. */

import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, relative, sep } from "node:path";
import { pipeline } from "node:stream/promises";

import MIME_TYPES from "./mime-types.json" with { type: "json" };
import POLICY from "./policy.json" with { type: "json" };

const HOST = "127.0.0.1";

const mimeTypes: Record<string, string> = MIME_TYPES;

/**
 * Nothing but what comes from here, and no script or HTML but through the package's one Trusted Types policy. The site
 * is built with the same directives in its pages.
 */
export const CONTENT_SECURITY_POLICY = POLICY.join("; ");

const HEADERS = {
  "content-security-policy": CONTENT_SECURITY_POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  // Other pages of this machine's browser may not read what is served here.
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-cache",
};

export interface ServerOptions {
  /** URL prefixes, each beginning and ending in `/`, and the folders behind them. The longest that fits wins. */
  mounts: Record<string, string>;
  /** 0 takes a free one. */
  port?: number;
  /** How many ports after a busy one are tried. */
  attempts?: number;
}

export interface StaticServer {
  /** Ends in `/`. */
  url: string;
  close(): Promise<void>;
}

/** Serves folders until it is closed. */
export async function startServer({ mounts, port = 0, attempts = 0 }: ServerOptions): Promise<StaticServer> {
  const server = createServer((request, response) => {
    answer(request, response, mounts).catch(() => {
      // The other end went away, or a file did while it was sent: half an answer must not look whole.
      if (response.headersSent) response.destroy();
      else refuse(response, 500, "the file could not be read");
    });
  });
  for (let candidate = port; ; candidate++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(candidate, HOST, () => {
          server.off("error", reject);
          resolve();
        });
      });
      break;
    } catch (error) {
      const busy = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!busy || candidate - port >= attempts) throw error;
    }
  }
  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}/`,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, mounts: Record<string, string>) {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.setHeader("allow", "GET, HEAD");
    return refuse(response, 405, "only GET and HEAD are answered");
  }
  // A page elsewhere whose name was made to point here would otherwise be of the same origin as these files.
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? "")) {
    return refuse(response, 403, `open http://${HOST} or http://localhost`);
  }
  const [target = "/", search] = (request.url ?? "/").split(/(?=[?#])/, 2);
  const path = decodePath(target);
  if (path === undefined) return refuse(response, 400, "the path is malformed");
  const file = await findFile(path, mounts);
  if (file === undefined) return refuse(response, 404, "there is no such file");
  if (file === "folder") {
    response.setHeader("location", `${target}/${search ?? ""}`);
    return refuse(response, 301, "the folder's address ends in a slash");
  }
  await send(request, response, file);
}

/** The path without its percent signs; `undefined` for one that leads astray. */
function decodePath(target: string): string | undefined {
  let path: string;
  try {
    path = decodeURIComponent(target);
  } catch {
    return undefined;
  }
  // Two slashes at the start would make a redirect lead to another host.
  const valid = path.startsWith("/") && !path.startsWith("//") && !/[\0\\]/.test(path);
  return valid ? path : undefined;
}

interface FoundFile {
  path: string;
  size: number;
  modified: Date;
}

/** The file of a path, the `index.html` of one that ends in a slash; `"folder"` for a folder without its slash. */
async function findFile(path: string, mounts: Record<string, string>): Promise<FoundFile | "folder" | undefined> {
  const prefix = Object.keys(mounts)
    .filter((candidate) => path.startsWith(candidate))
    .sort((a, b) => b.length - a.length)[0];
  if (prefix === undefined) return `${path}/` in mounts ? "folder" : undefined;
  const segments = path.slice(prefix.length).split("/");
  if (segments.at(-1) === "") segments[segments.length - 1] = "index.html";
  // Neither the way out, nor what people hide: `.git`, `.env`.
  if (segments.some((segment) => segment === "" || segment.startsWith("."))) return undefined;
  try {
    const root = await realpath(mounts[prefix]!);
    const real = await realpath(join(root, ...segments));
    // A link may lead elsewhere in the folder, but neither out of it nor to what is hidden: `..` begins with a dot.
    if (
      relative(root, real)
        .split(sep)
        .some((segment) => segment.startsWith("."))
    )
      return undefined;
    const about = await stat(real);
    if (about.isDirectory()) return "folder";
    return about.isFile() ? { path: real, size: about.size, modified: about.mtime } : undefined;
  } catch {
    return `${path}/` in mounts ? "folder" : undefined;
  }
}

async function send(request: IncomingMessage, response: ServerResponse, { path, size, modified }: FoundFile) {
  const tag = `"${size.toString(36)}-${Math.floor(modified.getTime()).toString(36)}"`;
  const headers = {
    ...HEADERS,
    "content-type": mimeTypes[extname(path).toLowerCase()] ?? "application/octet-stream",
    "accept-ranges": "bytes",
    etag: tag,
  };
  if (request.headers["if-none-match"]?.split(/\s*,\s*/).includes(tag)) {
    response.writeHead(304, headers).end();
    return;
  }
  // A range of an older version is of no use: the whole file is sent instead.
  const condition = request.headers["if-range"];
  const range = condition === undefined || condition === tag ? parseRange(request.headers.range, size) : undefined;
  if (range === "unsatisfiable") {
    response.setHeader("content-range", `bytes */${size}`);
    return refuse(response, 416, `the file has ${size} bytes`);
  }
  const { start, end } = range ?? { start: 0, end: size };
  response.writeHead(range ? 206 : 200, {
    ...headers,
    "content-length": end - start,
    ...(range && { "content-range": `bytes ${start}-${end - 1}/${size}` }),
  });
  if (request.method === "HEAD" || end === start) response.end();
  else await pipeline(createReadStream(path, { start, end: end - 1 }), response);
}

/**
 * The one range of bytes that is asked for, end exclusive. `undefined`, for the whole file, where none or several are,
 * or where the header is not understood.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): { start: number; end: number } | "unsatisfiable" | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (!match || (match[1] === "" && match[2] === "")) return undefined;
  const [first, last] = [match[1]!, match[2]!];
  if (first === "") {
    // The last so many bytes.
    const length = Math.min(Number(last), size);
    return length > 0 ? { start: size - length, end: size } : "unsatisfiable";
  }
  const start = Number(first);
  const end = last === "" ? size : Math.min(Number(last) + 1, size);
  if (last !== "" && Number(last) < start) return undefined;
  return start < size ? { start, end } : "unsatisfiable";
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { ...HEADERS, "content-type": "text/plain; charset=utf-8" });
  response.end(`${message}\n`);
}
