/** Work that need not be done twice: answers to questions that were asked before in other words, summaries, embeddings. */

export { QuestionCache, sourcesOf } from "./question-cache.js";
export type { CachedAnswer, CachedSource, QuestionCacheOptions } from "./question-cache.js";
export { cachedEmbeddings, cachedSummarizer, memoryStore } from "./stores.js";
export type { CacheStore } from "./stores.js";
export { indexedDbStore } from "./indexeddb-store.js";
