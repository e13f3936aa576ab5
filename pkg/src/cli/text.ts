/** Text on a terminal. */

const COLUMNS = 100;

/** A text without the characters that would steer a terminal, line breaks and tabs aside: documents are not trusted. */
export function printable(text: string): string {
  return text.replace(/(?![\n\t])\p{Cc}|\p{Bidi_Control}/gu, "");
}

/** A printable text on one line, cut at a word if it is over `most` characters. */
export function oneLine(text: string, most = Infinity): string {
  const line = printable(text.replace(/[\s\p{Cc}\u2028\u2029]+/gu, " ")).trim();
  if (line.length <= most) return line;
  const cut = line.slice(0, most - 1);
  const space = cut.lastIndexOf(" ");
  // Half a surrogate pair is left off.
  return `${(space > most / 2 ? cut.slice(0, space) : cut).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** The lines of a text, broken at spaces, each behind an indent. */
export function wrap(
  text: string,
  indent: string,
  columns = Math.min(process.stdout.columns ?? COLUMNS, COLUMNS),
): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > columns) {
      lines.push(indent + line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  if (line !== "") lines.push(indent + line);
  return lines;
}
