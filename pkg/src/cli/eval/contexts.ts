/** The forms about one document at a time: each document is a collection, each question gets a context from it. */

import { Failure } from "../errors.js";
import type { Context } from "../library.js";
import { Alignment } from "./alignment.js";
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
  { budget, ...asking }: Asking & Pick<EvaluationSettings, "budget" | "evidence">,
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
    const [kept, milliseconds] = await timed(() => replaceDocument(engine, document, { signal, progress }));
    addMilliseconds += milliseconds;
    for (const position of positions) {
      progress.show("asking", asked++, queries.length);
      const query = queries[position]!;
      const plain = { format: "plain", instructions: "ignore" } as const;
      const options = { ...asking, ...plain, tokens: budget, signal };
      const [context, took] = await timed(() => engine.context(query.query, options));
      const contextRun = await checkedRun(engine, query, kept, context, budget);
      // In the order of the dataset, whatever the order of its documents.
      queryMilliseconds[position] = took;
      figures[position] = judge(query, contextRun);
      run[position] = JSON.stringify(contextRun);
    }
  }
  return { figures, run, queryMilliseconds, addMilliseconds };
}

/** A document in the dataset, as the collection keeps it, and how the two go together. */
interface KeptDocument {
  id: string;
  original: string;
  kept: string;
  alignment: Alignment;
  codePoints: CodePoints;
}

/** Makes the document the only one of the collection. */
async function replaceDocument(
  engine: Engine,
  { id, title, text }: DatasetDocument,
  { signal, progress }: EvaluationTools,
): Promise<KeptDocument> {
  await engine.clear({ signal });
  await engine.add([{ id, text, ...(title !== "" && { title }) }], { signal, onProgress: progress.report });
  const { text: kept } = await engine.document(id, { signal });
  return { id, original: text, kept, alignment: new Alignment(kept, text), codePoints: new CodePoints(text) };
}

async function checkedRun(
  engine: Engine,
  query: DocumentQuestion,
  { id, original, kept, alignment, codePoints }: KeptDocument,
  context: Context,
  budget: number,
): Promise<ContextRun> {
  const spoiled = (why: string) => new Failure(`the run is void: the context of question "${query.id}" ${why}`);
  const ranges: Range[] = [];
  for (const citation of context.citations) {
    if (citation.document.id !== id) throw spoiled(`cites the document "${citation.document.id}"`);
    ranges.push(citation.range);
  }
  ranges.forEach(({ start, end }, index) => {
    const before = ranges[index - 1]?.end ?? 0;
    if (!(before <= start && start < end && end <= kept.length)) {
      throw spoiled(`has ranges that are not sorted, disjoint and within the document (${start} to ${end})`);
    }
  });
  if (join(kept, ranges) !== context.text) throw spoiled("is not the text of its ranges");

  // From here on in the dataset's own text, which is what the run is judged by.
  const originals = ranges.flatMap((range) => alignment.toOriginal(range) ?? []);
  const text = join(original, originals);
  const tokens = await engine.countTokens(text);
  if (tokens > budget) throw spoiled(`has ${tokens} tokens, over the budget of ${budget}`);
  return {
    query_id: query.id,
    doc_id: id,
    tokens,
    ranges: originals.map((range) => {
      const { start, end } = codePoints.range(range);
      return [start, end];
    }),
    context: text,
  };
}

function join(text: string, ranges: Range[]): string {
  return ranges.map(({ start, end }) => text.slice(start, end)).join("\n");
}
