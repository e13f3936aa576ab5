/** `leafcutter export`: an index to what vector stores ingest. */

import { stat } from "node:fs/promises";

import { openOptions, withCollection } from "./collection.js";
import { COMMON, type Arguments, type Command, type Tools } from "./command.js";
import { Failure, UsageError } from "./errors.js";
import { writeJsonLines } from "./export/jsonl.js";
import { writeParquet } from "./export/parquet.js";
import { writeQdrant } from "./export/qdrant.js";
import { readIndex } from "./index-folder.js";
import { exportNodes, Leafcutter, type ExportedNode } from "./library.js";

/** Writes nodes to a path and answers with the files that it wrote. */
export type ExportWriter = (path: string, nodes: ExportedNode[], dimensions: number) => Promise<string[]>;

const WRITERS: Record<string, ExportWriter> = { jsonl: writeJsonLines, parquet: writeParquet, qdrant: writeQdrant };
const FORMATS = Object.keys(WRITERS);

export const exportIndex: Command = {
  summary: "Writes an index in a form that vector stores ingest",
  operands: "INDEX --to FORMAT --out PATH",
  count: [1, 1],
  details: `Writes every chunk and summary with its text, embedding, level, links to parents and children, document, headings and
ranges. jsonl: a file of one JSON object a line. parquet: a file; metadata and sources are JSON in it. qdrant: a folder
of requests to make a collection and fill it.`,
  options: {
    to: { type: "string", value: "FORMAT", help: FORMATS.join(", ") },
    out: { type: "string", short: "o", value: "PATH", help: "the file, or for qdrant the folder" },
    model: COMMON.model,
    json: COMMON.json,
  },
  run,
};

async function run(args: Arguments, tools: Tools): Promise<void> {
  const format = args.choice("to", FORMATS);
  const out = args.text("out");
  if (format === undefined) throw new UsageError(`expected --to ${FORMATS.join("|")}`);
  if (out === undefined) throw new UsageError("expected --out PATH");
  const isFolder = (await stat(out).catch(() => undefined))?.isDirectory();
  if (isFolder !== undefined && isFolder !== (format === "qdrant")) {
    throw new Failure(`${out} is ${isFolder ? "a folder" : "a file"}; name a ${isFolder ? "file" : "folder"}`);
  }
  const { bytes, manifest } = await readIndex(args.operands[0]!);
  const options = await openOptions(args, tools, { ...manifest.settings, model: manifest.model.name });
  await withCollection(Leafcutter.import(bytes, { ...options, workers: 0 }), async (collection) => {
    const nodes = await exportNodes(collection, { signal: tools.signal });
    const { dimensions } = (await collection.stats()).runtime;
    const files = await WRITERS[format]!(out, nodes, dimensions);
    if (args.flag("json")) tools.print(JSON.stringify({ out, format, nodes: nodes.length, dimensions, files }));
    else tools.print(`${out}: ${nodes.length} nodes, each with a vector of ${dimensions} values`);
  });
}
