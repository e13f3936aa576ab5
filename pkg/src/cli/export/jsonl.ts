import type { ExportedNode } from "../library.js";
import { writeWhole } from "../paths.js";

/** One JSON object a node, one node a line. */
export async function writeJsonLines(path: string, nodes: ExportedNode[]): Promise<string[]> {
  await writeWhole(path, lines(nodes));
  return [path];
}

function* lines(nodes: ExportedNode[]): Generator<string> {
  for (const { vector, ...node } of nodes) yield `${JSON.stringify({ ...node, vector: numbers(vector) })}\n`;
}

/** Nine digits, which tell any two values of 32 bits apart; as numbers of 64 bits they would be printed with seventeen. */
export function numbers(vector: Float32Array): number[] {
  return Array.from(vector, (value) => Number(value.toPrecision(9)));
}
