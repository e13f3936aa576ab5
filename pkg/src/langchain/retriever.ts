import type { CallbackManagerForRetrieverRun } from "@langchain/core/callbacks/manager";
import type { Document } from "@langchain/core/documents";
import { BaseRetriever, type BaseRetrieverInput } from "@langchain/core/retrievers";

import type { SearchOptions } from "../types.js";
import { aPositiveCount, anObject, checkRecord, oneOf } from "../checks.js";
import type { Collection, PassageMetadata } from "./collection.js";
import { passageOf, wholeOf } from "./documents.js";

export interface LeafcutterRetrieverInput extends BaseRetrieverInput {
  collection: Pick<Collection, "search" | "document">;
  /** The most documents that are given. Default 8. */
  k?: number;
  /**
   * What is given for a passage that was found: itself (`"passage"`, the default), the section that it stands in, or its whole
   * document, each once.
   */
  give?: "passage" | "section" | "document";
  /** Further options of the searches, such as `mode` and `filter`. */
  search?: Omit<SearchOptions, "k" | "expand" | "signal">;
}

/** Passages asked for when documents are wanted: several may be of one. */
const PASSAGES_A_DOCUMENT = 4;

/**
 * A collection as LangChain's retriever.
 *
 * @example
 * const retriever = new LeafcutterRetriever({ collection, give: "document" });
 * const documents = await retriever.invoke("which insects grow their food?");
 */
export class LeafcutterRetriever extends BaseRetriever<PassageMetadata> {
  override lc_namespace = ["leafcutter", "retrievers"];
  readonly #input: LeafcutterRetrieverInput;

  static override lc_name(): string {
    return "LeafcutterRetriever";
  }

  constructor(input: LeafcutterRetrieverInput) {
    const { callbacks, tags, metadata, verbose, ...own } = input;
    const checks = { k: aPositiveCount, give: oneOf("passage", "section", "document"), search: anObject };
    checkRecord("input", own, { ...checks, collection: anObject });
    super(input);
    this.#input = own;
  }

  override async _getRelevantDocuments(
    query: string,
    _runManager?: CallbackManagerForRetrieverRun,
  ): Promise<Document<PassageMetadata>[]> {
    const { collection, k = 8, give = "passage", search = {} } = this.#input;
    if (give !== "document") {
      const { hits } = await collection.search(query, { ...search, k, expand: give === "section" ? "parent" : "none" });
      return hits.map(passageOf);
    }
    const { hits } = await collection.search(query, { ...search, k: k * PASSAGES_A_DOCUMENT });
    const best = new Map<string, number>();
    for (const { document, score } of hits) if (!best.has(document.id)) best.set(document.id, score);
    const chosen = [...best].slice(0, k);
    return Promise.all(chosen.map(async ([id, score]) => wholeOf(await collection.document(id), score)));
  }
}
