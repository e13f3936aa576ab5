/** Leafcutter for those who load the WebAssembly module and place the worker script themselves. */

import { Client } from "./client.js";
import { connect, type Assets } from "./connect.js";
import { resolveAddress } from "./platform.js";
import type { OpenOptions } from "./types.js";
import { checkBytes, checkOpenOptions, SLIM } from "./validate.js";

export type { GeneratedAnswer } from "./answers/generated.js";
export type { StorageOptions } from "./client.js";
export { LeafcutterError, type ErrorCode } from "./errors.js";
export { FILE_FORMATS, formatOfFile, isPassedOver, isText, type FileFormat, type TextFormat } from "./files.js";
export type * from "./types.js";

export interface SlimOptions extends OpenOptions {
  /** `leafcutter/wasm/simd.wasm` or `leafcutter/wasm/relaxed.wasm`: its bytes, or the compiled module. */
  wasm: WebAssembly.Module | BufferSource;
  /**
   * Address of `leafcutter/worker`, or with `encryption` of `leafcutter/encryption/worker`. Without it everything runs on the
   * calling thread.
   */
  workerScript?: string | URL;
}

/** A collection of documents to search and to ask. */
export class Leafcutter extends Client {
  /** Opens a collection, in a worker if `workerScript` is given. */
  static async open(options: SlimOptions): Promise<Leafcutter> {
    checkOpenOptions(options, SLIM);
    return new Leafcutter(options.name, await connect(options, assets(options)));
  }

  /** Opens an exported collection, which takes the place of one that is kept under its name. */
  static async import(bytes: Uint8Array, options: SlimOptions): Promise<Leafcutter> {
    checkBytes(bytes);
    checkOpenOptions(options, SLIM);
    return new Leafcutter(options.name, await connect(options, assets(options), bytes));
  }
}

function assets({ wasm, workerScript }: SlimOptions): Assets {
  const worker = workerScript === undefined ? undefined : resolveAddress(workerScript);
  return { wasm: { module: wasm }, worker, encryptingWorker: worker };
}
