// How fast does one thread embed passages and questions?
import { rounds } from "./support/rounds.mjs";
import { row } from "./support/rows.mjs";
import { runs } from "./support/settings.mjs";
import { batch, mixedPassages, query } from "./support/texts.mjs";

/** Short questions in a turn, since a browser's clock is coarse. */
const QUESTIONS = 20;

export const benchmarks = {
  "embed-batch": (lab) => compare(lab, "embed-batch", { texts: batch }),
  "embed-mixed": async (lab) => compare(lab, "embed-mixed", { texts: await mixed(lab) }, { batch: "best" }),
  "embed-batch-simd": (lab) => compare(lab, "embed-batch-simd", { texts: batch, variant: "simd" }),
  "embed-query": (lab) =>
    compare(lab, "embed-query", { texts: [query], role: "query" }, {}, { warmUp: 5, repeats: QUESTIONS }),
};

async function mixed(lab) {
  const counter = await lab.enter("model.mjs");
  try {
    return await mixedPassages((texts) => counter.ask("countTokens", texts));
  } finally {
    await counter.close();
  }
}

async function compare(lab, name, options, peerOptions = {}, timing = {}) {
  const ours = await lab.enter("model.mjs", options);
  const peer = await lab.transformers({ texts: options.texts, ...peerOptions });
  const [leafcutter, peerValue] = await rounds([ours, peer], { runs, ...timing });
  await Promise.all([ours.close(), peer?.close()]);
  return [
    row({
      name,
      unit: "ms",
      leafcutter,
      peer: peer?.facts.name ?? "transformers.js q8, 1 thread",
      peerValue,
      runs,
      kernel: ours.facts.kernel,
      note: peer && peerOptions.batch === "best" ? `the peer in calls of ${peer.facts.batch}, its fastest` : undefined,
    }),
  ];
}
