/** `leafcutter tree`: shows the tree of an index. */

import { openOptions, withCollection } from "./collection.js";
import { COMMON, type Arguments, type Command, type Tools } from "./command.js";
import { readIndex } from "./index-folder.js";
import { Leafcutter, type Tree, type TreeNode } from "./library.js";
import { oneLine } from "./text.js";

const SHOWN_CHARACTERS = 72;

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
  await withCollection(Leafcutter.import(bytes, { ...options, workers: 0 }), async collection => {
    const nodes = await collection.tree({ signal: tools.signal });
    if (args.flag("json")) tools.print(JSON.stringify(nodes));
    else for (const line of drawTree(nodes, depth)) tools.print(line);
  });
}

/** The tree as lines: how many nodes each level has, then every node without parents with what is below it. */
export function* drawTree({ levels, nodes }: Tree, depth: number): Generator<string> {
  for (let level = levels.length - 1; level >= 0; level--) {
    yield `level ${level}: ${levels[level]} ${level === 0 ? "passages" : "summaries"}`;
  }
  const byId = new Map(nodes.map(node => [node.id, node]));
  const roots = nodes.filter(node => node.parents.length === 0).sort((a, b) => b.level - a.level || a.id - b.id);
  for (const root of roots) {
    yield "";
    yield* drawNode(root, byId, depth, "", "");
  }
}

function* drawNode(
  node: TreeNode,
  byId: ReadonlyMap<number, TreeNode>,
  depth: number,
  prefix: string,
  below: string,
  parent?: number,
): Generator<string> {
  const others = node.parents.filter(id => id !== parent);
  const links = others.length > 0 ? `  (also under ${others.map(id => `#${id}`).join(", ")})` : "";
  yield `${prefix}[${node.level}] #${node.id} ${oneLine(node.text, SHOWN_CHARACTERS)}${links}`;
  if (depth <= 1) return;
  const children = node.children.flatMap(id => byId.get(id) ?? []);
  for (const [index, child] of children.entries()) {
    const last = index === children.length - 1;
    yield* drawNode(child, byId, depth - 1, `${below}${last ? "└─ " : "├─ "}`, `${below}${last ? "   " : "│  "}`, node.id);
  }
}
