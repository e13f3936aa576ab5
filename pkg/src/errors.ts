/**
 * What went wrong, as a stable name for programs. Messages may change, codes do not.
 *
 * - `invalid-option`, `invalid-filter`: correct the call.
 * - `unsupported-format`: the file is of no kind that can be read.
 * - `file-damaged`: the file is not what its name says, or broken. Get another copy, or save it anew.
 * - `file-password`: the file is encrypted, and the password was missing or wrong.
 * - `file-without-text`: there is no text in the file, for example only pictures of pages. Run OCR first.
 * - `file-too-large`: a file, or what it unpacks to, is over one of the `limits`; the message says which. Split it, or raise that.
 * - `parser-fetch`: the script that reads a kind of files could not be loaded; the message names the file.
 * - `unsupported-browser`: the browser or Node is too old for WebAssembly SIMD.
 * - `cancelled`: the call's signal was aborted; nothing was changed. The error's `name` is `AbortError`.
 * - `closed`: the collection was closed.
 * - `model-fetch`, `wasm-fetch`, `index-fetch`, `guard-fetch`: a file could not be loaded; the message names it.
 * - `worker-failed`: the worker could not be started, or ended on its own.
 * - `crashed`: the module stopped in the middle of a call. Where the collection is kept and has a worker, it was started again on the
 *   last commit; else open the collection again.
 * - `worker-lost`: the worker that holds the collection ended or hung, and the call with it. One that is kept was started again on the
 *   last commit: call again. An encrypted one is to be opened again. One in memory is gone: open it and add its documents again.
 * - `document-too-large`, `collection-too-large`: over one of the `limits` that the collection was opened with; the message says which.
 * - `summarizer`: the summarizer that was handed in threw, or answered something else than it was asked.
 * - `embedder`: the embedder that was handed in threw, or gave something else than an embedding for each text.
 * - `generator`: the generator that was handed in threw, or gave something else than text.
 * - `generator-unavailable`: this browser or machine has no such language model; ask `availableGenerators`.
 * - `user-activation`: the browser makes its language model ready only during a click or a key press; call again from one.
 * - `endpoint`: the endpoint that was named could not be reached or refused the request; the message says which and why.
 * - `embedding-cache`: the cache that was handed in threw.
 * - `storage-full`: there is no room left to keep the collection. What was committed before stands; remove documents or
 *   collections, or free space, and try again.
 * - `storage-failed`: what keeps the collection failed otherwise, or there is nothing that could; what was committed before stands.
 * - `index-format`, `index-version`, `index-damaged`, `index-identity`: what is kept or was imported cannot be opened, or not with
 *   this model and these settings. Open it with the same ones, or open with `onUnreadable: "replace"` and add the documents again.
 * - `sensitive-content`: a document holds what {@link OpenOptions.sensitive} does not let in; the message names it and the kinds, never
 *   the values.
 * - `encrypted`, `not-encrypted`: the collection is kept the other way. Open it with `encryption`, or without.
 * - `wrong-passphrase`: this passphrase or key does not open the collection. Nothing was changed; try another.
 * - `passkey`: no key could be had from a passkey: the reader declined, or the browser or the passkey cannot make any.
 * - `locked`: the collection was locked, by `lock` or after `lockAfter`. Call `unlock`.
 * - `conflict`: somebody else changed the collection meanwhile. Try again.
 * - the others come from the core, each with a message that says what to do.
 */
export type ErrorCode =
  | "invalid-option"
  | "invalid-filter"
  | "unsupported-format"
  | "file-damaged"
  | "file-password"
  | "file-without-text"
  | "file-too-large"
  | "parser-fetch"
  | "unsupported-browser"
  | "cancelled"
  | "closed"
  | "model-fetch"
  | "model-file"
  | "wasm-fetch"
  | "index-fetch"
  | "guard-fetch"
  | "worker-failed"
  | "crashed"
  | "worker-lost"
  | "summarizer"
  | "embedder"
  | "generator"
  | "generator-unavailable"
  | "user-activation"
  | "endpoint"
  | "embedding-cache"
  | "storage-full"
  | "storage-failed"
  | "encoder"
  | "embedding-shape"
  | "unknown-document"
  | "unknown-node"
  | "document-too-large"
  | "sensitive-content"
  | "collection-too-large"
  | "out-of-order"
  | "conflict"
  | "encrypted"
  | "not-encrypted"
  | "wrong-passphrase"
  | "locked"
  | "passkey"
  | "index-format"
  | "index-version"
  | "index-damaged"
  | "index-identity"
  | "internal";

/** Every error that a call of this package rejects with. */
export class LeafcutterError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.name = code === "cancelled" ? "AbortError" : "LeafcutterError";
  }
}

/** An error as it crosses to another thread, where an `Error` would lose its code. */
export interface ErrorMessage {
  code: ErrorCode;
  message: string;
  stack: string | undefined;
}

/** The error of a call whose signal was aborted; the signal's own reason is its cause. */
export function cancelled(signal?: AbortSignal): LeafcutterError {
  return new LeafcutterError("cancelled", "the call was cancelled", { cause: signal?.reason });
}

/** Throws if the signal was aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw cancelled(signal);
}

/** Whatever was thrown, as an error with a code. */
export function toLeafcutterError(thrown: unknown): LeafcutterError {
  if (thrown instanceof LeafcutterError) return thrown;
  if (thrown instanceof WebAssembly.RuntimeError) {
    const message = `the module crashed (${thrown.message}); close the collection and open it again`;
    return new LeafcutterError("crashed", message, { cause: thrown });
  }
  const { code, message } = thrown as { code?: unknown; message?: unknown };
  return new LeafcutterError(
    // Codes of the core; those of Node, such as ENOENT, are capital.
    typeof code === "string" && /^[a-z-]+$/.test(code) ? (code as ErrorCode) : "internal",
    typeof message === "string" ? message : String(thrown),
    { cause: thrown },
  );
}

/** @internal */
export function packError(thrown: unknown): ErrorMessage {
  const { code, message, stack } = toLeafcutterError(thrown);
  return { code, message, stack };
}

/** @internal */
export function unpackError({ code, message, stack }: ErrorMessage): LeafcutterError {
  const error = new LeafcutterError(code, message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
