/** Finds the documents of a folder or site. */

import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative, resolve, sep } from "node:path";

import { Failure } from "./errors.js";
import { FILE_FORMATS, formatOfFile, isPassedOver, isText, loadDocuments, type Source } from "./library.js";

/** Extensions of the files that are found. */
export const EXTENSIONS = [...FILE_FORMATS.keys()].map((extension) => `.${extension}`);

/** A file to read: where it is, and its path below the folder that was named, with slashes. */
export interface FoundFile {
  path: string;
  id: string;
}

/**
 * The files that can be read under the paths, in the order of their ids. Folders named
 * `node_modules`, names that begin with a dot, and symbolic links are passed over.
 *
 * @param except - A folder that is passed over as well: where the result goes.
 * @throws Failure if a path is not there, or two files would have the same id.
 */
export async function findFiles(paths: string[], except?: string): Promise<FoundFile[]> {
  const excluded = except === undefined ? undefined : resolve(except);
  const found = new Map<string, string>();
  for (const path of paths) {
    const about = await stat(path).catch(() => {
      throw new Failure(`there is no file or folder "${path}"`);
    });
    const files = about.isDirectory() ? await walk(path, excluded) : [path];
    for (const file of files) {
      const id = about.isDirectory() ? relative(path, file).split(sep).join("/") : basename(file);
      const other = found.get(id);
      if (other !== undefined && resolve(other) !== resolve(file)) {
        throw new Failure(`"${other}" and "${file}" would both be "${id}"; build from the folder that holds both`);
      }
      found.set(id, file);
    }
  }
  return [...found].map(([id, path]) => ({ id, path })).sort((a, b) => compare(a.id, b.id));
}

async function walk(folder: string, excluded: string | undefined): Promise<string[]> {
  if (resolve(folder) === excluded) return [];
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (isPassedOver(entry.name)) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await walk(path, excluded)));
    else if (entry.isFile() && formatOfFile(entry.name)) files.push(path);
  }
  return files;
}

/** The same everywhere, whatever the language of the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A file as a document. Its URL is its path, that of an `index.html` the folder's, below `base`. */
export async function readSource({ id, path }: FoundFile, base: string): Promise<Source> {
  const url =
    base +
    id
      .replace(/(^|\/)index\.html?$/, "$1")
      .split("/")
      .map(encodeURIComponent)
      .join("/");
  // Named by its file, by which the library knows its format.
  const blob = new File([await readFile(path)], id);
  return { id, blob, ...(url !== "" && { url }) };
}

/**
 * A file as documents: one, of an archive each file in it. What cannot be read is handed to `leaveOut` as a message.
 */
export async function readSources(
  file: FoundFile,
  base: string,
  signal: AbortSignal,
  leaveOut: (message: string) => void,
): Promise<Source[]> {
  const source = await readSource(file, base);
  const format = formatOfFile(file.id);
  if (!format || isText(format)) return [source];
  const { readDocuments } = await loadDocuments();
  const { documents, failures } = await readDocuments([{ path: file.id, blob: source.blob! }], { signal });
  for (const { error } of failures) leaveOut(error.message);
  return documents.map((document) => ({ ...document, ...(source.url !== undefined && { url: source.url }) }));
}
