/** Checks what callers hand in before anything is sent, so that a mistake is named where it was made. */

import {
  type Check,
  aBoolean,
  aCount,
  aFunction,
  aPositiveCount,
  aString,
  anObject,
  checkRecord,
  invalid,
  isRecord,
  milliseconds,
  must,
  oneOf,
} from "./checks.js";
import { LeafcutterError } from "./errors.js";
import type {
  AnswerOptions,
  ContextOptions,
  LongCallOptions,
  Metadata,
  SearchOptions,
  StorageOption,
} from "./types.js";

/** Each takes as long as a chunk takes to embed. */
const MOST_RERANKED = 1000;

/** What every call takes. */
export const CALL: Record<string, Check> = { signal: must("an AbortSignal", (value) => value instanceof AbortSignal) };

export const LONG_CALL: Record<string, Check> = { ...CALL, onProgress: aFunction };

/** The weight of the vectors. */
export const HYBRID: Check = (name, value) => {
  anObject(name, value);
  checkRecord(name, value, {
    alpha: must("a number from 0 to 1", (alpha) => (alpha as number) >= 0 && (alpha as number) <= 1),
  });
  if ((value as { alpha?: unknown }).alpha === undefined) throw invalid(name, "{ alpha }", value);
};

const RETRIEVAL: Record<string, Check> = {
  ...CALL,
  now: milliseconds,
  mode: oneOf("auto", "leaves", "collapsed", "traverse"),
  route: oneOf("fact", "overview", "comparison", "table"),
  // Its form is checked by the core, which knows it.
  filter: anObject,
  hybrid: HYBRID,
};

const aName = must("a name", (value) => typeof value === "string" && value !== "");

const INSTRUCTIONS = oneOf("mark", "drop", "ignore");

const aModel = must(
  "the address of a model's folder or quantized file, or { files }",
  (value) =>
    (typeof value === "string" && value !== "") || value instanceof URL || (isRecord(value) && isRecord(value.files)),
);

const anEmbedder: Check = (name, value) => {
  anObject(name, value);
  checkRecord(name, value, { name: aName, dimensions: aPositiveCount, embed: aFunction });
  for (const key of ["name", "dimensions", "embed"]) {
    if ((value as Record<string, unknown>)[key] === undefined) throw invalid(`${name}.${key}`, "a value", undefined);
  }
};

const aStorage = must(
  '"persistent", "memory" or { directory }',
  (value) =>
    value === "persistent" ||
    value === "memory" ||
    (isRecord(value) &&
      typeof value.directory === "string" &&
      value.directory !== "" &&
      Object.keys(value).length === 1),
);

/** Bytes of a key: fewer could be guessed. */
const LEAST_KEY = 32;
/** Timers wait no longer. */
const MOST_MS = 2 ** 31 - 1;
const MOST_SECONDS = Math.floor(MOST_MS / 1000);

const isWithin = (value: unknown, least: number, most: number) =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= most;

const SECRET: Record<string, Check> = {
  passphrase: must("a passphrase that is not empty", (value) => typeof value === "string" && value !== ""),
  key: must(
    `${LEAST_KEY} bytes or more`,
    (value) => (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) && value.byteLength >= LEAST_KEY,
  ),
};

/** Of what opens an encrypted collection: one of the two. */
export function checkSecret(name: string, secret: unknown, more: Record<string, Check> = {}): void {
  if (!isRecord(secret)) throw invalid(name, "{ passphrase } or { key }", secret);
  checkRecord(name, secret, { ...SECRET, ...more });
  if ((secret.passphrase === undefined) === (secret.key === undefined)) {
    throw new LeafcutterError("invalid-option", `${name}: give one of passphrase and key`);
  }
}

/** What an encrypted collection cannot have, and why. */
const NOT_ENCRYPTED: Record<string, string> = {
  storage: "what is not kept is not encrypted",
  maxHeldBytes: "an encrypted collection is held in memory while it is open",
  embeddingCache: "what a cache keeps would not be encrypted",
};

/** Each is a count. */
const LIMIT_NAMES =
  "documentBytes nesting documentChunks chunks memoryBytes fileBytes unpackedBytes files expansion pages pageCharacters columns cells fileNesting";
const LIMITS: Record<string, Check> = {
  ...Object.fromEntries(LIMIT_NAMES.split(" ").map((name) => [name, aPositiveCount])),
  seconds: must(`seconds, 1 to ${MOST_SECONDS}`, (seconds) => isWithin(seconds, 1, MOST_SECONDS)),
};

