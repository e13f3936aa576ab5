// What was measured, as rows: their form, their file and their table.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export const RATIO = "ratio over 1: Leafcutter is that many times as fast (for sizes and distances: as small)";

/**
 * Of every unit less is better.
 *
 * @param {object} measured
 * @param {string} measured.name
 * @param {string} measured.unit
 * @param {number} measured.leafcutter
 * @param {string | null} measured.peer
 * @param {number} [measured.peerValue] undefined where the peer is absent
 * @param {number} measured.runs rounds
 * @param {string} measured.kernel what of Leafcutter ran
 * @param {string} [measured.note]
 * @param {Record<string, number>} [measured.more] further figures of the row
 */
export function row({ name, unit, leafcutter, peer, peerValue, runs, kernel, note, more = {} }) {
  const ratio = peerValue === undefined || leafcutter === 0 ? null : rounded(peerValue / leafcutter);
  return {
    name,
    unit,
    leafcutter: rounded(leafcutter),
    peer,
    peerValue: peerValue === undefined ? null : rounded(peerValue),
    ratio,
    runs,
    kernel,
    ...Object.fromEntries(Object.entries(more).map(([key, value]) => [key, rounded(value)])),
    ...(note === undefined ? {} : { note }),
  };
}

/** To four digits, which is more than any of them is worth. */
const rounded = (value) => Number(value.toPrecision(4));

export function write(file, rows) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `[\n${rows.map((row) => `  ${JSON.stringify(row)}`).join(",\n")}\n]\n`);
}

export function table(rows) {
  const head = ["name", "unit", "leafcutter", "peer", "", "ratio", "runs", "kernel"];
  const cells = rows.map(({ name, unit, leafcutter, peer, peerValue, ratio, runs, kernel }) =>
    [name, unit, leafcutter, peer ?? "-", peerValue ?? "-", ratio ?? "-", runs, kernel].map(String),
  );
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((line) => line[column].length)));
  const numeric = new Set([2, 4, 5, 6]);
  const pad = (text, column) => (numeric.has(column) ? text.padStart(widths[column]) : text.padEnd(widths[column]));
  const line = (texts) => texts.map(pad).join("  ").trimEnd();
  const notes = rows.filter(({ note }) => note !== undefined).map(({ name, note }) => `  ${name}: ${note}`);
  return [line(head), ...cells.map(line), ...(notes.length > 0 ? ["", ...notes] : [])].join("\n");
}
