// What tests of kept collections do in a page.
import { Leafcutter } from "/pkg/dist/index.js";
import { changeOf, make, OPTIONS, recorder } from "./kept.mjs";
import { hashOf } from "./hash.mjs";

export { changeOf, hashOf, Leafcutter, make };

/** Opens a collection of the small model; what is embedded is told to `record`. */
export function open(options = {}, record = () => {}) {
  const model = "/tiny/tiny.safetensors";
  return Leafcutter.open({ ...OPTIONS, name: "kept", model, embeddingCache: recorder(record), ...options });
}

export const stateOf = async (collection) => hashOf(await collection.export());
