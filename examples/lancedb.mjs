// An exported collection in LanceDB: what `leafcutter export INDEX --to jsonl` wrote as a table, and the table as a
// `VectorSource`. A test runs it.

/**
 * Makes a table of an export in JSON lines. Its schema is written out, because columns that are empty in every row, such as
 * `url`, have no type of their own.
 *
 * @param {import("@lancedb/lancedb").Connection} connection
 * @param {typeof import("apache-arrow")} arrow
 * @param {string} lines
 */
export async function makeTable(connection, arrow, name, lines) {
  const nodes = lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  const { Field, FixedSizeList, Float32, Int32, List, Schema, Utf8 } = arrow;
  const column = (name, type) => new Field(name, type, true);
  const list = (type) => new List(column("item", type));
  const schema = new Schema([
    column("id", new Int32()),
    column("level", new Int32()),
    column("text", new Utf8()),
    column("tokens", new Int32()),
    column("parents", list(new Int32())),
    column("children", list(new Int32())),
    column("document", new Utf8()),
    column("title", new Utf8()),
    column("url", new Utf8()),
    column("metadata", new Utf8()),
    column("documents", list(new Utf8())),
    column("headings", list(new Utf8())),
    column("sources", new Utf8()),
    column("vector", new FixedSizeList(nodes[0].vector.length, column("item", new Float32()))),
  ]);
  const rows = nodes.map((node) => ({
    ...node,
    metadata: JSON.stringify(node.metadata),
    sources: JSON.stringify(node.sources),
  }));
  return connection.createTable(name, rows, { schema, mode: "overwrite" });
}

/**
 * A table of {@link makeTable} for a `SourceRetriever`. Its filters are conditions in SQL.
 *
 * @implements {import("leafcutter/vector-source").VectorSource<string>}
 */
export class LanceSource {
  #table;

  /** @param {import("@lancedb/lancedb").Table} table */
  constructor(table) {
    this.#table = table;
  }

  async search(vector, { k, leavesOnly, filter }) {
    const conditions = [...(leavesOnly ? ["level = 0"] : []), ...(filter ? [`(${filter})`] : [])];
    const query = this.#table.vectorSearch(vector).distanceType("cosine").limit(k);
    if (conditions.length > 0) query.where(conditions.join(" AND "));
    return (await query.toArray()).map((row) => ({ node: nodeOf(row), score: 1 - row._distance }));
  }

  async get(ids) {
    const rows = await this.#table
      .query()
      .where(`id IN (${ids.join(", ")})`)
      .toArray();
    return rows.map(nodeOf);
  }
}

function nodeOf({ vector, _distance, ...row }) {
  return {
    ...row,
    parents: [...row.parents],
    children: [...row.children],
    metadata: JSON.parse(row.metadata),
    documents: [...row.documents],
    headings: [...row.headings],
    sources: JSON.parse(row.sources),
  };
}
