// How fast are the ten nearest vectors found, how many of them, and what does building cost? By every code path.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { DIMENSIONS, expand, QUERIES, row as vector } from "./page/vectors.mjs";
import { required } from "./support/lab.mjs";
import { rounds } from "./support/rounds.mjs";
import { row } from "./support/rows.mjs";
import { runs } from "./support/settings.mjs";

const NEAREST = 10;

export const benchmarks = { "scan-5183": (lab) => scan(lab, 5183), "scan-20732": (lab) => scan(lab, 20_732) };

/** `scan-N` for any other number of rows, and `scan-N-graph` with Leafcutter's own graph as well, by request only. */
export function benchmark(name) {
  const [, rows, graph] = /^scan-([1-9]\d*)(-graph)?$/.exec(name) ?? [];
  return rows >= NEAREST ? (lab) => scan(lab, Number(rows), graph !== undefined) : undefined;
}

async function scan(lab, rows, graph = false) {
  const folder = required("peers/vectors");
  const enter = async (suffix, script, options = {}) => ({
    ...(await lab.enter(script, { rows, ...options })),
    name: `scan-${rows}${suffix}`,
  });
  const ours = [
    await enter("", "scan.mjs"),
    await enter("-simd", "scan.mjs", { variant: "simd" }),
    await enter("-scalar", "scan.mjs", { method: "signs-scalar" }),
    ...(graph ? [await enter("-graph", "scan.mjs", { method: "graph" })] : []),
  ];
  const peers = lab.has.peers ? [await enter("", "hnswlib.mjs"), await enter("-orama", "orama.mjs")] : [];
  const sides = [...ours, ...peers];
  const truth = nearest(folder, rows);
  const times = await rounds(sides, { runs });
  const measured = new Map();
  for (const [index, side] of sides.entries())
    measured.set(side, {
      ms: times[index] / QUERIES,
      recall: await recallOf(side, truth),
      buildMs: side.facts.buildMs,
    });
  await Promise.all(sides.map((side) => side.close()));

  const rowOf = (name, own, peer, peerName) => {
    const [{ ms, recall, buildMs }, other] = [measured.get(own), measured.get(peer)];
    return row({
      name,
      unit: "ms a query",
      leafcutter: ms,
      peer: peerName,
      peerValue: other?.ms,
      runs,
      kernel: own.facts.name,
      more: { recall, buildMs, ...(other && { peerRecall: other.recall, peerBuildMs: other.buildMs }) },
      note:
        `recall@${NEAREST} ${recall}, built in ${Math.round(buildMs)} ms` +
        (other ? `; peer ${other.recall}, ${Math.round(other.buildMs)} ms` : ""),
    });
  };
  const [hnswlib, orama] = peers;
  return [
    ...ours.map((side) => rowOf(side.name, side, hnswlib, "hnswlib-wasm, M 16, efConstruction 200, ef 64")),
    rowOf(`scan-${rows}-orama`, ours[0], orama, "Orama"),
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
