import type { EmbeddingModelV3 } from "@ai-sdk/provider";

import type { LongCallOptions } from "../types.js";
import { checkRecord, oneOf } from "../checks.js";

/** Embeds texts: any `Leafcutter` will do. */
export interface TextModel {
  embed(texts: string[], options?: LongCallOptions & { role?: "query" | "passage" }): Promise<Float32Array[]>;
}

/**
 * The model of a collection as an embedding model of the AI SDK. Vectors have length 1.
 *
 * @param options - `role`: whether passages (the default) or questions are embedded, for models that tell them apart.
 * @example
 * const { embeddings } = await embedMany({ model: embeddingModel(collection), values: ["Ants farm.", "Bees dance."] });
 */
export function embeddingModel(collection: TextModel, options: { role?: "query" | "passage" } = {}): EmbeddingModelV3 {
  checkRecord("options", options, { role: oneOf("query", "passage") });
  const { role = "passage" } = options;
  return {
    specificationVersion: "v3",
    provider: "leafcutter",
    modelId: `leafcutter-${role}`,
    maxEmbeddingsPerCall: Infinity,
    supportsParallelCalls: true,
    async doEmbed({ values, abortSignal }) {
      const rows = await collection.embed(values, { role, ...(abortSignal && { signal: abortSignal }) });
      return { embeddings: rows.map((row) => [...row]), warnings: [] };
    },
  };
}
