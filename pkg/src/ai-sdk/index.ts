/** A collection as the Vercel AI SDK takes it. `ai` is its user's own. */

export { embeddingModel, type TextModel } from "./embedding-model.js";
export {
  retrievalTool,
  type ContextSource,
  type RetrievalToolOptions,
  type RetrievedSources,
} from "./retrieval-tool.js";
