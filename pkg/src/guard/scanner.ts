/** Looks for instructions to a language model in texts that nobody vouches for. */

import { throwIfCancelled } from "../errors.js";
import { findingOf, isOpen, judge, PROBE, withEmbedding, type Finding, type Judged } from "./score.js";

/** Embeds texts, each to a length of 1; `embed` of a collection does. */
export type Embed = (texts: string[], options?: { signal?: AbortSignal }) => Promise<Float32Array[]>;

/** What a scanner says of a text. */
export interface Judgement extends Finding {
  /** Whether the score is at least 0.5. */
  suspicious: boolean;
}

/** The least cosine of the probe's embedding to the expected one: precisions of one model are nearer, other models farther. */
const SAME_MODEL = 0.95;

/** By patterns alone, at once: for where there is no model. */
export function findInstructions(text: string): Judgement {
  return judgementOf(judge(text));
}

/** By patterns and, where those leave it open and the model is all-MiniLM-L6-v2, by embeddings. */
export class InstructionScanner {
  readonly #embed: Embed;
  #known: Promise<boolean> | undefined;

  constructor(embed: Embed) {
    this.#embed = embed;
  }

  /** What each of `texts` is, in their order. */
  async scan(texts: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Judgement[]> {
    throwIfCancelled(options.signal);
    const judged = texts.map(judge);
    const open = judged.map((stretches) => stretches.filter(isOpen));
    if (open.flat().length === 0 || !(await this.#isKnown())) return judged.map(judgementOf);
    const embeddings = await this.#embed(
      open.flat().map(({ text }) => text.replaceAll("\n", " ")),
      options,
    );
    let next = 0;
    return open.map((stretches, index) => {
      const both = stretches.map((stretch) => ({ ...stretch, odds: withEmbedding(stretch, embeddings[next++]!) }));
      return judgementOf(both.length > 0 ? both : judged[index]!);
    });
  }

  /** Whether the model is the one that the weights of embeddings were fitted to. */
  #isKnown(): Promise<boolean> {
    // Not with a caller's signal: others may wait for it.
    this.#known ??= this.#embed([PROBE.text])
      .then(([embedding]) => {
        const { embedding: expected } = PROBE;
        return embedding!.length === expected.length && cosine(embedding!, expected) >= SAME_MODEL;
      })
      .catch((error: unknown) => {
        this.#known = undefined;
        throw error;
      });
    return this.#known;
  }
}

function judgementOf(judged: readonly Judged[]): Judgement {
  const finding = findingOf(judged);
  return { ...finding, suspicious: finding.score >= 0.5 };
}

function cosine(a: Float32Array, b: Float32Array): number {
  const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, index) => sum + value * y[index]!, 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}
