import type { Document, DocumentInterface } from "@langchain/core/documents";
import { VectorStore } from "@langchain/core/vectorstores";

import { LeafcutterError } from "../errors.js";
import type { Filter, TreeNode } from "../types.js";
import { invalid } from "../checks.js";
import type { Collection, PassageMetadata } from "./collection.js";
import { passageOf, sourceOf } from "./documents.js";
import { LeafcutterEmbeddings } from "./embeddings.js";

/** What a store is made of. */
export interface LeafcutterStoreInput {
  collection: Collection;
}

/**
 * A collection as LangChain's vector store. It cuts documents into chunks and embeds them itself, with its own model. A search in words
 * is the collection's own, by meaning and by word; a search by a vector is by meaning alone.
 *
 * @example
 * const store = new LeafcutterVectorStore({ collection });
 * await store.addDocuments([{ pageContent: "Leafcutter ants farm a fungus.", metadata: { year: 2020 } }], { ids: ["ants"] });
 * const found = await store.similaritySearch("which insects farm?", 4, { year: { gte: 2000 } });
 */
export class LeafcutterVectorStore extends VectorStore {
  declare FilterType: Filter;
  readonly #collection: Collection;

  constructor({ collection }: LeafcutterStoreInput) {
    super(new LeafcutterEmbeddings(collection), {});
    this.#collection = collection;
  }

  /** A store of these texts, each with its metadata. */
  static override async fromTexts(
    texts: string[],
    metadatas: object[] | object,
    _embeddings: unknown,
    input: LeafcutterStoreInput,
  ): Promise<LeafcutterVectorStore> {
    const metadata = (index: number) => (Array.isArray(metadatas) ? metadatas[index] : metadatas) ?? {};
    const documents = texts.map((pageContent, index) => ({ pageContent, metadata: metadata(index) }));
    return LeafcutterVectorStore.fromDocuments(documents, undefined, input);
  }

  /** A store of these documents. */
  static override async fromDocuments(
    documents: DocumentInterface[],
    _embeddings: unknown,
    input: LeafcutterStoreInput,
  ): Promise<LeafcutterVectorStore> {
    const store = new LeafcutterVectorStore(input);
    await store.addDocuments(documents);
    return store;
  }

  override _vectorstoreType(): string {
    return "leafcutter";
  }

  /** Adds documents, or replaces those of the same ids, and answers with their ids. */
  override async addDocuments(documents: DocumentInterface[], options: { ids?: string[] } = {}): Promise<string[]> {
    const { ids: own } = options;
    if (own !== undefined && own.length !== documents.length) {
      throw invalid("options.ids", `${documents.length} ids, one for each document`, own);
    }
    const { ids } = await this.#collection.add(documents.map((document, index) => sourceOf(document, own?.[index])));
    return ids;
  }

  /** @throws LeafcutterError `invalid-option`: a collection embeds its documents itself. */
  override async addVectors(): Promise<never> {
    throw new LeafcutterError("invalid-option", "a collection embeds its documents itself; use addDocuments");
  }

  /** Removes documents by their ids. */
  override async delete({ ids }: { ids: string[] }): Promise<void> {
    await this.#collection.remove(ids);
  }

  override async similaritySearch(query: string, k = 4, filter?: Filter): Promise<Document<PassageMetadata>[]> {
    return (await this.similaritySearchWithScore(query, k, filter)).map(([document]) => document);
  }

  override async similaritySearchWithScore(
    query: string,
    k = 4,
    filter?: Filter,
  ): Promise<[Document<PassageMetadata>, number][]> {
    const { hits } = await this.#collection.search(query, { k, mode: "leaves", ...(filter && { filter }) });
    return hits.map((hit) => [passageOf(hit), hit.score]);
  }

  /**
   * The chunks whose embeddings are nearest to a vector, with their cosines. All embeddings are compared here, which for some ten
   * thousands of chunks takes a while; a search in words does not do that.
   */
  override async similaritySearchVectorWithScore(
    query: number[],
    k: number,
    filter?: Filter,
  ): Promise<[Document, number][]> {
    if (filter !== undefined) {
      throw new LeafcutterError(
        "invalid-option",
        "a search by a vector takes no filter; search in words, or leave it out",
      );
    }
    const [{ nodes }, rows] = await Promise.all([this.#collection.tree(), this.#collection.embeddings()]);
    const scored = nodes.flatMap((node, index) =>
      node.level === 0 ? [{ node, score: dot(query, rows[index]!) }] : [],
    );
    scored.sort((a, b) => b.score - a.score || a.node.id - b.node.id);
    return Promise.all(scored.slice(0, k).map(async ({ node, score }) => [await this.#chunk(node, score), score]));
  }

  async #chunk({ text, documents, headingPaths, range, level, id }: TreeNode, score: number): Promise<Document> {
    const { id: document, title, url, metadata } = await this.#collection.document(documents[0]!);
    const reference = { id: document, title, metadata, ...(url !== undefined && { url }) };
    const nothing = { sources: [], parents: [], children: [], leaves: 1, highlights: [], explanation: { path: [] } };
    const headingPath = headingPaths[0] ?? [];
    return passageOf({
      ...nothing,
      text,
      score,
      level,
      nodeId: id,
      document: reference,
      headingPath,
      ...(range && { range }),
    });
  }
}

function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw invalid("query", `a vector of ${b.length} values`, a);
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}
