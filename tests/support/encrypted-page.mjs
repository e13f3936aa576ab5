// What tests of encrypted collections do in a page.
import { Leafcutter } from "/pkg/dist/index.js";
import { createPasskey, passkeyKey } from "/pkg/dist/passkey/index.js";
import { longDocuments, readableIn, SECRETS, secretDocuments, wordEmbedder } from "./encrypted.mjs";
import { hashOf } from "./hash.mjs";
import { madeUpEmbeddings } from "./made-up-embeddings.mjs";
import { uniform } from "./random.mjs";

export { createPasskey, hashOf, passkeyKey, readableIn, SECRETS, secretDocuments, uniform };

export const KEY = { key: Uint8Array.from({ length: 32 }, (_, at) => at * 7) };
const NAME = "diary";
const MODEL = "/models/all-MiniLM-L6-v2.int8.safetensors";

export const open = (options) => Leafcutter.open({ name: NAME, model: { embedder: wordEmbedder() }, ...options });

export const stateOf = async (collection) => hashOf(await collection.export());

const folder = async () => {
  const rooms = await (await navigator.storage.getDirectory()).getDirectoryHandle("leafcutter");
  return rooms.getDirectoryHandle(NAME);
};

/** The files of the collection, by name, with their bytes. */
export async function filesOf() {
  const files = new Map();
  for await (const [name, handle] of (await folder()).entries()) {
    files.set(name, new Uint8Array(await (await handle.getFile()).arrayBuffer()));
  }
  return files;
}

export async function changeFile(name, bytes) {
  const handle = await (await folder()).getFileHandle(name);
  const stream = await handle.createWritable();
  await stream.write(bytes);
  await stream.close();
}

/** All that is in IndexedDB. */
export async function piecesOf() {
  const settled = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  const database = await settled(indexedDB.open("leafcutter", 1));
  const pieces = await settled(database.transaction("files").objectStore("files").getAll());
  database.close();
  return pieces;
}

/** Keeps the same large collection plain and encrypted, and says how many chunks it has. */
export async function prepareForOpening(documents) {
  const options = { name: "plain", model: MODEL, embeddingCache: madeUpEmbeddings };
  const plain = await Leafcutter.open(options);
  await plain.add(longDocuments(documents));
  const { chunks } = await plain.stats();
  const bytes = await plain.export();
  // Then its indexes are kept.
  await plain.close();
  await (await Leafcutter.import(bytes, { name: "encrypted", model: MODEL, encryption: KEY })).close();
  return chunks;
}

/** Milliseconds until the collection is open. */
export async function openingTime(name) {
  const encryption = name === "encrypted" ? KEY : undefined;
  const start = performance.now();
  const collection = await Leafcutter.open({ name, model: MODEL, encryption });
  const time = performance.now() - start;
  await collection.close();
  return time;
}
