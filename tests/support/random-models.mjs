// Small BERT models of random shapes and weights, as the files of a folder. Runs in Node and in browsers alike.
import { uniform } from "./random.mjs";

const ACTIVATIONS = ["gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "relu", "silu", "swish"];
const HEAD_SIZES = [4, 8, 12, 16, 20, 24, 32, 36];
const POOLINGS = ["mean_tokens", "cls_token", "max_tokens"];
/** Numbers of position embeddings, so the most tokens of a text. */
const POSITIONS = [1, 2, 5, 16, 17, 33, 48, 67, 100, 130];
/** Lengths about multiples of 4, 16 and 32, where the encoder's blocks begin and end. */
const LENGTHS = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 36, 47, 48, 49, 63, 64, 65, 96, 97, 127, 128, 129];
/** Tokens of a model's texts together, which keeps the scalar kernel's time short. */
const MOST_TOKENS = 100;
/** Of every so many models one is narrow, and has more tokens in its texts than the encoder takes as one batch. */
const MANY_TOKENS_EVERY = 10;
const MANY_TOKENS = 1200;
/** The most texts of a model. */
const MOST_TEXTS = 40;

/** What the vocabulary begins with. */
const SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"];

/**
 * A number whose exponent of 2 is random within a range. By powers of 2 alone, since engines may round others differently,
 * and a seed must give the same model everywhere.
 */
function magnitude(random, least, most) {
  return 2 ** (least + Math.floor(random() * (most - least + 1))) * (1 + random());
}

/** The ways of filling a tensor, each from a random generator to a function from a value's number to the value. */
const FILLS = {
  random: (random) => () => 2 * random() - 1,
  magnitudes: (random) => {
    const most = magnitude(random, -13, 13);
    return () => most * (2 * random() - 1);
  },
  equal: (random) => {
    const value = sign(random) * magnitude(random, -7, 7);
    return () => value;
  },
  zeros: (random) => (random() < 0.5 ? () => 0 : FILLS.random(random)),
  sparse: (random) => () => (random() < 0.1 ? 2 * random() - 1 : 0),
  // Integers are at both ends of their range.
  alternating: (random) => {
    const [value, period] = [magnitude(random, -7, 7), 1 + Math.floor(random() * 5)];
    return (at) => (Math.floor(at / period) % 2 === 0 ? value : -value);
  },
  outlier: (random) => withOutlier(random, magnitude(random, 7, 20)),
  large: (random) => {
    const most = magnitude(random, 7, 14);
    return () => most * (2 * random() - 1);
  },
  // Sums overflow, in f32 as well.
  "huge outlier": (random) => withOutlier(random, magnitude(random, 40, 126)),
  huge: (random) => {
    const most = magnitude(random, 40, 126);
    return () => most * (2 * random() - 1);
  },
  // Scales are so small that their inverse overflows.
  tiny: (random) => {
    const most = magnitude(random, -126, -100);
    return () => most * (2 * random() - 1);
  },
};

function withOutlier(random, size) {
  const [value, place] = [sign(random) * size, Math.floor(random() * 200)];
  return (at) => (at === place ? value : 2 * random() - 1);
}

/** Those that a damaged or hostile model may have, but no trained one. */
const UNREAL = ["huge outlier", "huge", "tiny"];
const REAL = Object.keys(FILLS).filter((name) => !UNREAL.includes(name));

/** How a model's tensors are filled: all in one way, or by {@link fillOf} each in one of several. */
export const REAL_KINDS = [...REAL, "large scores", "mixed"];
export const UNREAL_KINDS = [...UNREAL, "mixed with huge", "mixed with tiny"];

/**
 * The model of a seed, its tensors filled as `kind` says, and texts for it.
 *
 * @returns {{ files: Record<string, Uint8Array>, texts: string[], description: string }} `texts`: of random lengths from no
 *   word to one more than the model reads
 */
export function randomModel(seed, kind) {
  const random = uniform(seed * 2654435761);
  for (let skipped = 0; skipped < 4; skipped++) random();
  const below = (end) => Math.floor(random() * end);
  const among = (values) => values[below(values.length)];

  const many = seed % MANY_TOKENS_EVERY === 0;
  // Among multiples of 128 alone the rotation has blocks of its largest size; such models are few, as they take long.
  const wide = !many && random() < 0.15;
  const headSize = many ? 4 : wide ? 32 : among(HEAD_SIZES);
  const heads = many ? 1 + below(5) : wide ? 4 : 1 + below(Math.min(8, Math.floor(100 / headSize)));
  const shape = {
    hidden: heads * headSize,
    heads,
    intermediate: wide ? 128 * (1 + below(2)) : 4 * (1 + below(many ? 12 : 30)),
    layers: wide ? 1 : 1 + below(3),
    positions: many ? 130 : among(POSITIONS),
    words: 1 + below(40),
  };
  // Without special tokens a text can be one token long.
  const ends = shape.positions > 2 && random() < 0.5 ? 2 : 0;
  // In turn, so that a few models have them all.
  const [activation, pooling] = [ACTIVATIONS[seed % ACTIVATIONS.length], among(POOLINGS)];
  const tensors = randomTensors(shape, kind, random);
  const lengths = randomLengths(shape.positions - ends, many ? MANY_TOKENS : MOST_TOKENS, below);
  const texts = lengths.map((length) => Array.from({ length }, () => `w${below(shape.words)}`).join(" "));

  const description =
    `seed ${seed}, ${kind}: hidden ${shape.hidden}, ${heads} heads, intermediate ${shape.intermediate}, ` +
    `${shape.layers} layers, ${shape.positions} positions, ${ends} special tokens, ${activation}, ${pooling}`;
  const files = {
    config: json(config(shape, activation, among([1e-12, 1e-5, 0]))),
    tokenizer: json(tokenizer(shape.words, ends > 0)),
    weights: safetensors(tensors),
    pooling: json({ [`pooling_mode_${pooling}`]: true }),
  };
  return { files, texts, description };
}

