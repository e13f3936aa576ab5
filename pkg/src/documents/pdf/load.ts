/** Opens PDFs with pdf.js, which works in a worker of its own where there are workers to be had. */

import { unzipSync } from "fflate";
import { getDocument, PDFWorker, VerbosityLevel, type PDFDocumentProxy } from "pdfjs-dist";
import { fetchOrRead } from "../../platform.js";
import { LeafcutterError, trustedScript } from "../errors.js";
import type { PdfAssets } from "../types.js";

/** Opens a file, hands it to `task` and closes it whatever happens. */
export async function withPdf<T>(
  bytes: Uint8Array,
  { path, password, assets }: { path: string; password: string | undefined; assets: PdfAssets },
  task: (pdf: PDFDocumentProxy) => Promise<T>,
): Promise<T> {
  const { worker, failed, end } = await startWorker(assets.worker);
  const loading = getDocument({
    // What is handed over is no longer there for the caller.
    data: bytes.slice(),
    ...(worker && { worker }),
    ...(password !== undefined && { password }),
    CMapReaderFactory: packedCMaps(assets.cmaps),
    verbosity: VerbosityLevel.ERRORS,
    isEvalSupported: false,
    // Nothing is drawn.
    disableFontFace: true,
    useSystemFonts: false,
  });
  try {
    return await Promise.race([loading.promise.then(task), failed]);
  } catch (error) {
    throw toError(error, path, password);
  } finally {
    await loading.destroy();
    end();
  }
}

interface Running {
  /** Without one, pdf.js works on this thread. */
  worker: PDFWorker | undefined;
  /** Rejects if the worker ends by itself; never resolves. */
  failed: Promise<never>;
  end(): void;
}

async function startWorker(script: string): Promise<Running> {
  const thread = createWorker(script);
  if (!thread) {
    // On this thread; pdf.js finds what the script leaves behind.
    await import(/* webpackIgnore: true */ /* @vite-ignore */ script);
    return { worker: undefined, failed: new Promise(() => {}), end: () => {} };
  }
  const worker = PDFWorker.create({ port: thread });
  const failed = new Promise<never>((_, reject) => {
    thread.addEventListener("error", (event) => {
      const message = `the worker that reads PDFs ended (${event.message || "its script did not load"}); try again`;
      reject(new LeafcutterError("worker-failed", message));
    });
  });
  failed.catch(() => {});
  const end = () => {
    worker.destroy();
    thread.terminate();
  };
  return { worker, failed, end };
}

/** `undefined` where there are no workers, or a policy forbids this one. */
function createWorker(script: string): Worker | undefined {
  if (typeof globalThis.Worker !== "function") return undefined;
  try {
    return new Worker(trustedScript(new URL(script)), { type: "module" });
  } catch {
    return undefined;
  }
}

let cmaps: Promise<Record<string, Uint8Array>> | undefined;

/** A class that hands out the maps of one archive, which is loaded when the first is asked for. */
function packedCMaps(archive: string) {
  return class {
    async fetch({ name }: { name: string }): Promise<{ cMapData: Uint8Array; isCompressed: boolean }> {
      const load = async () => unzipSync(new Uint8Array(await (await fetchOrRead(new URL(archive))).arrayBuffer()));
      const cMapData = (await (cmaps ??= load()))[`${name}.bcmap`];
      if (!cMapData) throw new Error(`there is no CMap "${name}"`);
      return { cMapData, isCompressed: true };
    }
  };
}

function toError(error: unknown, path: string, password: string | undefined): unknown {
  if (error instanceof LeafcutterError) return error;
  if ((error as Error)?.name === "PasswordException") {
    const message =
      password === undefined
        ? `"${path}" is encrypted; give its password as \`password\``
        : `the password does not open "${path}"; give the one that it was encrypted with`;
    return new LeafcutterError("file-password", message, { cause: error });
  }
  const message = `"${path}" could not be read as a PDF (${(error as Error)?.message ?? error}); open it in a viewer and save it anew`;
  return new LeafcutterError("file-damaged", message, { cause: error });
}
