/** Collections made from documents or from a saved index; the only module that opens Leafcutter. */

import {
  Leafcutter,
  type DocumentReference,
  type LongCallOptions,
  type Source,
  type Tree,
  type TreeNode,
} from "leafcutter";
import { text } from "./strings.ts";

/** Documents that can be asked. */
export interface Collection {
  name: string;
  leafcutter: Leafcutter;
  documents: DocumentReference[];
  tree: Tree;
  nodes: Map<number, TreeNode>;
  /** Questions to begin with. */
  questions: string[];
  /** Whether a file holds all of it. */
  saved: boolean;
}

/** Nothing that a reader drops on the page outlasts the visit, as the page says; who wants to keep it saves the index. */
const KEEPING = { name: "page", storage: "memory" } as const;

const MODEL = "models/all-MiniLM-L6-v2.int8.safetensors";

/** Where the model lies: beside the page, or where `?model=` says, but never on another site. */
function modelUrl(): string {
  const wanted = new URLSearchParams(location.search).get("model");
  const url = new URL(wanted ?? MODEL, document.baseURI);
  if (url.origin !== location.origin) {
    throw new Error(text.foreignModel);
  }
  return url.href;
}

/** Holds the one collection of the page, and the module and model that it needs. */
export class Shelf {
  #leafcutter: Leafcutter | null = null;

  /** Adds `documents` to what is there. When it is cancelled or fails, that stays as it was. */
  async add(name: string, documents: Source[], questions: string[], options: LongCallOptions): Promise<Collection> {
    this.#leafcutter ??= await Leafcutter.open({ ...KEEPING, model: modelUrl(), ...options });
    await this.#leafcutter.add(documents, options);
    return collect(this.#leafcutter, { name, questions, saved: false });
  }

  /** Opens an index that was saved, in place of what was there before. */
  async open(name: string, index: Uint8Array, options: LongCallOptions): Promise<Collection> {
    const opened = await Leafcutter.import(index, { ...KEEPING, model: modelUrl(), ...options });
    await this.#leafcutter?.close();
    this.#leafcutter = opened;
    return collect(opened, { name, questions: [], saved: true });
  }

  async clear(): Promise<void> {
    await this.#leafcutter?.clear();
  }
}

async function collect(
  leafcutter: Leafcutter,
  about: Pick<Collection, "name" | "questions" | "saved">,
): Promise<Collection> {
  const [documents, tree] = await Promise.all([leafcutter.documents(), leafcutter.tree()]);
  const nodes = new Map(tree.nodes.map((node) => [node.id, node]));
  return { ...about, leafcutter, documents, tree, nodes };
}