/**
 * The files of a model of one shape, which reads words `w0` to `w39`: an encoder, or with labels a model with a head, which is a
 * cross-encoder if it is one.
 */
export function smallModel(seed, labels = 0) {
  const random = uniform(seed);
  const shape = { hidden: 16, heads: 2, intermediate: 32, layers: 2, positions: 64, words: 40 };
  const tensors = randomTensors(shape, "random", random);
  if (labels > 0) {
    const add = (name, ...shape) => {
      const values = Float32Array.from({ length: shape[0] * (shape[1] ?? 1) }, () => 2 * random() - 1);
      tensors.push({ name, shape, values });
    };
    for (const [name, outputs] of [
      ["pooler.dense", shape.hidden],
      ["classifier", labels],
    ]) {
      add(`${name}.weight`, outputs, shape.hidden);
      add(`${name}.bias`, outputs);
    }
  }
  return {
    config: json(config(shape, "gelu", 1e-12)),
    tokenizer: json(tokenizer(shape.words, true)),
    weights: safetensors(tensors),
  };
}

function config({ hidden, heads, intermediate, layers, positions, words }, activation, epsilon) {
  return {
    model_type: "bert",
    vocab_size: SPECIAL.length + words,
    hidden_size: hidden,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    intermediate_size: intermediate,
    max_position_embeddings: positions,
    type_vocab_size: 2,
    hidden_act: activation,
    layer_norm_eps: epsilon,
  };
}

/** One length that is as long as the model reads or longer, none, and some of {@link LENGTHS}, in random order. */
function randomLengths(longest, mostTokens, below) {
  const possible = LENGTHS.filter((length) => length <= longest);
  const lengths = [longest + below(2), 0];
  let left = mostTokens;
  while (left > 0 && lengths.length < MOST_TEXTS) {
    const length = possible[below(possible.length)];
    if (length > left && lengths.length > 2) break;
    lengths.push(length);
    left -= length;
  }
  for (let at = lengths.length - 1; at > 0; at--) {
    const other = below(at + 1);
    [lengths[at], lengths[other]] = [lengths[other], lengths[at]];
  }
  return lengths;
}

/** The tensors by name, in order. */
function randomTensors({ hidden, intermediate, layers, positions, words }, kind, random) {
  const tensors = [];
  const add = (name, ...shape) => {
    const value = FILLS[fillOf(kind, name, random)](random);
    const values = Float32Array.from({ length: shape.reduce((all, size) => all * size, 1) }, (_, at) => value(at));
    tensors.push({ name, shape, values });
  };
  const dense = (name, inputs, outputs) => {
    add(`${name}.weight`, outputs, inputs);
    add(`${name}.bias`, outputs);
  };
  const norm = (name) => {
    add(`${name}.LayerNorm.weight`, hidden);
    add(`${name}.LayerNorm.bias`, hidden);
  };
  add("embeddings.word_embeddings.weight", SPECIAL.length + words, hidden);
  add("embeddings.position_embeddings.weight", positions, hidden);
  add("embeddings.token_type_embeddings.weight", 2, hidden);
  norm("embeddings");
  for (let layer = 0; layer < layers; layer++) {
    const at = `encoder.layer.${layer}`;
    for (const part of ["query", "key", "value"]) dense(`${at}.attention.self.${part}`, hidden, hidden);
    dense(`${at}.attention.output.dense`, hidden, hidden);
    norm(`${at}.attention.output`);
    dense(`${at}.intermediate.dense`, hidden, intermediate);
    dense(`${at}.output.dense`, intermediate, hidden);
    norm(`${at}.output`);
  }
  return tensors;
}

/** How the tensor `name` of a model of this kind is filled. */
function fillOf(kind, name, random) {
  const among = (names) => names[Math.floor(random() * names.length)];
  switch (kind) {
    case "mixed":
      return among(REAL);
    // So large that an f32 has no room for their difference from others.
    case "large scores":
      return /self\.(query|key)/.test(name) ? "large" : "random";
    case "mixed with huge":
      return random() < 0.15 ? among(["huge", "huge outlier"]) : "random";
    case "mixed with tiny":
      return random() < 0.15 ? among(["tiny", "huge"]) : "random";
    default:
      return kind;
  }
}

const sign = (random) => (random() < 0.5 ? -1 : 1);

function tokenizer(words, withEnds) {
  const tokens = [...SPECIAL, ...Array.from({ length: words }, (_, word) => `w${word}`)];
  const vocab = Object.fromEntries(tokens.map((token, id) => [token, id]));
  const ends = { type: "BertProcessing", sep: ["[SEP]", vocab["[SEP]"]], cls: ["[CLS]", vocab["[CLS]"]] };
  return {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: true,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: withEnds ? ends : null,
    decoder: null,
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}

/** The length of the header in 8 bytes, the header, then the values end to end. */
function safetensors(tensors) {
  const header = {};
  let end = 0;
  for (const { name, shape, values } of tensors) {
    header[name] = { dtype: "F32", shape, data_offsets: [end, end + values.byteLength] };
    end += values.byteLength;
  }
  const text = json(header);
  const file = new Uint8Array(8 + text.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  let at = 8 + text.length;
  for (const { values } of tensors) {
    file.set(new Uint8Array(values.buffer), at);
    at += values.byteLength;
  }
  return file;
}

function json(value) {
  return new TextEncoder().encode(JSON.stringify(value));
}
