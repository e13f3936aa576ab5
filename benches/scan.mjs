// How fast are the ten nearest vectors found, how many of them, and what does building cost?
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { DIMENSIONS, expand, QUERIES, row as vector } from "./page/vectors.mjs";
import { required } from "./support/lab.mjs";
import { rounds } from "./support/rounds.mjs";
import { row } from "./support/rows.mjs";
import { runs } from "./support/settings.mjs";

const NEAREST = 10;

export const benchmarks = { "scan-5183": (lab) => scan(lab, 5183), "scan-20732": (lab) => scan(lab, 20_732) };

/** `scan-N` for any other number of rows, by request only. */
export function benchmark(name) {
  const rows = Number(/^scan-([1-9]\d*)$/.exec(name)?.[1]);
  return rows >= NEAREST ? (lab) => scan(lab, rows) : undefined;
}

async function scan(lab, rows) {
  const folder = required("peers/vectors");
  const ours = await lab.enter("scan.mjs", { rows });
  const truth = nearest(folder, rows);
  const peers = lab.has.peers
    ? [await lab.enter("hnswlib.mjs", { rows }), await lab.enter("orama.mjs", { rows })]
    : [undefined, undefined];
  const [value, ...values] = await rounds([ours, ...peers], { runs });
  const [recall, ...recalls] = await Promise.all([ours, ...peers].map((side) => side && recallOf(side, truth)));
  const rowOf = (index, name, peer) =>
    row({
      name,
      unit: "ms a query",
      leafcutter: value / QUERIES,
      peer,
      peerValue: values[index] && values[index] / QUERIES,
      runs,
      kernel: ours.facts.name,
      more: {
        recall,
        buildMs: ours.facts.buildMs,
        ...(peers[index] && { peerRecall: recalls[index], peerBuildMs: peers[index].facts.buildMs }),
      },
      note:
        `recall@${NEAREST} ${recall}, built in ${Math.round(ours.facts.buildMs)} ms` +
        (peers[index] ? `; peer ${recalls[index]}, ${Math.round(peers[index].facts.buildMs)} ms` : ""),
    });
  await Promise.all([ours, ...peers].map((side) => side?.close()));
  return [
    rowOf(0, `scan-${rows}`, "hnswlib-wasm, M 16, efConstruction 200, ef 64"),
    rowOf(1, `scan-${rows}-orama`, "Orama"),
  ];
}

/** Share of the nearest rows that are found. */
async function recallOf(contestant, truth) {
  const found = await contestant.ask("found");
  const hits = truth.map((nearest, query) => found[query].filter((number) => nearest.has(number)).length);
  return hits.reduce((sum, count) => sum + count, 0) / (truth.length * NEAREST);
}

/** For each query the numbers of the nearest rows, by comparing with every row. */
function nearest(folder, rows) {
  const [base, queries] = ["docs", "queries"].map((name) => {
    const bytes = readFileSync(join(folder, `scifact-${name}.f32`));
    return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  });
  const vectors = expand(base, rows);
  return Array.from({ length: QUERIES }, (_, index) => {
    const query = vector(queries, index);
    const scores = new Float64Array(rows);
    for (let number = 0; number < rows; number++) {
      let score = 0;
      for (let at = 0; at < DIMENSIONS; at++) score += vectors[number * DIMENSIONS + at] * query[at];
      scores[number] = score;
    }
    const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
    return new Set(order.slice(0, NEAREST));
  });
}
