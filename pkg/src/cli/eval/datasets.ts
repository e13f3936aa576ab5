/** Reads the datasets of `leafcutter eval`: three forms, told apart by the files that are there. */

import { readdir, readFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

import { Failure } from "../errors.js";
import { exists } from "../paths.js";
import { countCodePoints, type Range } from "./codepoints.js";
import type { Judgments } from "./metrics.js";

export interface DatasetDocument {
  id: string;
  title: string;
  text: string;
}

/** Queries over all documents; judged is which documents answer each. */
export interface RankingDataset {
  form: "ranking";
  name: string;
  documents: DatasetDocument[];
  queries: { id: string; query: string; judgments: Judgments }[];
}

/** A question about one document. */
export interface DocumentQuestion {
  id: string;
  document: string;
  query: string;
}

/** Questions with the excerpts that answer them, in code points. */
export interface SpanDataset {
  form: "spans";
  name: string;
  documents: DatasetDocument[];
  queries: (DocumentQuestion & { spans: Range[] })[];
}

/** Questions with answers that people wrote. */
export interface SummaryDataset {
  form: "summaries";
  name: string;
  documents: DatasetDocument[];
  queries: (DocumentQuestion & { references: string[] })[];
}

export type Dataset = RankingDataset | SpanDataset | SummaryDataset;

/** @throws Failure naming the file and line that is not as it must be. */
export async function readDataset(folder: string): Promise<Dataset> {
  const has = (file: string) => exists(join(folder, file));
  const name = basename(resolve(folder));
  if ((await has("queries.jsonl")) && (await has("qrels")))
    return { form: "ranking", name, ...(await readRanking(folder)) };
  if (await has("questions.jsonl")) return { form: "spans", name, ...(await readSpans(folder)) };
  if (await has("summaries.jsonl")) return { form: "summaries", name, ...(await readSummaries(folder)) };
  throw new Failure(
    `${folder} is no dataset: it needs queries.jsonl with qrels/test.tsv, questions.jsonl, or summaries.jsonl`,
  );
}

async function readRanking(folder: string) {
  const documents = await readDocuments(join(folder, "corpus.jsonl"));
  const judgments = await readJudgments(join(folder, "qrels"));
  const queries = [];
  for (const record of await readRecords(join(folder, "queries.jsonl"))) {
    const id = record.text("_id");
    // Queries of other splits, such as those to train with, have no judgments in this one.
    const judged = judgments.get(id);
    if (judged) queries.push({ id, query: record.text("text"), judgments: judged });
  }
  if (queries.length === 0) throw new Failure(`${folder}: no query of queries.jsonl has a relevant document in qrels`);
  return { documents, queries };
}

/** By query; only queries with at least one relevant document. */
async function readJudgments(folder: string): Promise<Map<string, Map<string, number>>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".tsv")).sort();
  const file = files.includes("test.tsv") ? "test.tsv" : files.length === 1 ? files[0] : undefined;
  if (file === undefined) throw new Failure(`${folder} needs test.tsv`);
  const path = join(folder, file);
  const byQuery = new Map<string, Map<string, number>>();
  const lines = (await readFile(path, "utf8")).split("\n");
  lines.forEach((line, index) => {
    if (line.trim() === "") return;
    const [query, document, score] = line.trimEnd().split("\t");
    const relevance = Number(score);
    if (query === undefined || document === undefined || score === undefined || !Number.isFinite(relevance)) {
      if (index === 0) return; // The header.
      throw new Failure(`${path}:${index + 1}: expected query, document and score, parted by tabs`);
    }
    let judged = byQuery.get(query);
    if (!judged) byQuery.set(query, (judged = new Map()));
    judged.set(document, relevance);
  });
  for (const [query, judged] of byQuery) {
    if (![...judged.values()].some((relevance) => relevance > 0)) byQuery.delete(query);
  }
  return byQuery;
}

async function readSpans(folder: string) {
  const documents = await readDocuments(join(folder, "documents.jsonl"));
  const lengths = new Map(documents.map(({ id, text }) => [id, countCodePoints(text)]));
  const queries = (await readRecords(join(folder, "questions.jsonl"))).map((record) => {
    const question = readQuestion(record, lengths);
    const length = lengths.get(question.document)!;
    const spans = record.list("spans").map((span) => {
      const [start, end] = Array.isArray(span) ? span : [];
      const valid = Number.isInteger(start) && Number.isInteger(end) && 0 <= start && start < end && end <= length;
      if (!valid) throw record.error(`spans must be [start, end] within the document's ${length} characters`);
      return { start, end } as Range;
    });
    return { ...question, spans };
  });
  return { documents, queries };
}

async function readSummaries(folder: string) {
  const documents = await readDocuments(join(folder, "documents.jsonl"));
  const ids = new Map(documents.map(({ id }) => [id, true]));
  const queries = (await readRecords(join(folder, "summaries.jsonl"))).map((record) => {
    const references = record.list("references");
    if (!references.every((reference) => typeof reference === "string"))
      throw record.error("references must be strings");
    return { ...readQuestion(record, ids), references };
  });
  return { documents, queries };
}

function readQuestion(record: JsonRecord, documents: ReadonlyMap<string, unknown>): DocumentQuestion {
  const document = record.text("doc_id");
  if (!documents.has(document)) throw record.error(`there is no document "${document}"`);
  return { id: record.text("_id"), document, query: record.text("query") };
}

async function readDocuments(path: string): Promise<DatasetDocument[]> {
  const seen = new Set<string>();
  return (await readRecords(path)).map((record) => {
    const id = record.text("_id");
    if (seen.has(id)) throw record.error(`a second document "${id}"`);
    seen.add(id);
    return { id, title: record.text("title", ""), text: record.text("text") };
  });
}

/** A line of a JSON Lines file, which knows where it stands. */
class JsonRecord {
  readonly #fields: Record<string, unknown>;
  readonly #place: string;

  constructor(fields: Record<string, unknown>, place: string) {
    this.#fields = fields;
    this.#place = place;
  }

  text(field: string, fallback?: string): string {
    const value = this.#fields[field] ?? fallback;
    if (typeof value === "number") return String(value);
    if (typeof value !== "string") throw this.error(`"${field}" must be a string`);
    return value;
  }

  list(field: string): unknown[] {
    const value = this.#fields[field];
    if (!Array.isArray(value)) throw this.error(`"${field}" must be an array`);
    return value;
  }

  error(problem: string): Failure {
    return new Failure(`${this.#place}: ${problem}`);
  }
}

async function readRecords(path: string): Promise<JsonRecord[]> {
  const content = await readFile(path, "utf8").catch((error) => {
    throw new Failure(`${path} cannot be read: ${(error as Error).message}`);
  });
  const records: JsonRecord[] = [];
  content.split("\n").forEach((line, index) => {
    if (line.trim() === "") return;
    const place = `${path}:${index + 1}`;
    let fields: unknown;
    try {
      fields = JSON.parse(line);
    } catch (error) {
      throw new Failure(`${place}: ${(error as Error).message}`);
    }
    if (typeof fields !== "object" || fields === null) throw new Failure(`${place}: expected an object`);
    records.push(new JsonRecord(fields as Record<string, unknown>, place));
  });
  return records;
}
