// The files that documents are tested on, which scripts/setup/files.sh makes, and what is known of each.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

import { modelsFolder } from "./model.mjs";

const FILES = path.resolve(modelsFolder, "../files");
const KNOWN = ".known.json";

/**
 * All of them, or those of the names given, each as a source for `add` with what is known of it: `texts`, the paragraphs and
 * headings; `pieces` of them with the fragment that leads to each; `rows` of tables, as pairs of a column and a cell.
 */
export function testFiles(names) {
  const found = ["made", "manuals"].flatMap((folder) => {
    const inside = path.join(FILES, folder);
    const all = readdirSync(inside).filter((name) => name.endsWith(KNOWN));
    return all.sort().map((name) => path.join(inside, name));
  });
  const files = found.map((file) => {
    const known = JSON.parse(readFileSync(file, "utf8"));
    const bytes = readFileSync(file.slice(0, -KNOWN.length));
    return { ...known, source: { id: known.file, blob: new File([bytes], known.file) } };
  });
  return names ? names.map((name) => files.find(({ file }) => file === name)) : files;
}

/** Where one of the files is that are made. */
export function testFile(name) {
  return path.join(FILES, "made", name);
}

/** The words of a text, for comparing: letters and digits, capitals and forms of letters aside. */
export function wordsOf(text) {
  return (
    text
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}
