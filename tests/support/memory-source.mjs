// The plainest `VectorSource`: every vector is compared. Its filters are functions of a node.
export class MemorySource {
  /** What was asked of it. */
  asked = [];
  #nodes;

  /** @param {import("leafcutter/vector-source").ExportedNode[]} nodes */
  constructor(nodes) {
    this.#nodes = nodes;
  }

  async search(vector, query) {
    this.asked.push(query);
    const { k, leavesOnly, filter = () => true } = query;
    const dot = (other) => other.reduce((sum, value, index) => sum + value * vector[index], 0);
    return this.#nodes
      .filter((node) => (!leavesOnly || node.level === 0) && filter(node))
      .map((node) => ({ node, score: dot(node.vector) }))
      .sort((a, b) => b.score - a.score)
      .slice(0, k);
  }

  async get(ids) {
    this.asked.push(ids);
    return this.#nodes.filter(({ id }) => ids.includes(id));
  }
}
