// Do two workers embed twice as fast as one, and faster than a peer's two threads?
import { rounds } from "./support/rounds.mjs";
import { row } from "./support/rows.mjs";
import { quick, runs } from "./support/settings.mjs";
import { batch, book } from "./support/texts.mjs";

/** The book is embedded in as many parts, in turns. */
const PARTS = quick ? 2 : 8;

export const benchmarks = {
  "embed-two-workers": async (lab) => [await againstThreads(lab), await againstOneWorker(lab)],
};

async function againstThreads(lab) {
  const ours = await lab.enter("collection.mjs", { texts: batch, workers: 2 });
  const peer = await lab.transformers({ texts: batch, threads: 2 });
  const [leafcutter, peerValue] = await rounds([ours, peer], { runs });
  await Promise.all([ours.close(), peer?.close()]);
  return row({
    name: "embed-two-workers",
    unit: "ms",
    leafcutter,
    peer: peer?.facts.name ?? "transformers.js q8, 2 threads",
    peerValue,
    runs,
    kernel: ours.facts.kernel,
    note: "two workers in a page without special headers, two threads in a cross-origin isolated one",
  });
}

async function againstOneWorker(lab) {
  const chunks = await chunksOf(lab, book());
  const [one, two] = [
    await lab.enter("collection.mjs", { workers: 1 }),
    await lab.enter("collection.mjs", { workers: 2 }),
  ];
  const length = Math.ceil(chunks.length / PARTS);
  const sums = [0, 0];
  for (let part = -1; part < PARTS; part++) {
    // The first part is embedded once more, to start the workers.
    const texts = chunks.slice(Math.max(part, 0) * length, (Math.max(part, 0) + 1) * length);
    for (const [index, contestant] of [one, two].entries()) {
      const ms = await contestant.turn(1, texts);
      if (part >= 0) sums[index] += ms;
    }
  }
  await Promise.all([one.close(), two.close()]);
  return row({
    name: "embed-two-workers-scaling",
    unit: "ms",
    leafcutter: sums[1],
    peer: "Leafcutter, 1 worker",
    peerValue: sums[0],
    runs: 1,
    kernel: two.facts.kernel,
    note: `all ${chunks.length} chunks of the book, in ${PARTS} parts by turns`,
  });
}

/** The chunks of documents, as a collection cuts them. */
export async function chunksOf(lab, documents) {
  const cutter = await lab.enter("model.mjs");
  try {
    return await cutter.ask("chunks", documents);
  } finally {
    await cutter.close();
  }
}
