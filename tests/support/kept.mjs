// A collection that lives through many changes, each of which may be interrupted: the changes of a seed, and a small model to make
// them with. Runs in Node and in browsers alike.
import { uniform } from "./random.mjs";
import { randomModel } from "./random-models.mjs";

/** A model that embeds a text in a fraction of a millisecond; its words are w0, w1, … */
export const tinyModel = () => randomModel(SEED, "random").files;
const SEED = 126;
const WORDS = 30;

/** How the collection is opened, beside its name, model and storage. */
export const OPTIONS = { chunking: { tokens: 24 }, workers: 0 };

/**
 * The change of a number: documents to add, of which some are there already with another text, or ids to remove. Every few
 * changes a large one.
 *
 * @returns {{ kind: "ingest" | "update" | "remove", add?: { id: string, text: string }[], remove?: string[] }}
 */
export function changeOf(seed, number) {
  const random = uniform(seed * 7919 + number * 104_729 + 1);
  for (let skipped = 0; skipped < 4; skipped++) random();
  const below = (end) => Math.floor(random() * end);
  const sentence = () => `${Array.from({ length: 6 + below(6) }, () => `W${below(WORDS)}`).join(" ")}.`;
  const text = (sentences) => Array.from({ length: sentences }, sentence).join(" ");
  // So few that what changes soon outweighs what stays, and a log is put together often.
  const idOf = (id) => `document ${id % 120}`;
  const document = (id, sentences) => ({ id: idOf(id), text: text(sentences) });
  switch (number % 4) {
    case 0:
      return { kind: "ingest", add: Array.from({ length: 6 }, (_, index) => document(number * 10 + index, 20)) };
    case 1:
      return { kind: "update", add: [document((number - 1) * 10 + below(6), 24), document(below(12), 4)] };
    case 2:
      return { kind: "remove", remove: [idOf((number - 2) * 10 + below(6)), idOf((number - 2) * 10)] };
    default:
      return { kind: "update", add: [document((number - 3) * 10 + 1 + below(3), 12)] };
  }
}

/** Makes a change to an open collection. */
export function make(collection, { add, remove }) {
  return add ? collection.add(add) : collection.remove(remove);
}

/** A cache that finds nothing, and tells of each text that was embedded once it is kept for a resumption. */
export const recorder = (record) => ({
  get: (texts) => texts.map(() => undefined),
  set: (texts, _, model) => record(texts.map((text) => `${model} ${text}`)),
});
