// A collection in the Vercel AI SDK: a model that looks passages up by itself, and similarity by the collection's model. A test runs it.

import { cosineSimilarity, embedMany, generateText, stepCountIs } from "ai";
import { embeddingModel, retrievalTool } from "leafcutter/ai-sdk";

/**
 * Has a model answer, which may ask the collection before it does.
 *
 * @param {import("leafcutter").Leafcutter} collection
 * @param {import("ai").LanguageModel} model
 */
export async function answerWithTool(collection, model, prompt) {
  const tools = { documents: retrievalTool(collection, { tokens: 500 }) };
  const { text, steps } = await generateText({ model, tools, prompt, stopWhen: stepCountIs(3) });
  return { text, found: steps.flatMap(({ toolResults }) => toolResults.map(({ output }) => output)) };
}

/** How alike two texts are, at most 1. */
export async function similarity(collection, one, other) {
  const { embeddings } = await embedMany({ model: embeddingModel(collection), values: [one, other] });
  return cosineSimilarity(...embeddings);
}
