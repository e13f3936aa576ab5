// How far are embeddings from those of float32, and do all kernels give the same?
import { row } from "./support/rows.mjs";
import { quick } from "./support/settings.mjs";
import { abstracts } from "./support/texts.mjs";

const ABSTRACTS = quick ? 8 : 256;

/** Abstracts that every kernel embeds, of which the plainest is slow. */
const COMPARED = 16;

/** Values of an embedding. */
const DIMENSIONS = 384;

export const benchmarks = {
  async "embed-accuracy"(lab) {
    const counter = await lab.enter("model.mjs");
    const texts = await abstracts(ABSTRACTS, (texts) => counter.ask("countTokens", texts));
    await counter.close();
    const reference = await vectors(await lab.enter("model.mjs", { texts, precision: "f32" }));
    const ours = await vectors(await lab.enter("model.mjs", { texts }));
    const peer = await vectors(await lab.transformers({ texts, batch: "best" }));
    const [distance, peerDistance] = [ours, peer].map((side) => side && distances(side.values, reference.values));
    const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    return [
      row({
        name: "embed-accuracy",
        unit: "1 - mean cosine to f32",
        leafcutter: mean(distance),
        peer: peer?.facts.name ?? "transformers.js q8, 1 thread",
        peerValue: peerDistance && mean(peerDistance),
        runs: 1,
        kernel: ours.facts.kernel,
        more: {
          meanCosine: 1 - mean(distance),
          leastCosine: 1 - Math.max(...distance),
          differing: await differing(lab, texts.slice(0, COMPARED)),
          ...(peerDistance && { peerLeastCosine: 1 - Math.max(...peerDistance) }),
        },
        note: `${texts.length} abstracts of SciFact`,
      }),
    ];
  },
};

/** Values that some kernel of either module gives otherwise than the first does. */
async function differing(lab, texts) {
  let first;
  let count = 0;
  for (const variant of ["relaxed", "simd"]) {
    const { facts, close } = await lab.enter("model.mjs", { variant });
    await close();
    for (const kernel of facts.kernels.length > 0 ? facts.kernels : [undefined]) {
      const { values } = await vectors(await lab.enter("model.mjs", { texts, variant, kernel }));
      first ??= values;
      count += values.filter((value, index) => !Object.is(value, first[index])).length;
    }
  }
  return count;
}

async function vectors(contestant) {
  if (contestant === undefined) return undefined;
  const values = await contestant.ask("vectors");
  await contestant.close();
  return { values, facts: contestant.facts };
}

/** 1 less the cosine of each row. */
function distances(values, reference) {
  return Array.from({ length: reference.length / DIMENSIONS }, (_, row) => {
    let [dot, own, other] = [0, 0, 0];
    for (let at = row * DIMENSIONS; at < (row + 1) * DIMENSIONS; at++) {
      dot += values[at] * reference[at];
      own += values[at] ** 2;
      other += reference[at] ** 2;
    }
    return Math.max(0, 1 - dot / Math.sqrt(own * other));
  });
}
