/** Learning from what people preferred: a correction of the embeddings of questions, kept beside the collection. */

import type { Thread } from "./thread.js";
import type { LongCallOptions } from "./types.js";
import { aCount, aString, checkRecord, invalid, isRecord } from "./checks.js";
import { checkBytes, HYBRID, LONG_CALL } from "./validate.js";

/** Which documents were preferred for a question, and which were passed over: clicks, or labels. */
export interface Judgement {
  question: string;
  /** Ids of documents. */
  preferred: string[];
  /** Likewise. Without them, those that are nearest to the question beside the preferred ones. */
  passedOver?: string[];
}

export interface LearnOptions extends LongCallOptions {
  /** How questions are asked when it is measured what the correction does. Default: as a search does. */
  hybrid?: { alpha: number };
  /** Parts that the questions are dealt into, 2 to 10: each is asked with what was learned from the others. Default 5. */
  folds?: number;
  /** The same judgements with the same seed give the same. Default 0. */
  seed?: number;
}

/** What a correction does for questions that it was not learned from. */
export interface LearnReport {
  /** Those with a preferred document. */
  questions: number;
  /** Of a preferred passage and one that was passed over. */
  pairs: number;
  /** nDCG@10 of the preferred documents, 0 to 1, over held-out questions: without the correction, and with it. */
  before: number;
  after: number;
  /** How probable such a gain is by chance: of a paired randomization test, one-sided. */
  chance: number;
  /** Whether it is used from now on: only if the chance is at most 0.05. */
  used: boolean;
  reason: string;
}

/** What was learned of a collection. It is kept with it, and is no part of its exports. */
export class QuestionAdapter {
  readonly #thread: Thread;

  /** @internal */
  constructor(thread: Thread) {
    this.#thread = thread;
  }

  /** As bytes, to be imported elsewhere; `undefined` where nothing is in use. */
  async export(): Promise<Uint8Array | undefined> {
    return this.#thread.call("adapter", null);
  }

  /**
   * Uses what another collection of the same model exported, in place of what is in use.
   *
   * @throws LeafcutterError `index-format`, `index-version`, `index-damaged`, `index-identity`.
   */
  async import(bytes: Uint8Array): Promise<void> {
    checkBytes(bytes);
    return this.#thread.call("setAdapter", bytes);
  }

  /** Takes questions as they are again. */
  async remove(): Promise<void> {
    return this.#thread.call("setAdapter", undefined);
  }
}

/** @throws LeafcutterError `invalid-option`. */
export function checkLearning(
  judgements: unknown,
  options: LearnOptions | undefined,
): asserts judgements is Judgement[] {
  if (!Array.isArray(judgements)) throw invalid("judgements", "an array of { question, preferred }", judgements);
  judgements.forEach((judgement: unknown, index) => {
    const name = `judgements[${index}]`;
    if (!isRecord(judgement)) throw invalid(name, "{ question, preferred }", judgement);
    checkRecord(name, judgement, { question: aString, preferred: ids, passedOver: ids });
    aString(`${name}.question`, judgement.question);
    ids(`${name}.preferred`, judgement.preferred);
  });
  checkRecord("options", options, { ...LONG_CALL, hybrid: HYBRID, folds: aCount, seed: aCount });
}

function ids(name: string, value: unknown): void {
  if (!Array.isArray(value)) throw invalid(name, "an array of ids", value);
  value.forEach((id, index) => aString(`${name}[${index}]`, id));
}
