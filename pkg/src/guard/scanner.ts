/** Looks for instructions to a language model in texts that nobody vouches for. */

import { HARMLESS, INSTRUCTIONS } from "./prototypes.js";
import { findingOf, isOpen, judge, THRESHOLDS, withCloseness, type Finding, type Judged } from "./score.js";

/** Embeds texts, each to a length of 1; `embed` of a collection does. */
export type Embed = (texts: string[], options?: { signal?: AbortSignal }) => Promise<Float32Array[]>;

/** What a scanner says of a text. */
export interface Judgement extends Finding {
  /** Whether the score is at or over the threshold. */
  suspicious: boolean;
}

/** By patterns alone, at once: for where there is no model. */
export function findInstructions(text: string): Judgement {
  const finding = findingOf(judge(text));
  return { ...finding, suspicious: finding.score >= THRESHOLDS.patterns };
}

/**
 * By patterns, and by embeddings where those leave it open. It remembers the embeddings of its prototypes, which take about as
 * long as a few chunks.
 */
export class InstructionScanner {
  readonly #embed: Embed;
  #prototypes: Promise<Float32Array[]> | undefined;

  constructor(embed: Embed) {
    this.#embed = embed;
  }

  /** What each of `texts` is, in their order. */
  async scan(texts: readonly string[], options: { signal?: AbortSignal } = {}): Promise<Judgement[]> {
    options.signal?.throwIfAborted();
    const judged = texts.map(judge);
    const open = judged.flat().filter(isOpen);
    const closeness = await this.#closeness(open, options);
    const joint = new Map(open.map((each, index) => [each, withCloseness(each.odds, closeness[index]!)]));
    return judged.map((stretches) => {
      const finding = findingOf(stretches.map((each) => ({ ...each, odds: joint.get(each) ?? each.odds })));
      return { ...finding, suspicious: finding.score >= THRESHOLDS.embeddings };
    });
  }

  /** How much closer each stretch is to the nearest three instructions than to the nearest three harmless sentences. */
  async #closeness(stretches: Judged[], options: { signal?: AbortSignal }): Promise<number[]> {
    if (stretches.length === 0) return [];
    // Not with the caller's signal: others may wait for them.
    this.#prototypes ??= this.#embed([...INSTRUCTIONS, ...HARMLESS]).catch((error: unknown) => {
      this.#prototypes = undefined;
      throw error;
    });
    const prototypes = await this.#prototypes;
    const embeddings = await this.#embed(
      stretches.map(({ text }) => text),
      options,
    );
    return embeddings.map((embedding) => {
      const cosines = prototypes.map((prototype) => dot(embedding, prototype));
      return nearest(cosines.slice(0, INSTRUCTIONS.length)) - nearest(cosines.slice(INSTRUCTIONS.length));
    });
  }
}

/** The mean of the three highest. */
function nearest(cosines: number[]): number {
  const [first, second, third] = cosines.sort((a, b) => b - a);
  return (first! + second! + third!) / 3;
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += a[index]! * b[index]!;
  return sum;
}
