/** From files that a reader chose or dropped to documents as Leafcutter takes them. */

import { type FileFormat, formatOfFile, isPassedOver, type Source } from "leafcutter";

/** What was read, and the names of files that are of no known kind. */
export interface Reading {
  documents: Source[];
  skipped: string[];
}

/** What a reader narrows down by. */
const KINDS: Record<FileFormat, string> = { markdown: "Markdown", html: "HTML", text: "Text" };

/** A file with its path from the folder that was chosen. */
interface Found {
  path: string;
  file: File;
}

/** Reads files from an input; a folder's files carry their paths. */
export function readChosen(files: FileList): Reading {
  return read([...files].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
}

/** Reads what was dropped, folders with all that is in them. Call it within the drop event: the entries go stale after. */
export async function readDropped(transfer: DataTransfer): Promise<Reading> {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  // What another page made has no entry, only a file.
  const dropped = items.map((item) => item.webkitGetAsEntry() ?? item.getAsFile()).filter((each) => each !== null);
  const found = await Promise.all(
    dropped.map((each) => (each instanceof File ? [{ path: each.name, file: each }] : walk(each))),
  );
  return read(found.flat());
}

async function walk(entry: FileSystemEntry): Promise<Found[]> {
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), file }];
  }
  // What is in it would be left out again, and may be more files than all others together.
  if (isPassedOver(entry.name)) {
    return [];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Found[] = [];
  // A browser hands out a long folder in parts and ends with an empty one.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) {
      return found;
    }
    for (const each of part) {
      found.push(...(await walk(each)));
    }
  }
}

function read(found: Found[]): Reading {
  const reading: Reading = { documents: [], skipped: [] };
  const shown = found.filter(({ path }) => !path.split("/").some(isPassedOver));
  shown.sort((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
  for (const { path, file } of shown) {
    const format = formatOfFile(path);
    if (!format) {
      reading.skipped.push(path);
      continue;
    }
    const folder = path.split("/").slice(0, -1).join("/");
    const changed = new Date(file.lastModified).getFullYear();
    reading.documents.push({
      id: path,
      blob: file,
      metadata: { kind: KINDS[format], changed, ...(folder === "" ? {} : { folder }) },
    });
  }
  return reading;
}