const OPEN: Record<string, Check> = {
  ...LONG_CALL,
  name: aName,
  model: (name, value) =>
    isRecord(value) && "embedder" in value ? anEmbedder(`${name}.embedder`, value.embedder) : aModel(name, value),
  reranker: aModel,
  storage: aStorage,
  onUnreadable: oneOf("refuse", "replace"),
  maxHeldBytes: aCount,
  encryption: (name, value) =>
    checkSecret(name, value, {
      lockAfter: must(`milliseconds, 1 to ${MOST_MS}`, (ms) => isWithin(ms, 1, MOST_MS)),
    }),
  precision: oneOf("int8", "f32"),
  kernel: aString,
  summarizer: aFunction,
  workers: aCount,
  worker: oneOf("auto", false),
  chunking: (name, value) => {
    anObject(name, value);
    checkRecord(name, value, { strategy: oneOf("sentences", "whole"), tokens: aPositiveCount, overlap: aCount });
  },
  tree: anObject,
  language: aString,
  sensitive: (name, value) => {
    anObject(name, value);
    // Which kinds there are, the core knows.
    checkRecord(name, value, {
      policy: oneOf("mark", "mask", "refuse"),
      kinds: must("an array of kinds", Array.isArray),
    });
    if ((value as { policy?: unknown }).policy === undefined) throw invalid(name, "{ policy }", value);
  },
  limits: (name, value) => checkRecord(name, value, LIMITS),
  hangTimeout: must(`milliseconds, 0 to ${MOST_MS}`, (ms) => isWithin(ms, 0, MOST_MS)),
  embeddingCache: must(
    "an object with get and set",
    (value) => isRecord(value) && typeof value.get === "function" && typeof value.set === "function",
  ),
};

/** @param more - Checks of what an entry of the package takes in addition. */
export function checkOpenOptions(options: unknown, more: Record<string, Check> = {}): void {
  anObject("options", options);
  checkRecord("options", options, { ...OPEN, ...more });
  for (const required of ["name", "model"]) {
    if ((options as Record<string, unknown>)[required] === undefined) OPEN[required]!(`options.${required}`, undefined);
  }
  const given = options as Record<string, unknown>;
  if (given.encryption === undefined) return;
  for (const [key, reason] of Object.entries(NOT_ENCRYPTED)) {
    if (key === "storage" ? given.storage === "memory" : given[key] !== undefined) {
      throw new LeafcutterError("invalid-option", `options.${key} cannot be given with encryption: ${reason}`);
    }
  }
}

/** Of calls about collections that are not open. */
export function checkStorageOptions(options: { storage?: StorageOption } | undefined): void {
  checkRecord("options", options, { storage: aStorage });
}

export function checkModel(model: unknown): void {
  aModel("model", model);
}

export function checkLongCallOptions(options: LongCallOptions | undefined): void {
  checkRecord("options", options, LONG_CALL);
}

export function checkSearch(query: string, options: SearchOptions | undefined): void {
  aString("query", query);
  checkRecord("options", options, {
    ...RETRIEVAL,
    k: aPositiveCount,
    rerank: must(
      `a whole number from 1 to ${MOST_RERANKED}`,
      (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_RERANKED,
    ),
    expand: oneOf("none", "window", "parent"),
    asYouType: aBoolean,
  });
}

export function checkContext(query: string, options: ContextOptions | undefined): void {
  aString("query", query);
  checkRecord("options", options, {
    ...RETRIEVAL,
    tokens: aPositiveCount,
    format: oneOf("numbered", "plain"),
    evidence: oneOf("path", "sections", "windows", "clusters", "sentences"),
    instructions: INSTRUCTIONS,
  });
}

export function checkAnswer(query: string, options: AnswerOptions | undefined): void {
  aString("question", query);
  // What has no effect is refused: a generator is given tokens of sources, an extract is a number of sentences.
  const own: Record<string, Check> =
    options?.generator === undefined
      ? { sentences: aPositiveCount }
      : { tokens: aPositiveCount, insist: aBoolean, instructions: INSTRUCTIONS };
  checkRecord("options", options, { ...RETRIEVAL, generator: aFunction, ...own });
}

export function checkIds(ids: unknown): asserts ids is string[] {
  if (!Array.isArray(ids)) throw invalid("ids", "an array of strings", ids);
  ids.forEach((id, index) => aString(`ids[${index}]`, id));
}

export function checkMetadata(name: string, metadata: unknown): asserts metadata is Metadata {
  anObject(name, metadata);
  for (const [key, value] of Object.entries(metadata as object)) checkMetadataValue(`${name}.${key}`, value);
}

function checkMetadataValue(name: string, value: unknown): void {
  const values: unknown[] = Array.isArray(value) ? value : [value];
  for (const scalar of values) {
    if (typeof scalar === "string" || typeof scalar === "boolean" || Number.isFinite(scalar)) continue;
    throw invalid(name, "a string, a finite number, a boolean or an array of them", scalar);
  }
}

/** What the slim entry takes in addition. */
export const SLIM: Record<string, Check> = {
  wasm: must(
    "a WebAssembly.Module or its bytes",
    (value) => value instanceof WebAssembly.Module || value instanceof ArrayBuffer || ArrayBuffer.isView(value),
  ),
  workerScript: must("an address", (value) => typeof value === "string" || value instanceof URL),
};

export function checkBytes(bytes: unknown): asserts bytes is Uint8Array {
  if (!(bytes instanceof Uint8Array)) throw invalid("bytes", "a Uint8Array", bytes);
}
