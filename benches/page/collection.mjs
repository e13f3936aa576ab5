// Leafcutter's package with its workers.
import { openCollection } from "./leafcutter.mjs";

/** @param {{ texts?: string[], role?: "query" | "passage", documents?: object[], workers?: number, from?: string }} options */
export async function prepare({ texts, role = "passage", documents, ...options }) {
  const { collection, kernel, workers } = await openCollection(options);
  return {
    facts: { kernel, workers },
    /** Embeds the texts handed in, else those that it was prepared with. */
    async run(some = texts) {
      await collection.embed(some, { role });
    },
    /** Reads the documents into the collection, which is emptied first. */
    async ingest() {
      await collection.clear();
      const start = performance.now();
      await collection.add(documents);
      const ms = performance.now() - start;
      const { chunks, levels, textBytes } = await collection.stats();
      return { ms, chunks, levels, textBytes };
    },
    memory: askForMemory,
  };
}

/** What each worker of a package with `memory-probe.js` in it says of its module's memory, in bytes. */
async function askForMemory() {
  const channel = new BroadcastChannel("memory-probe");
  const answers = [];
  channel.onmessage = ({ data }) => answers.push(data.bytes);
  channel.postMessage("report");
  await new Promise((resolve) => setTimeout(resolve, 500));
  channel.close();
  return answers;
}
