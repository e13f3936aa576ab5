/** The forms about one document at a time: each document is a collection, each question gets a context from it. */

import { Failure } from "../errors.js";
import type { Context, TextRange } from "../library.js";
import { CodePoints, type Range } from "./codepoints.js";
import type { DatasetDocument, DocumentQuestion } from "./datasets.js";
import { timed, type Engine, type Evaluation, type EvaluationTools } from "./engine.js";
import type { Asking, EvaluationSettings } from "./settings.js";

/** A context as the run file has it. */
export interface ContextRun {
  query_id: string;
  doc_id: string;
  tokens: number;
  /** In code points of the document, sorted, disjoint. */
  ranges: [start: number, end: number][];
  /** The ranges' texts, joined by newlines. */
  context: string;
}

/**
 * Asks each question of its document.
 *
 * @param judge - The figures of a context.
 * @throws Failure if a context is void: over the budget, or not its ranges.
 */
export async function evaluateContexts<Query extends DocumentQuestion, Figures>(
  engine: Engine,
  dataset: { documents: DatasetDocument[]; queries: Query[] },
  { budget, ...asking }: Asking & Pick<EvaluationSettings, "budget">,
  judge: (query: Query, run: ContextRun) => Figures,
  { signal, progress }: EvaluationTools,
): Promise<Evaluation<Figures>> {
  const { documents, queries } = dataset;
  const figures: Figures[] = [];
  const run: string[] = [];
  const queryMilliseconds: number[] = [];
  let addMilliseconds = 0;
  let asked = 0;
  for (const document of documents) {
    const positions = queries.flatMap((query, index) => (query.document === document.id ? [index] : []));
    if (positions.length === 0) continue;
    const [, milliseconds] = await timed(() => replaceDocument(engine, document, { signal, progress }));
    addMilliseconds += milliseconds;
    const codePoints = new CodePoints(document.text);
    for (const position of positions) {
      progress.show("asking", asked++, queries.length);
      const query = queries[position]!;
      const options = { ...asking, tokens: budget, format: "plain" as const, signal };
      const [context, took] = await timed(() => engine.context(query.query, options));
      const contextRun = await checkedRun(engine, query, document, context, { budget, codePoints });
      // In the order of the dataset, whatever the order of its documents.
      queryMilliseconds[position] = took;
      figures[position] = judge(query, contextRun);
      run[position] = JSON.stringify(contextRun);
    }
  }
  return { figures, run, queryMilliseconds, addMilliseconds };
}

async function replaceDocument(
  engine: Engine,
  { id, title, text }: DatasetDocument,
  { signal, progress }: EvaluationTools,
): Promise<void> {
  await engine.clear({ signal });
  await engine.add([{ id, text, ...(title !== "" && { title }) }], { signal, onProgress: progress.report });
  const kept = await engine.document(id, { signal });
  // A character may be replaced by another of its length, such as half a surrogate pair by U+FFFD; none may be lost.
  if (kept.text.length !== text.length) {
    throw new Failure(
      `document "${id}" was kept with ${kept.text.length} characters instead of ${text.length}, so ranges do not fit ` +
        "the dataset's; take out of the dataset what is no plain text",
    );
  }
}

async function checkedRun(
  engine: Engine,
  query: DocumentQuestion,
  document: DatasetDocument,
  context: Context,
  { budget, codePoints }: { budget: number; codePoints: CodePoints },
): Promise<ContextRun> {
  const spoiled = (why: string) => new Failure(`the run is void: the context of question "${query.id}" ${why}`);
  const ranges: TextRange[] = [];
  for (const citation of context.citations) {
    if (citation.document.id !== document.id) throw spoiled(`cites the document "${citation.document.id}"`);
    ranges.push(citation.range);
  }
  ranges.forEach(({ start, end }, index) => {
    const before = ranges[index - 1]?.end ?? 0;
    if (!(before <= start && start < end && end <= document.text.length)) {
      throw spoiled(`has ranges that are not sorted, disjoint and within the document (${start} to ${end})`);
    }
  });
  const text = ranges.map(({ start, end }) => document.text.slice(start, end)).join("\n");
  if (replaceLoneSurrogates(text) !== replaceLoneSurrogates(context.text)) throw spoiled("is not the text of its ranges");
  const tokens = await engine.countTokens(text);
  if (tokens !== context.tokens) throw spoiled(`has ${tokens} tokens and not ${context.tokens}, as it says`);
  if (tokens > budget) throw spoiled(`has ${tokens} tokens, over the budget of ${budget}`);
  return {
    query_id: query.id,
    doc_id: document.id,
    tokens,
    ranges: ranges.map(range => {
      const { start, end }: Range = codePoints.range(range);
      return [start, end];
    }),
    context: text,
  };
}

/** As text comes back from the core, which keeps no halves of surrogate pairs. */
function replaceLoneSurrogates(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
