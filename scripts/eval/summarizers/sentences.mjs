// What the summarizers of this folder share: the sentences of a request as bags of words, and how a budget is filled.

/** Sentences at least this similar say the same; one of them is enough. */
const SAME = 0.8;

/**
 * The sentences of a request that have a word, each once, in order: where they stand, their tokens, and their words' weights,
 * `(1 + ln tf) x ln(1 + N / df)`, brought to length 1.
 *
 * @param {{ passages: { sentences: { text: string }[] }[] }} request
 * @param {(text: string) => Promise<number>} countTokens
 */
export async function readSentences({ passages }, countTokens) {
  const seen = new Set();
  const sentences = passages.flatMap((passage) =>
    passage.sentences.flatMap(({ text }, position) => {
      const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
      if (words.length === 0 || seen.has(text)) return [];
      seen.add(text);
      return [{ text, position, words }];
    }),
  );
  const tokens = await Promise.all(sentences.map(({ text }) => countTokens(text)));
  const containing = new Map();
  for (const { words } of sentences) {
    for (const word of new Set(words)) containing.set(word, (containing.get(word) ?? 0) + 1);
  }
  return sentences.map((sentence, order) => ({
    ...sentence,
    order,
    tokens: tokens[order],
    terms: weigh(sentence.words),
  }));

  function weigh(words) {
    const terms = new Map();
    for (const word of words) terms.set(word, (terms.get(word) ?? 0) + 1);
    for (const [word, times] of terms) {
      terms.set(word, (1 + Math.log(times)) * Math.log(1 + sentences.length / containing.get(word)));
    }
    const length = Math.hypot(...terms.values());
    for (const [word, weight] of terms) terms.set(word, weight / length);
    return terms;
  }
}

/** The cosine of two sentences. */
export function similarity({ terms: left }, { terms: right }) {
  const [few, many] = left.size < right.size ? [left, right] : [right, left];
  let product = 0;
  for (const [word, weight] of few) product += weight * (many.get(word) ?? 0);
  return product;
}

/** All similarities, by the sentences' order. */
export function similarities(sentences) {
  const rows = sentences.map(() => new Float64Array(sentences.length));
  sentences.forEach((left, row) => {
    for (let column = 0; column <= row; column++) {
      rows[row][column] = rows[column][row] = similarity(left, sentences[column]);
    }
  });
  return rows;
}

/** Takes sentences, best first, that fit into the budget and say what none of the others says. */
export function fill(sentences, budget) {
  const taken = [];
  let left = budget;
  for (const sentence of sentences) {
    if (sentence.tokens > left || taken.some((other) => similarity(sentence, other) >= SAME)) continue;
    taken.push(sentence);
    left -= sentence.tokens;
  }
  return taken;
}

/** A summary: the sentences as they stand in the documents. If none fits the budget, the first is to be cut to it. */
export function write(taken, sentences) {
  const chosen = taken.length > 0 ? taken : sentences.slice(0, 1);
  return [...chosen]
    .sort((a, b) => a.order - b.order)
    .map(({ text }) => text)
    .join(" ");
}
