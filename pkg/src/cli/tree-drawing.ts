/** A tree as lines of text. */

import type { Tree, TreeNode } from "./library.js";
import { oneLine } from "./text.js";

const SHOWN_CHARACTERS = 72;

/** The tree as lines: how many nodes each level has, then every node without parents with what is below it. */
export function* drawTree({ levels, nodes }: Tree, depth: number): Generator<string> {
  for (let level = levels.length - 1; level >= 0; level--) {
    yield `level ${level}: ${levels[level]} ${level === 0 ? "passages" : "summaries"}`;
  }
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const roots = nodes.filter((node) => node.parents.length === 0).sort((a, b) => b.level - a.level || a.id - b.id);
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
  const others = node.parents.filter((id) => id !== parent);
  const links = others.length > 0 ? `  (also under ${others.map((id) => `#${id}`).join(", ")})` : "";
  yield `${prefix}[${node.level}] #${node.id} ${oneLine(node.text, SHOWN_CHARACTERS)}${links}`;
  if (depth <= 1) return;
  const children = node.children.flatMap((id) => byId.get(id) ?? []);
  for (const [index, child] of children.entries()) {
    const last = index === children.length - 1;
    yield* drawNode(
      child,
      byId,
      depth - 1,
      `${below}${last ? "└─ " : "├─ "}`,
      `${below}${last ? "   " : "│  "}`,
      node.id,
    );
  }
}
