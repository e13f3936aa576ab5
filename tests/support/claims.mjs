// Pairs of statements and sources, labelled by hand, and what is known of each: for the calibration of checked answers and its test.
import { readFileSync } from "node:fs";

/** Groups of a source, statements that it supports and statements that it does not. */
export const groups = JSON.parse(readFileSync(new URL("../fixtures/claims.json", import.meta.url), "utf8"));

/**
 * The features of every pair of a group.
 *
 * @param parts - `windowsOf`, `evidenceOf` and `featuresOf` of pkg/src/answers
 * @param collection - embeds
 * @returns {Promise<{ group: number, text: string, supported: boolean, features: object }[]>}
 */
export async function featuresOfPairs({ windowsOf, evidenceOf, featuresOf }, collection) {
  const pairs = [];
  for (const [group, { title, source, supported, unsupported }] of groups.entries()) {
    const windows = windowsOf(source);
    const evidence = evidenceOf([title], source, windows, await collection.embed(windows));
    const texts = [...supported, ...unsupported];
    const embeddings = await collection.embed(texts);
    for (const [index, text] of texts.entries()) {
      const features = featuresOf(text, embeddings[index], evidence);
      pairs.push({ group, text, supported: index < supported.length, features });
    }
  }
  return pairs;
}
