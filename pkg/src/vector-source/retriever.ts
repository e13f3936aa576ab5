import { throwIfCancelled } from "../errors.js";
import type { LongCallOptions } from "../types.js";
import { aPositiveCount, aString, checkRecord, oneOf } from "../checks.js";
import { CALL } from "../validate.js";
import { Packer } from "./context.js";
import type {
  ScoredNode,
  SourceContext,
  SourceContextOptions,
  SourceHit,
  SourceRetrievalOptions,
  SourceSearchOptions,
  StoredNode,
  VectorSource,
} from "./types.js";

/** Embeds questions and counts tokens: any `Leafcutter` that was opened with the model of the export, also an empty one. */
export interface QuestionModel {
  embed(texts: string[], options?: LongCallOptions & { role?: "query" | "passage" }): Promise<Float32Array[]>;
  countTokens(text: string, options?: { signal?: AbortSignal }): Promise<number>;
}

const DEFAULT_HITS = 8;
const DEFAULT_TOKENS = 1500;

/** Of a passage with what is written around it, at the least. */
const LEAST_TOKENS = 10;
const MOST_NODES = 1000;

/**
 * Searches a collection that was exported to a vector store, in Leafcutter's way: chunks and summaries of every level
 * compete, hits come with the summaries above them, and a context is made of ranges of the documents, none twice.
 *
 * Errors of the source are passed on as they are.
 *
 * @example
 * const questions = await Leafcutter.open({ name: "questions", model, storage: "memory" });
 * const retriever = new SourceRetriever(source, questions);
 * const { text, citations } = await retriever.context("which insects farm?", { tokens: 1500 });
 */
export class SourceRetriever<F = unknown> {
  readonly #source: VectorSource<F>;
  readonly #model: QuestionModel;

  constructor(source: VectorSource<F>, model: QuestionModel) {
    this.#source = source;
    this.#model = model;
  }

  /** Nodes that answer a question, best first. */
  async search(question: string, options: SourceSearchOptions<F> = {}): Promise<SourceHit[]> {
    check(question, options, "k");
    const { k = DEFAULT_HITS, signal, filter } = options;
    const found = (await this.#find(question, k, options)).slice(0, k);
    const wanted = filter === undefined ? found.flatMap(({ node }) => node.parents) : [];
    const above = await this.#get(wanted, found, signal);
    return found.map(({ node, score }) => ({ node, score, parents: pick(node.parents, above) }));
  }

  /** Sources for a language model's prompt, within a budget of tokens. */
  async context(question: string, options: SourceContextOptions<F> = {}): Promise<SourceContext> {
    check(question, options, "tokens");
    const { tokens = DEFAULT_TOKENS, signal } = options;
    const k = Math.min(Math.max(Math.floor(tokens / LEAST_TOKENS), DEFAULT_HITS), MOST_NODES);
    const found = await this.#find(question, k, options);
    // What cannot fit anyway need not be fetched.
    const most = Math.max(1, Math.floor(tokens / LEAST_TOKENS));
    const nodes = found.map(({ node }) => node).filter(({ sources }) => sources.length <= most);
    const leaves = await this.#get(
      nodes.flatMap(({ sources }) => sources.map(({ node }) => node)),
      found,
      signal,
    );
    const packer = new Packer(leaves, (text) => this.#model.countTokens(text, { signal }), tokens);
    await packer.take(nodes);
    return packer.finish();
  }

  async #find(question: string, k: number, options: SourceRetrievalOptions<F>): Promise<ScoredNode[]> {
    const { mode = "collapsed", filter, signal } = options;
    throwIfCancelled(signal);
    const [vector] = await this.#model.embed([question], { role: "query", signal });
    const leavesOnly = mode === "leaves" || filter !== undefined;
    const query = { k, leavesOnly, question, signal, ...(filter !== undefined && { filter }) };
    const found = await this.#source.search(vector!, query);
    throwIfCancelled(signal);
    return found;
  }

  /** Nodes by their ids; those that were found are not fetched again. */
  async #get(ids: number[], found: ScoredNode[], signal: AbortSignal | undefined): Promise<Map<number, StoredNode>> {
    const nodes = new Map(found.map(({ node }) => [node.id, node]));
    const missing = [...new Set(ids)].filter((id) => !nodes.has(id));
    const fetched = missing.length > 0 ? await this.#source.get(missing, { signal }) : [];
    throwIfCancelled(signal);
    for (const node of fetched) nodes.set(node.id, node);
    return nodes;
  }
}

function pick(ids: number[], nodes: ReadonlyMap<number, StoredNode>): StoredNode[] {
  return ids.flatMap((id) => nodes.get(id) ?? []);
}

function check(question: string, options: SourceRetrievalOptions, size: "k" | "tokens"): void {
  aString("question", question);
  // What a filter may be, the source knows.
  const filter = () => {};
  checkRecord("options", options, { ...CALL, [size]: aPositiveCount, mode: oneOf("collapsed", "leaves"), filter });
}
