/** HTML as the parsers write it for the core to read. Nothing shows it as HTML. */

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => ESCAPES[character]!);
}

/** A place that hits and citations lead to: `anchor` is what comes after `#` in the document's address. */
export function mark(anchor: string): string {
  return `<span data-leafcutter-anchor="${escapeHtml(anchor)}"></span>`;
}

/** A table whose cells are plain text. Rows may be ragged. */
export function table(header: readonly string[] | undefined, rows: Iterable<readonly string[]>): string {
  const parts = ["<table>"];
  const row = (cells: readonly string[], name: string) =>
    `<tr>${cells.map((cell) => `<${name}>${escapeHtml(cell)}</${name}>`).join("")}</tr>`;
  if (header) parts.push(row(header, "th"));
  for (const cells of rows) parts.push(row(cells, "td"));
  parts.push("</table>");
  return parts.join("\n");
}
