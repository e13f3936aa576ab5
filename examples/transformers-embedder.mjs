// A collection whose texts transformers.js embeds, so that any of its models will do. A test runs it.

/**
 * A pipeline of transformers.js as an embedder for `Leafcutter.open({ model: { embedder } })`.
 *
 * @param {import("@huggingface/transformers").FeatureExtractionPipeline} extract
 * @param {{ name: string, dimensions: number, pooling?: "mean" | "cls", prompts?: { query: string, passage: string } }} model
 *   `prompts`: what the model wants before questions and passages, such as `"query: "` and `"passage: "` for e5
 * @returns {import("leafcutter").OutsideEmbedder}
 */
export function transformersEmbedder(extract, { name, dimensions, pooling = "mean", prompts }) {
  return {
    name,
    dimensions,
    async embed(texts, { role }) {
      const prompted = texts.map((text) => (prompts?.[role] ?? "") + text);
      return (await extract(prompted, { pooling, normalize: true })).tolist();
    },
  };
}
