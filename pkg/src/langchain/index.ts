/** A collection as LangChain.js takes it. `@langchain/core` is its user's own. */

export type { Collection, PassageMetadata } from "./collection.js";
export { LeafcutterEmbeddings } from "./embeddings.js";
export { LeafcutterRetriever, type LeafcutterRetrieverInput } from "./retriever.js";
export { LeafcutterVectorStore, type LeafcutterStoreInput } from "./vector-store.js";
