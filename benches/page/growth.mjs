// A collection on the page's own thread, its steps timed without those that embed.
import { openModel } from "./leafcutter.mjs";

/** Stages of a change in which the tree is grown. */
const GROWING = ["cluster", "summarize"];

/** @param {{ variant?: string }} options */
export async function prepare(options) {
  const { bindings, model, kernel } = await openModel(options);
  /** By role and text: the same texts are grown over again and again. */
  const known = new Map();
  const embed = (text, role) => {
    const key = `${role} ${text}`;
    let rows = known.get(key);
    if (!rows) known.set(key, (rows = model.embed([text], role)));
    return rows;
  };
  const rowsOf = (texts, role) => {
    const rows = texts.map((text) => embed(text, role));
    const all = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0));
    rows.reduce((at, values) => (all.set(values, at), at + values.length), 0);
    return all;
  };
  let collection;
  return {
    facts: { kernel },

    /** Makes a collection of the documents: its levels, and the milliseconds that its tree took. */
    grow(documents) {
      collection?.free();
      collection = new bindings.Collection({}, model);
      const sources = documents.map(({ id, title, text }) => ({
        id,
        title,
        format: "text",
        content: text,
        metadata: {},
      }));
      const change = collection.begin(sources.map((source) => ({ type: "upsert", source })));
      let ms = 0;
      for (let step, stage = "parse"; ; stage = step.progress.stage) {
        const start = performance.now();
        step = change.step(model);
        // A step belongs to the stage that it ends in, and one between two of the tree's to the tree.
        if (GROWING.includes(stage) || GROWING.includes(step.progress.stage)) ms += performance.now() - start;
        if (step.kind === "embed") change.provideEmbeddings(rowsOf(step.texts, step.role));
        if (step.kind === "done") break;
      }
      collection.commit(change);
      return { ms, levels: collection.stats().levels };
    },

    /** Opens the collection from its bytes and asks one question: the milliseconds of both, embedding aside. */
    async open(question, options) {
      const [bytes, vector] = [collection.export(), embed(question, "query")];
      const pieces = [];
      collection.derived({ write: (piece) => pieces.push(piece.slice()) });
      const derived = new Uint8Array(await new Blob(pieces).arrayBuffer());
      const start = performance.now();
      const opened = bindings.Collection.open([bytes], derived, {}, model);
      opened.search(question, vector, options, model);
      const ms = performance.now() - start;
      opened.free();
      return { ms, bytes: bytes.length, derived: derived.length };
    },

    /** The milliseconds that each question takes, its embedding aside. */
    ask(questions, what, options) {
      return questions.map((question) => {
        const vector = embed(question, "query");
        const start = performance.now();
        if (what === "context") collection.context(question, vector, options, model);
        else collection.search(question, vector, options, model);
        return performance.now() - start;
      });
    },
  };
}
