/** `leafcutter tree`: shows the tree of an index. */

import { openOptions, withCollection } from "./collection.js";
import { COMMON, type Arguments, type Command, type Tools } from "./command.js";
import { readIndex } from "./index-folder.js";
import { Leafcutter } from "./library.js";
import { drawTree } from "./tree-drawing.js";

export const tree: Command = {
  summary: "Shows the tree of summaries of an index",
  operands: "INDEX",
  count: [1, 1],
  details: `Draws each level below the one above: [2] is a summary on level 2, [0] a passage of a document. A node that
belongs to several parents is drawn under each, and names the others.`,
  options: {
    depth: { type: "string", value: "N", help: "levels to draw, from the top (default: all)" },
    model: COMMON.model,
    json: COMMON.json,
  },
  run,
};

async function run(args: Arguments, tools: Tools): Promise<void> {
  const depth = args.count("depth") ?? Infinity;
  const { bytes, manifest } = await readIndex(args.operands[0]!);
  const options = await openOptions(args, tools, { ...manifest.settings, model: manifest.model.name });
  await withCollection(Leafcutter.import(bytes, { ...options, workers: 0 }), async (collection) => {
    const nodes = await collection.tree({ signal: tools.signal });
    if (args.flag("json")) tools.print(JSON.stringify(nodes));
    else for (const line of drawTree(nodes, depth)) tools.print(line);
  });
}
