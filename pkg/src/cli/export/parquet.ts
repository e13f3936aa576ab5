import { ByteWriter, parquetWriteRows, type ParquetWriteOptions } from "hyparquet-writer";

import type { ExportedNode } from "../library.js";
import { packageVersion, writeWhole } from "../paths.js";

/** Read at once by whoever reads the file, so not too many. */
const ROWS_IN_A_GROUP = 1000;

type Element = NonNullable<ParquetWriteOptions["schema"]>[number];
type Type = Omit<Element, "name">;
/** A column, with what is nested in it behind it. */
type Column = [Element, ...Element[]];

const INT: Type = { type: "INT32" };
const TEXT: Type = { type: "BYTE_ARRAY", converted_type: "UTF8" };
const JSON_TEXT: Type = { type: "BYTE_ARRAY", converted_type: "JSON" };

const required = (name: string, type: Type): Column => [{ name, repetition_type: "REQUIRED", ...type }];
const optional = (name: string, type: Type): Column => [{ name, repetition_type: "OPTIONAL", ...type }];
const list = (name: string, type: Type): Column => [
  { name, repetition_type: "REQUIRED", converted_type: "LIST", num_children: 1 },
  { name: "list", repetition_type: "REPEATED", num_children: 1 },
  { name: "element", repetition_type: "REQUIRED", ...type },
];

/** Metadata and sources are JSON in it: the names of the one differ, and not all that read Parquet read lists of records. */
const COLUMNS = [
  required("id", INT),
  required("level", INT),
  required("text", TEXT),
  required("tokens", INT),
  list("parents", INT),
  list("children", INT),
  optional("document", TEXT),
  optional("title", TEXT),
  optional("url", TEXT),
  required("metadata", JSON_TEXT),
  list("documents", TEXT),
  list("headings", TEXT),
  required("sources", JSON_TEXT),
  list("vector", { type: "FLOAT" }),
];

/** A Parquet file of a row a node. */
export async function writeParquet(path: string, nodes: ExportedNode[]): Promise<string[]> {
  const writer = new ByteWriter();
  await parquetWriteRows({
    writer,
    rows: rows(nodes),
    columns: COLUMNS.map(([{ name }]) => ({ name })),
    schema: [{ name: "root", num_children: COLUMNS.length }, ...COLUMNS.flat()],
    rowGroupSize: ROWS_IN_A_GROUP,
    createdBy: `leafcutter version ${await packageVersion()}`,
  });
  await writeWhole(path, writer.getBytes());
  return [path];
}

function* rows(nodes: ExportedNode[]): Generator<Record<string, unknown>> {
  for (const node of nodes) yield { ...node, vector: Array.from(node.vector) };
}
