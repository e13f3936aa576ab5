/** JSON lines: a table with a column for each name that a line has. */

import { LeafcutterError } from "./errors.js";
import { table } from "./html.js";
import { check, checkJsonDepth } from "./limits.js";
import { decodeText } from "./text.js";
import type { Parse } from "./types.js";

/** Objects in objects are columns such as `address.city` down to here, and text below. */
const DEEPEST = 4;

export const parse: Parse = async (bytes, { path, limits }) => {
  const columns = new Map<string, number>();
  const records: Map<string, string>[] = [];
  const lines = decodeText(bytes).split(/\r?\n/);
  lines.forEach((line, index) => {
    if (line.trim() === "") return;
    checkJsonDepth(line, path, limits);
    const record = new Map<string, string>();
    flatten(parseLine(line, path, index + 1), "", 0, record);
    for (const name of record.keys()) if (!columns.has(name)) columns.set(name, columns.size);
    check(path, limits, "columns", columns.size);
    records.push(record);
    check(path, limits, "cells", columns.size * records.length);
  });
  if (records.length === 0) {
    throw new LeafcutterError("file-without-text", `"${path}" has no lines; choose a file with some`);
  }
  const header = [...columns.keys()];
  const rows = records.map((record) => header.map((name) => record.get(name) ?? ""));
  return { content: { html: table(header, rows) } };
};

function parseLine(line: string, path: string, number: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    const message = `line ${number} of "${path}" is not JSON (${(error as Error).message}); mend it, each line must be a value of its own`;
    throw new LeafcutterError("file-damaged", message, { cause: error });
  }
}

function flatten(value: unknown, name: string, depth: number, into: Map<string, string>): void {
  if (value === null || value === undefined) return;
  if (typeof value === "object" && !Array.isArray(value) && depth < DEEPEST) {
    for (const [key, inner] of Object.entries(value)) {
      flatten(inner, name === "" ? key : `${name}.${key}`, depth + 1, into);
    }
    return;
  }
  const text = Array.isArray(value) && value.every((each) => typeof each !== "object") ? value.join(", ") : value;
  into.set(name || "value", typeof text === "object" ? JSON.stringify(text) : String(text));
}
