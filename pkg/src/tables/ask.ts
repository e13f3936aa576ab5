/** Questions over the tables of a collection's documents. */

import { answerFromTables } from "./answer.js";
import { compareWith, type Agreement } from "./compare.js";
import { tablesOf, type Table } from "./table.js";
import type { TableAnswer } from "./types.js";

/** What is asked: an open collection, or anything else that hands out documents. */
export interface HasDocuments {
  document(id: string): Promise<{ text: string }>;
}

/** An answer that was computed from a table of a document. */
export interface DocumentTableAnswer {
  /** The document's id. */
  document: string;
  table: Table;
  answer: TableAnswer;
  /** Whether the textual answer says the same. */
  agreement: Agreement;
}

/**
 * Computes the answer to a question from the first of the documents that has a table to answer it, and compares it with a textual
 * answer. `undefined` where none has.
 *
 * @param documents - Ids, such as those of the hits of a search, best first.
 * @param text - The textual answer, without the numbers of its citations.
 */
export async function answerFromDocuments(
  collection: HasDocuments,
  question: string,
  documents: Iterable<string>,
  text: string,
): Promise<DocumentTableAnswer | undefined> {
  for (const document of new Set(documents)) {
    const found = answerFromTables(question, tablesOf((await collection.document(document)).text));
    if (found) return { document, ...found, agreement: compareWith(found.answer, text) };
  }
  return undefined;
}
