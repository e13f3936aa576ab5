/** For those who outgrow the browser: a collection in a vector store, and Leafcutter's way to search it there. */

export { exportNodes, type Exportable } from "./nodes.js";
export { SourceRetriever, type QuestionModel } from "./retriever.js";
export type * from "./types.js";
