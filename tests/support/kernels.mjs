// Holds the kernels of a module against its scalar one by models of random shapes and weights. Runs in Node and in
// browsers alike.
import { randomModel, REAL_KINDS, UNREAL_KINDS } from "./random-models.mjs";

/** How many models of which kinds are tried, by what they have in common. */
export const SAMPLES = {
  "random and extreme weights": { models: 40, kinds: REAL_KINDS },
  "weights that no model has": { models: 30, kinds: UNREAL_KINDS },
};

/** What a model whose weights are of no use may fail with. */
const TYPED = ["encoder", "model-file"];

/**
 * Embeds the texts of `models` random models of these kinds in turn, the first of seed 1, by every kernel of a module; and by
 * the kernel that is chosen at work, from the model's quantized file. They must all give the same bits, for a text by
 * itself as for one among others.
 *
 * @returns {Promise<{ kernels: string[], texts: number, refused: number, hashes: string[], wrong: string[] }>} `refused`:
 *   of how many texts there is an error in place of an embedding; `hashes`: by model, of all that the scalar kernel gave;
 *   `wrong`: what is not as it must be, with all that it takes to repeat it
 */
export async function compareKernels({ Model }, { models, kinds }) {
  const result = { kernels: Model.kernels(), texts: 0, refused: 0, hashes: [], wrong: [] };
  for (let seed = 1; seed <= models; seed++) {
    const { files, texts, description } = randomModel(seed, kinds[seed % kinds.length]);
    const expected = outcomes(() => new Model(files, "int8", "scalar"), texts);
    const hold = (what, got) => {
      const problem = problemOf(got) ?? difference(got, expected);
      if (problem) result.wrong.push(`${description}: ${what} ${problem}`);
    };
    hold("scalar", expected);
    for (const kernel of result.kernels.slice(1)) {
      const got = outcomes(() => new Model(files, "int8", kernel), texts);
      hold(kernel, got);
      // None if there is no model.
      if (![kernel, undefined].includes(got.kernel)) result.wrong.push(`${description}: ${got.kernel}, not ${kernel}`);
    }
    const fromFile = () => new Model({ quantized: Model.convert(files) }, "int8");
    hold("the quantized file", outcomes(fromFile, texts));
    result.texts += texts.length;
    result.refused += expected.alone.filter((one) => typeof one === "string").length;
    result.hashes.push(await hashOf(expected.alone));
  }
  return result;
}

/** For each text its bits or the code of an error, `alone` and `together`. A model that cannot be made fails for each. */
function outcomes(make, texts) {
  let model;
  const made = outcome(() => ((model = make()), new Float32Array()));
  if (!model) return { together: made, alone: texts.map(() => made) };
  const embed = (texts) => outcome(() => model.embed(texts, "passage"));
  const together = embed(texts);
  // From the last, so that a text finds in the working memory what another one left there than before.
  const alone = texts.map((_, at) => embed([texts[texts.length - 1 - at]])).reverse();
  const { kernel } = model;
  model.free();
  return { kernel, together, alone };
}

function outcome(compute) {
  try {
    const values = compute();
    return new Uint32Array(values.buffer, values.byteOffset, values.length);
  } catch (error) {
    return error.code ?? `untyped: ${error}`;
  }
}

const failed = (one) => typeof one === "string";

/** What is wrong with outcomes by themselves. */
function problemOf({ together, alone }) {
  for (const [text, one] of [together, ...alone].entries()) {
    const where = text === 0 ? "all texts" : `text ${text - 1}`;
    if (failed(one) && !TYPED.includes(one)) return `fails with ${where}: ${one}`;
    if (!failed(one) && !floats(one).every(Number.isFinite)) return `gives a value that is not finite for ${where}`;
  }
  if (alone.some(failed) !== failed(together)) return "refuses texts alone or together, not both";
  if (failed(together)) return undefined;
  const at = firstDifference(Uint32Array.from(alone.flatMap((one) => Array.from(one))), together);
  return at === undefined ? undefined : `gives other bits for texts alone than together, from value ${at} on`;
}

/** How outcomes differ from those that are expected. Which error there is may differ. */
function difference({ alone }, expected) {
  for (const [text, one] of alone.entries()) {
    const other = expected.alone[text];
    const where = `text ${text} of ${alone.length}`;
    if (failed(one) && failed(other)) continue;
    if (failed(one) || failed(other)) return `gives ${said(one)} for ${where}, the scalar kernel ${said(other)}`;
    const at = firstDifference(one, other);
    if (at !== undefined)
      return `gives ${floats(one)[at]} for ${where} at ${at}, the scalar kernel ${floats(other)[at]}`;
  }
  return undefined;
}

const said = (one) => (failed(one) ? `an error (${one})` : "an embedding");

const floats = (bits) => new Float32Array(bits.buffer, bits.byteOffset, bits.length);

function firstDifference(one, other) {
  if (one.length !== other.length) return Math.min(one.length, other.length);
  const at = one.findIndex((bits, at) => bits !== other[at]);
  return at < 0 ? undefined : at;
}

async function hashOf(outcomes) {
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(outcomes).arrayBuffer());
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
