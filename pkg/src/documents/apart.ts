/** Has files read by a worker, which is ended when it takes too long, and when it has had nothing to do for a while. */

import { Endpoint } from "../endpoint.js";
import { unpackError, type ErrorMessage } from "../errors.js";
import type { FileFormat } from "../files.js";
import type { FileLimits } from "../limits.js";
import type { Source } from "../types.js";
import { hasWebWorkers, LeafcutterError, startWorker } from "./errors.js";
import { tooLarge } from "./limits.js";
import type { PdfAssets, Reading } from "./types.js";

/** A file, and how it is to be read. */
export interface ReadRequest {
  blob: Blob;
  path: string;
  format: FileFormat | undefined;
  password: string | undefined;
  limits: FileLimits;
  assets: PdfAssets;
}

/** The worker, for the page. */
export interface ReaderApi {
  read(request: ReadRequest): { documents: Source[]; failures: { path: string; error: ErrorMessage }[] };
}

/** Complete scripts, each of which a bundler may copy: what reads tables is a fraction of the rest. */
const SCRIPTS = {
  tables: new URL("./tables.worker.js", import.meta.url),
  all: new URL("./worker.js", import.meta.url),
};
type Kind = keyof typeof SCRIPTS;

/** A worker waits so long for another file. */
const IDLE_MS = 3_000;

interface Reader {
  endpoint: Endpoint<ReaderApi>;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Those with nothing to do. */
const idle: Record<Kind, Reader[]> = { tables: [], all: [] };

/** `undefined` where no worker can be had. */
export async function readApart(request: ReadRequest, signal: AbortSignal | undefined): Promise<Reading | undefined> {
  const { path, format, limits } = request;
  const kind = format === "csv" || format === "tsv" || format === "jsonl" ? "tables" : "all";
  const reader = await readerOf(kind);
  if (!reader) return undefined;
  const { endpoint } = reader;
  const end = (error: Error) => endpoint.fail(error);
  let timer: ReturnType<typeof setTimeout>;
  const onProgress = () => {
    clearTimeout(timer);
    const late = () => end(tooLarge(path, `took more than ${limits.seconds} seconds for one part of it`, "seconds"));
    timer = setTimeout(late, 1000 * limits.seconds);
  };
  onProgress();
  try {
    const { documents, failures } = await endpoint.call("read", request, { signal, onProgress });
    rest(kind, reader);
    return { documents, failures: failures.map(({ path, error }) => ({ path, error: toOwn(unpackError(error)) })) };
  } catch (error) {
    end(new LeafcutterError("worker-failed", "the worker that reads files was ended"));
    if (signal?.aborted) throw toOwn(error as LeafcutterError);
    return { documents: [], failures: [{ path, error: toOwn(error as LeafcutterError) }] };
  } finally {
    clearTimeout(timer!);
  }
}

/** An error of the class that callers know. */
function toOwn(error: Error & { code?: LeafcutterError["code"] }): LeafcutterError {
  if (error instanceof LeafcutterError) return error;
  return new LeafcutterError(error.code ?? "internal", error.message, { cause: error.cause });
}

async function readerOf(kind: Kind): Promise<Reader | undefined> {
  const waiting = idle[kind].pop();
  if (waiting) {
    clearTimeout(waiting.timer);
    return waiting;
  }
  if (!hasWebWorkers()) return undefined;
  const port = await startWorker(SCRIPTS[kind]).catch(() => undefined);
  return port && { endpoint: new Endpoint<ReaderApi>(port, {}), timer: undefined };
}

function rest(kind: Kind, reader: Reader): void {
  idle[kind].push(reader);
  reader.timer = setTimeout(() => {
    idle[kind] = idle[kind].filter((other) => other !== reader);
    reader.endpoint.fail(new LeafcutterError("closed", "no file followed"));
  }, IDLE_MS);
}
