/** Leafcutter with everything found beside this script: the worker and the WebAssembly modules. */

import { Client } from "./client.js";
import { connect, convert, type Assets } from "./connect.js";
import type { LongCallOptions, ModelOption, OpenOptions } from "./types.js";
import { checkBytes, checkLongCallOptions, checkModel, checkOpenOptions } from "./validate.js";

export type { GeneratedAnswer } from "./answers/generated.js";
export type { StorageOptions } from "./client.js";
export { LeafcutterError, type ErrorCode } from "./errors.js";
export { FILE_FORMATS, formatOfFile, isPassedOver, isText, type FileFormat, type TextFormat } from "./files.js";
export type * from "./types.js";

// Written out one by one, so that bundlers see them. As assets, not as a worker for the bundler to build: the
// script is complete.
const ASSETS: Assets = {
  worker: new URL("./worker.js", import.meta.url),
  encryptingWorker: new URL("./encryption/worker.js", import.meta.url),
  wasm: {
    simd: new URL("./simd.wasm", import.meta.url).href,
    relaxed: new URL("./relaxed.wasm", import.meta.url).href,
  },
};

/**
 * The model of a sentence-transformers folder as one file, quantized to int8: a quarter of the size, to be kept or served
 * under a name that ends in `.safetensors`. The same folder gives the same bytes.
 *
 * @param model - Address (in Node also the path) of the folder, or the bytes of its files.
 * @throws LeafcutterError `model-fetch`, `model-file`.
 */
export async function convertModel(model: ModelOption, options: LongCallOptions = {}): Promise<Uint8Array> {
  checkModel(model);
  checkLongCallOptions(options);
  return convert(model, options, ASSETS);
}

/** A collection of documents to search and to ask. */
export class Leafcutter extends Client {
  /**
   * Opens a collection, in a worker where there is one to be had.
   *
   * @throws LeafcutterError `model-fetch` or `wasm-fetch` if a file does not load, `unsupported-browser`; of an encrypted
   * collection `wrong-passphrase`, `encrypted`, `not-encrypted`.
   */
  static async open(options: OpenOptions): Promise<Leafcutter> {
    checkOpenOptions(options);
    return new Leafcutter(options.name, await connect(options, ASSETS));
  }

  /**
   * Opens an exported collection, which takes the place of one that is kept under its name. Model and chunking must be those
   * that it was built with.
   *
   * @throws LeafcutterError `index-format`, `index-version`, `index-damaged`, `index-identity`.
   */
  static async import(bytes: Uint8Array, options: OpenOptions): Promise<Leafcutter> {
    checkBytes(bytes);
    checkOpenOptions(options);
    return new Leafcutter(options.name, await connect(options, ASSETS, bytes));
  }
}
