// Collections that are kept in files, for the tests of that.
import { fakeModel, fakePackage, importSources, temporaryFolder } from "./support.mjs";

export const { Leafcutter } = await fakePackage();
const sources = ["names", "files", "opfs", "log", "manifest", "work", "checksum"].map((name) => `storage/${name}`);
export const {
  fileNameOf,
  nameOfFile,
  openFiles,
  nodeFiles,
  openOpfs,
  CollectionLog,
  latestManifest,
  sealedJson,
  Work,
} = await importSources(...sources);

/** An empty room in a folder of its own, and the storage that it is in. */
export async function room(name = "notes") {
  const storage = openFiles(nodeFiles(), await temporaryFolder());
  return { storage, room: await storage.room(name) };
}

/** The collection that is kept in a directory, closed when `t` ends. */
export async function open(t, directory, options = {}) {
  const collection = await Leafcutter.open({ name: "notes", model: fakeModel, storage: { directory }, ...options });
  t.after(() => collection.close());
  return collection;
}
