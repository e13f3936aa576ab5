// How soon can a page embed, on a first visit and on later ones, and how much does it download?
import { gzipSync } from "node:zlib";

import { rounds } from "./support/rounds.mjs";
import { row } from "./support/rows.mjs";
import { runs } from "./support/settings.mjs";
import { query } from "./support/texts.mjs";

export const benchmarks = { "load-cached": load };

async function load(lab) {
  const ours = await visits(lab, "collection.mjs", { texts: [query], role: "query" });
  const peer = lab.has.transformers ? await visits(lab, "transformers.mjs", { texts: [query] }) : undefined;
  try {
    // The next visits let the browser cache what it compiled.
    const [leafcutter, peerValue] = await rounds([ours, peer], { runs, warmUp: 3 });
    const name = peer?.facts.name ?? "transformers.js q8, 1 thread";
    const common = { peer: name, kernel: ours.facts.kernel };
    const again = ours.again();
    return [
      row({
        ...common,
        name: "load-cached",
        unit: "ms",
        leafcutter,
        peerValue,
        runs,
        note: `to the first embedding; fetched again: ${again.length > 0 ? again.join(", ") : "nothing large"}`,
      }),
      row({
        ...common,
        name: "load-cold",
        unit: "ms",
        leafcutter: ours.cold,
        peerValue: peer?.cold,
        runs: 1,
        note: "from this machine, so without the time of a network",
      }),
      ...["model", "wasm", "scripts"].map((kind) =>
        row({
          ...common,
          name: `download-${kind}`,
          unit: kind === "model" ? "MB" : "MB gzipped",
          leafcutter: ours.bytes[kind] / 1e6,
          peerValue: peer && peer.bytes[kind] / 1e6,
          runs: 1,
        }),
      ),
    ];
  } finally {
    await Promise.all([ours.close(), peer?.close()]);
  }
}

/** A reader who comes for the first time, and whose turns are later visits. */
async function visits(lab, script, options) {
  const reader = await lab.freshCache();
  let facts;
  const visit = async () => {
    const contestant = await reader.enter(script, options);
    facts = contestant.facts;
    const ms = await contestant.firstTurn();
    await contestant.close();
    return ms;
  };
  const cold = await visit();
  const loaded = [...new Set(reader.requests)];
  const bytes = await downloaded(reader.url, loaded);
  reader.requests.length = 0;
  return {
    facts,
    cold,
    bytes,
    turn: visit,
    /** Files of the model and modules that later visits did not find in the cache. */
    again: () => [...new Set(reader.requests)].filter((path) => /\.(wasm|onnx|safetensors)$/.test(path)),
    close: reader.close,
  };
}

/** Bytes of the paths by kind: the model's as they are, others as a server would compress them. */
async function downloaded(url, paths) {
  const bytes = { model: 0, wasm: 0, scripts: 0 };
  for (const path of paths) {
    const response = await fetch(new URL(path, url));
    if (!response.ok) continue;
    const body = Buffer.from(await response.arrayBuffer());
    if (/^\/(peer-models|models?)\//.test(path)) bytes.model += body.length;
    else if (path.endsWith(".wasm")) bytes.wasm += gzipSync(body).length;
    else if (/\.m?js$/.test(path) && !path.startsWith("/benches/")) bytes.scripts += gzipSync(body).length;
  }
  return bytes;
}
