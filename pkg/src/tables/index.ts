/** Questions over a table, answered by filter and aggregate. No language model is needed. */

export { answerFromTable, answerFromTables } from "./answer.js";
export { answerFromDocuments, type DocumentTableAnswer, type HasDocuments } from "./ask.js";
export { compareWith, type Agreement } from "./compare.js";
export { tablesOf, type Table } from "./table.js";
export type { Aggregate, Condition, TableAnswer, TableQuery } from "./types.js";
