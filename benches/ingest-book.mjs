// How long does a whole book take from text to searchable tree, and how much memory?
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { root } from "../tests/browser/harness.mjs";
import { chunksOf } from "./embed-two-workers.mjs";
import { rounds } from "./support/rounds.mjs";
import { row } from "./support/rows.mjs";
import { longRuns as runs } from "./support/settings.mjs";
import { book } from "./support/texts.mjs";

export const benchmarks = { "ingest-book": ingestBook };

async function ingestBook(lab) {
  const documents = book();
  const chunks = await chunksOf(lab, documents);
  const from = probedPackage();
  const sides = [];
  for (const workers of [1, 2]) {
    sides.push(ingesting(await lab.enter("collection.mjs", { documents, workers, from })));
    // It is warm when it is ready, and its loading is not counted; Leafcutter's workers start within the time.
    sides.push(await lab.transformers({ texts: chunks, threads: workers, batch: "best" }));
  }
  const values = await rounds(sides, { runs, warmUp: 0 });
  const rows = [0, 2].flatMap((at) => rowsOf(chunks, sides[at], values[at], sides[at + 1], values[at + 1]));
  await Promise.all(sides.map((side) => side?.close()));
  return rows;
}

/** A turn of it is one ingest, of which it keeps what came out and how much memory the workers have then. */
function ingesting(contestant) {
  const side = {
    ...contestant,
    built: undefined,
    memory: [],
    async turn() {
      side.built = await contestant.ask("ingest");
      const memory = await contestant.ask("memory");
      if (sum(memory) > sum(side.memory)) side.memory = memory;
      return side.built.ms;
    },
  };
  return side;
}

const sum = (values) => values.reduce((total, value) => total + value, 0);

function rowsOf(chunks, ours, value, peer, peerValue) {
  const { workers, kernel } = ours.facts;
  const suffix = workers === 1 ? "" : "-two-workers";
  const threads = workers === 1 ? "1 thread" : `${workers} threads`;
  const { levels, textBytes } = ours.built;
  const megabytes = ours.memory.map((bytes) => bytes / 1e6);
  return [
    row({
      name: `ingest-book${suffix}`,
      unit: "s",
      leafcutter: value / 1000,
      peer: `${peer?.facts.name ?? `transformers.js q8, ${threads}`}, embedding only`,
      peerValue: peerValue && peerValue / 1000,
      runs,
      kernel,
      note:
        `${(textBytes / 1e6).toFixed(2)} MB of text to a tree of ${levels.join(", ")} nodes; ` +
        `the peer only embeds the ${chunks.length} chunks${peer ? `, in calls of ${peer.facts.batch}, its fastest` : ""}`,
    }),
    row({
      name: `ingest-book-memory${suffix}`,
      unit: "MB",
      leafcutter: sum(megabytes),
      peer: null,
      runs,
      kernel,
      note: `peaks of the wasm memories of ${megabytes.length} workers: ${megabytes.map(Math.round).join(" + ")}`,
    }),
  ];
}

/** Makes a copy of the package whose workers can be asked for their memory, and tells its address. */
function probedPackage() {
  const folder = "target/bench/package";
  rmSync(join(root, folder), { recursive: true, force: true });
  cpSync(join(root, "pkg/dist"), join(root, folder), { recursive: true });
  const probe = readFileSync(join(root, "benches/page/memory-probe.js"), "utf8");
  const worker = join(root, folder, "worker.js");
  writeFileSync(worker, `{\n${probe}}\n${readFileSync(worker, "utf8")}`);
  return `/${folder}/`;
}
