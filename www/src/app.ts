/** Joins the parts of the demo: what is chosen is read, what was read is asked. */

import type { LongCallOptions } from "leafcutter";
import type { DocumentFile, ReadFailure } from "leafcutter/documents";
import { mountAsk } from "./ask.ts";
import { type Collection, Shelf } from "./collection.ts";
import { mayForget } from "./confirm.ts";
import { announce, byId } from "./dom.ts";
import { hideError, showError, showFailures } from "./errors.ts";
import { readFiles } from "./files.ts";
import { mountFilters } from "./filters.ts";
import { mountGather } from "./gather.ts";
import { ProgressView } from "./progress.ts";
import { type Place, Reader } from "./reader.ts";
import { fetchSample } from "./samples.ts";
import { mountSettings } from "./settings.ts";
import { type Phase, Store } from "./state.ts";
import { count, text } from "./strings.ts";
import { mountTabs } from "./tabs.ts";
import { TreeView } from "./tree-view.ts";

const INDEX_EXTENSION = ".leafcutter";

const store = new Store(showError);
const shelf = new Shelf();
const progress = new ProgressView();
const reader = new Reader();
const tree = new TreeView(byId("panel-tree"), openSource);
let working: AbortController | null = null;

function openSource(place: Place): void {
  const { collection } = store.state;
  if (collection) {
    reader.open(collection.leafcutter, place).catch(showError);
  }
}

function showPhase(phase: Phase): void {
  byId("gather").hidden = phase !== "gather";
  byId("progress").hidden = phase !== "working";
  byId("workspace").hidden = phase !== "ready";
  byId("back").hidden = store.state.collection === null;
  if (phase === "ready") {
    byId("question").focus();
  } else if (phase === "working") {
    byId("progress-title").focus();
  } else {
    byId("gather-title").focus();
  }
  scrollTo({ top: 0, behavior: "instant" });
}

/**
 * Runs `make` with progress and a way to cancel. Whether it came to its end; if not, what was there before stays.
 */
async function work(name: string, make: (options: LongCallOptions) => Promise<Collection>): Promise<boolean> {
  hideError();
  progress.start(name);
  working = new AbortController();
  store.set({ phase: "working" });
  try {
    const collection = await make({ signal: working.signal, onProgress: (event) => progress.update(event) });
    store.set({ collection, phase: "ready" });
    announce(text.ready(collection.name));
    return true;
  } catch (error) {
    store.set({ phase: store.state.collection ? "ready" : "gather" });
    if (working.signal.aborted) {
      announce(text.cancelled);
    } else {
      showError(error);
    }
    return false;
  } finally {
    working = null;
  }
}

/** What the collection is called once documents called `name` are added to it. */
function joined(name: string): string {
  const { collection } = store.state;
  return collection === null || collection.name === name ? name : text.joined(collection.name, name);
}

async function addFiles(files: DocumentFile[]): Promise<void> {
  const name = files.length === 1 ? files[0]!.path : count(files.length, "file");
  let failures: ReadFailure[] = [];
  const read = await work(name, async (options) => {
    const reading = await readFiles(files, options.signal);
    failures = reading.failures;
    if (reading.documents.length === 0) {
      throw failures[0]?.error ?? new Error(text.nothingReadable);
    }
    return shelf.add(joined(name), reading.documents, [], options);
  });
  if (read && failures.length > 0) {
    showFailures(failures);
  }
}

async function saveIndex(): Promise<void> {
  const { collection } = store.state;
  if (!collection) {
    return;
  }
  const bytes = await collection.leafcutter.export();
  const file =
    collection.name
      .toLowerCase()
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-|-$/g, "") + INDEX_EXTENSION;
  const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
  const link = document.createElement("a");
  link.href = url;
  link.download = file;
  link.click();
  collection.saved = true;
  // Long enough for the browser to have begun to save it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  announce(text.saved(file));
}

function showCollection(collection: Collection | null): void {
  if (collection) {
    const [leaves, ...summaries] = collection.tree.levels;
    byId("workspace-title").textContent = collection.name;
    byId("workspace-facts").textContent = text.facts(
      collection.documents.length,
      leaves ?? 0,
      summaries.reduce((sum, level) => sum + level, 0),
    );
  }
  tree.start(collection);
}

async function openIndex(file: File): Promise<void> {
  const name = file.name.endsWith(INDEX_EXTENSION) ? file.name.slice(0, -INDEX_EXTENSION.length) : file.name;
  if (await mayForget(store.state.collection, text.confirm.replace)) {
    await work(name, async (options) => shelf.open(name, new Uint8Array(await file.arrayBuffer()), options));
  }
}

async function startOver(): Promise<void> {
  if (!(await mayForget(store.state.collection, text.confirm.startOver))) {
    return;
  }
  await shelf.clear();
  store.set({ collection: null, phase: "gather" });
}

mountGather({
  sample: (sample, choice) =>
    void work(choice.name, async (options) => {
      const documents = await fetchSample(sample, choice, options.signal);
      return shelf.add(joined(choice.name), documents, sample.questions, options);
    }),
  files: (files) => void addFiles(files),
  index: (file) => void openIndex(file),
  failed: showError,
});
mountTabs(store);
mountFilters(store);
mountSettings(store);
mountAsk(store, {
  openSource,
  walkTree: (node) => {
    store.set({ view: "tree" });
    tree.walkFrom(node);
  },
  failed: showError,
});
store.on(["collection"], ({ collection }) => showCollection(collection));
store.on(["phase"], ({ phase }) => showPhase(phase));

byId("cancel").addEventListener("click", () => {
  progress.cancelling();
  working?.abort();
});
byId("export").addEventListener("click", () => void saveIndex().catch(showError));
byId("add").addEventListener("click", () => store.set({ phase: "gather" }));
byId("back").addEventListener("click", () => store.set({ phase: "ready" }));
byId("restart").addEventListener("click", () => void startOver().catch(showError));
