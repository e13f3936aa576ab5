// Texts that run as a script where a page takes them for markup, and a collection that holds them in every place.
import { readFileSync } from "node:fs";

import { Leafcutter } from "../../pkg/dist/index.js";
import { quantizedModel } from "./model.mjs";

/** Each with the context that it is meant for. All call `pwned()`, or ask leak.example for something. */
export const PAYLOADS = readFileSync(new URL("../fixtures/xss/payloads.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

/** Fewer in one question's reach than a search shows, since some of its eight hits are summaries. */
const GROUP = 6;

/** A word that no language has, for each number. */
const wordOf = (number) =>
  ["ba", "ke", "di", "mo", "zu", "fa", "le", "go", "ri", "pu"]
    .map((_, index, all) => all[(number * (index + 3) + index * index) % all.length])
    .slice(0, 3)
    .join("") + ["x", "n", "k", "t", "s"][Math.floor(number / 10) % 5];

/**
 * An exported collection of one document for each of `values`: the value is its title, its address, its metadata, in its text as
 * plain text, Markdown or HTML by turns, and what a model is made to say of it as a summary.
 *
 * @param {string[]} values
 * @returns {Promise<{ bytes: Uint8Array, shards: { path: string, bytes: Uint8Array }[], questions: string[], documents: number, chunks: number }>} `questions` find all documents between them
 */
export async function collectionOf(values) {
  let said = 0;
  // Stands for a language model that was talked into anything.
  const fakeSummarizer = async (requests) => requests.map(() => `Summary: ${values[said++ % values.length]}`);
  const settings = { name: "payloads", model: quantizedModel(), storage: "memory", summarizer: fakeSummarizer };
  const collection = await Leafcutter.open(settings);
  const group = (index) => wordOf(Math.floor(index / GROUP));
  const documents = values.map((value, index) => {
    const content = `The ${group(index)} of the ${group(index)}: ${value}`;
    const format = ["text", "markdown", "html"][index % 3];
    const heading = value.replace(/\s+/g, " ");
    const about = { [value]: value, kind: [value, `kind ${index % 5}`] };
    return {
      id: `${value} ${index}`,
      title: value,
      url: value,
      metadata: about,
      [format]: format === "markdown" ? `# About\n\n## ${heading}\n\n${content}` : content,
    };
  });
  await collection.add(documents);
  const bytes = await collection.export();
  const shards = await collection.shards();
  const { chunks } = await collection.stats();
  await collection.close();
  const questions = [...new Set(values.map((_, index) => `${group(index)}`))];
  return { bytes, shards, questions, documents: values.length, chunks };
}
