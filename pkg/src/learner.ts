/** What the thread of a collection does to learn: asks the core for it step by step, and keeps what comes of it. */

import type { Collection, Model } from "./bindings.js";
import type { Embeddings } from "./embeddings.js";
import type { CallContext } from "./endpoint.js";
import { throwIfCancelled } from "./errors.js";
import type { Kept } from "./kept.js";
import type { Judgement, LearnReport } from "./learning.js";
import { yieldToEvents } from "./platform.js";
import { ProgressReporter } from "./progress.js";

/** Learns on the thread that holds the collection, in steps of about a second; others have their turn between them. */
export async function learn(
  judgements: Judgement[],
  options: object,
  { kept, model, embeddings }: { kept: Kept; model: Model; embeddings: Embeddings },
  { signal, progress }: CallContext,
): Promise<LearnReport> {
  const reporter = new ProgressReporter(progress);
  const questions = judgements.map(({ question }) => question);
  const total = questions.length;
  const vectors = await embeddings.many({ texts: questions, role: "query" }, signal, (done) =>
    reporter.report({ stage: "embed", done, total }),
  );
  const { report, adapter } = await kept.whileMine(signal, async (collection: Collection) => {
    const learning = collection.learn(judgements, vectors, options);
    try {
      while (learning.step(collection)) {
        const [done, total] = learning.progress() as unknown as [number, number];
        reporter.report({ stage: "learn", done, total });
        await yieldToEvents();
        throwIfCancelled(signal);
      }
    } catch (error) {
      learning.free();
      throw error;
    }
    return learning.finish(model);
  });
  throwIfCancelled(signal);
  await kept.setAdapter(adapter ?? undefined);
  return report;
}
