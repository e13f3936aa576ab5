// Leafcutter's encoder on the page's own thread: it embeds `texts` in one call.
import { openModel } from "./leafcutter.mjs";

/** @param {{ texts?: string[], role?: "query" | "passage", variant?: string, precision?: string, kernel?: string }} options */
export async function prepare({ texts = [], role = "passage", ...options }) {
  const { bindings, model, kernel, kernels } = await openModel(options);
  return {
    facts: { kernel, kernels },
    run() {
      model.embed(texts, role);
    },
    vectors: () => Array.from(model.embed(texts, role)),
    /** Tokens of each text, special ones included, however long it is. */
    countTokens: (texts) => texts.map((text) => model.countTokens(text) + 2),
    /** The texts that a change asks to have embedded before it groups any: the documents' chunks. */
    chunks(documents) {
      const collection = new bindings.Collection({}, model);
      const source = ({ id, title, text, metadata }) => ({ id, title, format: "text", content: text, metadata });
      const change = collection.begin(documents.map((document) => ({ type: "upsert", source: source(document) })));
      const chunks = [];
      for (;;) {
        const step = change.step(model);
        if (step.kind === "done") throw new Error("the change asked for no embeddings");
        if (step.kind !== "embed") continue;
        chunks.push(...step.texts);
        if (chunks.length >= step.progress.total) return chunks;
        const rows = step.texts.reduce((sum, text) => sum + model.rows(text, step.role), 0);
        change.provideEmbeddings(new Float32Array(rows * model.dimensions));
      }
    },
  };
}
