import { Embeddings, type EmbeddingsParams } from "@langchain/core/embeddings";

import type { Collection } from "./collection.js";

/** The model of a collection as LangChain's embeddings. Vectors have length 1. */
export class LeafcutterEmbeddings extends Embeddings {
  readonly #collection: Pick<Collection, "embed">;

  constructor(collection: Pick<Collection, "embed">, params: EmbeddingsParams = {}) {
    super(params);
    this.#collection = collection;
  }

  override async embedDocuments(texts: string[]): Promise<number[][]> {
    const rows = await this.caller.call(() => this.#collection.embed(texts, { role: "passage" }));
    return rows.map((row) => [...row]);
  }

  override async embedQuery(text: string): Promise<number[]> {
    const [row] = await this.caller.call(() => this.#collection.embed([text], { role: "query" }));
    return [...row!];
  }
}
