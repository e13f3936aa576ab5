import type { CallOptions, DocumentReference, TextRange, Tree, TreeNode } from "../types.js";
import type { ExportedNode, NodeSource } from "./types.js";

/** What is read of a collection: any `Leafcutter` will do. */
export interface Exportable {
  tree(options?: CallOptions): Promise<Tree>;
  embeddings(options?: CallOptions): Promise<Float32Array[]>;
  documents(options?: CallOptions): Promise<DocumentReference[]>;
}

/** All nodes of a collection as a vector store takes them, chunks first, in the order of their ids. */
export async function exportNodes(collection: Exportable, options: CallOptions = {}): Promise<ExportedNode[]> {
  const [{ nodes }, vectors, references] = await Promise.all([
    collection.tree(options),
    collection.embeddings(options),
    collection.documents(options),
  ]);
  const documents = new Map(references.map((reference) => [reference.id, reference]));
  const sources = new Sources(nodes);
  return nodes.map((node, index) => {
    const { id, level, text, tokens, parents, children } = node;
    const [first, ...others] = node.documents;
    const only = others.length === 0 && first !== undefined ? documents.get(first) : undefined;
    return {
      id,
      level,
      text,
      tokens,
      parents,
      children,
      document: only?.id ?? null,
      title: only?.title ?? null,
      url: only?.url ?? null,
      metadata: only?.metadata ?? {},
      documents: node.documents,
      headings: only ? commonPath(node.headingPaths) : [],
      sources: sources.of(node),
      vector: vectors[index]!,
    };
  });
}

/** What all paths begin with. */
function commonPath([first = [], ...others]: string[][]): string[] {
  const end = first.findIndex((heading, depth) => others.some((path) => path[depth] !== heading));
  return end === -1 ? first : first.slice(0, end);
}

interface Leaf {
  node: number;
  range: TextRange;
}

/** Finds the chunks that texts come from. */
class Sources {
  readonly #nodes: ReadonlyMap<number, TreeNode>;
  /** By document, in the order of the text. */
  readonly #leaves = new Map<string, Leaf[]>();

  constructor(nodes: TreeNode[]) {
    this.#nodes = new Map(nodes.map((node) => [node.id, node]));
    for (const { id, range, documents } of nodes) {
      if (!range) continue;
      const leaves = this.#leaves.get(documents[0]!);
      if (leaves) leaves.push({ node: id, range });
      else this.#leaves.set(documents[0]!, [{ node: id, range }]);
    }
  }

  of(node: TreeNode): NodeSource[] {
    if (node.range) return [{ node: node.id, ...node.range }];
    const extracted = node.sentences?.map(({ source }) => source && this.#holding(source.document, source.range));
    if (extracted?.every((source) => source !== undefined)) return extracted;
    const leaves = [...this.#leavesUnder(node, new Set())].sort((a, b) => a.id - b.id);
    return leaves.flatMap((leaf) => this.of(leaf));
  }

  /** A range as one of the last chunk that holds it: with an overlap there are several. */
  #holding(document: string, { start, end }: TextRange): NodeSource | undefined {
    const leaves = this.#leaves.get(document) ?? [];
    let [low, high] = [0, leaves.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (leaves[middle]!.range.start <= start) low = middle + 1;
      else high = middle;
    }
    for (let index = low - 1; index >= 0; index--) {
      const { node, range } = leaves[index]!;
      if (range.end >= end) return { node, start, end };
      if (range.end <= start) break;
    }
    return undefined;
  }

  *#leavesUnder(node: TreeNode, seen: Set<number>): Generator<TreeNode> {
    if (seen.has(node.id)) return;
    seen.add(node.id);
    if (node.range) yield node;
    for (const child of node.children) yield* this.#leavesUnder(this.#nodes.get(child)!, seen);
  }
}
