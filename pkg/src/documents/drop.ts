/** Files that a reader drops on a page, folders with all that is in them. */

import { isPassedOver } from "../files.js";
import type { DocumentFile } from "./types.js";

/**
 * The files of a drop, each with its path. Call it within the drop event: its entries go stale after. Hidden files and folders
 * are passed over.
 *
 * @throws DOMException where the browser may not read a file or folder.
 */
export async function droppedFiles(transfer: DataTransfer): Promise<DocumentFile[]> {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  // What another page made has no entry, only a file.
  const dropped = items.map((item) => item.webkitGetAsEntry() ?? item.getAsFile()).filter((each) => each !== null);
  const found = await Promise.all(
    dropped.map((each) => (each instanceof File ? [{ path: each.name, blob: each }] : walk(each))),
  );
  return sorted(found.flat());
}

/** The files of an `<input type="file">`; those of a folder (`webkitdirectory`) carry their paths. */
export function chosenFiles(files: Iterable<File>): DocumentFile[] {
  return sorted([...files].map((file) => ({ path: file.webkitRelativePath || file.name, blob: file })));
}

async function walk(entry: FileSystemEntry): Promise<DocumentFile[]> {
  if (entry.isFile) {
    const blob = await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
    return [{ path: entry.fullPath.replace(/^\//, ""), blob }];
  }
  // What is in it would be left out again, and may be more files than all others together.
  if (isPassedOver(entry.name)) return [];
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: DocumentFile[] = [];
  // A browser hands out a long folder in parts and ends with an empty one.
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return found;
    for (const each of part) found.push(...(await walk(each)));
  }
}

function sorted(files: DocumentFile[]): DocumentFile[] {
  const shown = files.filter(({ path }) => !path.split("/").some(isPassedOver));
  return shown.sort((a, b) => a.path.localeCompare(b.path, "en", { numeric: true }));
}
