// A collection whose documents are known by their words wherever they turn up. Runs in Node and in browsers alike.

/** An embedder that has a vector for every text: near for texts that share words. `failAfter`: calls that it answers. */
export function wordEmbedder(failAfter = Infinity, dimensions = 64) {
  let calls = 0;
  const vector = (text) => {
    const sum = new Float32Array(dimensions);
    for (const word of text.toLowerCase().match(/\w+/g) ?? [""]) {
      let state = [...word].reduce((hash, letter) => Math.imul(hash ^ letter.codePointAt(0), 0x01000193), 1) >>> 0;
      for (let index = 0; index < dimensions; index++) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        sum[index] += state / 2 ** 31 - 1;
      }
    }
    const length = Math.hypot(...sum);
    return sum.map((value) => value / length);
  };
  return {
    name: "words",
    dimensions,
    async embed(texts) {
      if (++calls > failAfter) {
        // Until what was embedded before is kept.
        await new Promise((resolve) => setTimeout(resolve, 100));
        throw new Error("the embedder has gone");
      }
      return texts.map(vector);
    },
  };
}

/** Words that are in no program, so that what holds one holds a document. */
export const SECRETS = ["Wolkenkuckuck", "Zimtschnecke", "Quastenflosser", "Haubentaucher", "Moorleiche"];

/** Documents that say them in their texts, titles, addresses and metadata. */
export function secretDocuments(count, sentences = 6) {
  return Array.from({ length: count }, (_, number) => {
    const word = SECRETS[number % SECRETS.length];
    const said = Array.from(
      { length: sentences },
      (_, at) => `The ${word} of day ${number} met number ${at * 7 + number}.`,
    );
    return {
      id: `${word}-${number}`,
      title: `About ${word} ${number}`,
      url: `https://diary.example/${word}/${number}`,
      text: said.join(" "),
      metadata: { party: `${word} club`, year: 1900 + number },
    };
  });
}

/** Documents of some 18 chunks each, to be embedded by `made-up-embeddings.mjs`. */
export function longDocuments(count) {
  const sentence = (document, at) =>
    `The w${(document * 7 + at * 3) % 997} of q${(document * at) % 499} met r${(at * at + document) % 1009} in s${(document + at * 13) % 499}.`;
  const text = (document) => Array.from({ length: 60 }, (_, at) => sentence(document, at)).join(" ");
  return Array.from({ length: count }, (_, document) => ({ id: `${document}`, text: text(document) }));
}

/** The bytes of a text in each form that programs keep texts in. */
export function formsOf(text) {
  const utf8 = new TextEncoder().encode(text);
  const utf16 = Uint8Array.from(
    [...text].flatMap((letter) => [letter.charCodeAt(0) & 0xff, letter.charCodeAt(0) >> 8]),
  );
  return [utf8, utf16];
}

/** As one character for each byte, by which bytes can be searched for. */
export function latin1(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

/**
 * What of a collection can be read in files: its words in any form, and stretches of 16 bytes of its plain export, such as rows.
 *
 * @param {Uint8Array[]} files
 * @param {string[]} words
 * @param {Uint8Array} plain
 */
export function readableIn(files, words, plain) {
  const WIDTH = 16;
  const stretches = new Set();
  const text = latin1(plain);
  for (let at = 0; at + WIDTH <= text.length; at += 4) {
    const stretch = text.slice(at, at + WIDTH);
    // Zeros and the like are everywhere.
    if (new Set(stretch).size > WIDTH / 2) stretches.add(stretch);
  }
  const found = { words: 0, stretches: 0 };
  for (const file of files) {
    const bytes = latin1(file);
    for (const word of words) {
      for (const form of [word, word.toLowerCase()].flatMap(formsOf)) if (bytes.includes(latin1(form))) found.words++;
    }
    for (let at = 0; at + WIDTH <= bytes.length; at++)
      if (stretches.has(bytes.slice(at, at + WIDTH))) found.stretches++;
  }
  return found;
}

export const medianOf = (times) => times.toSorted((a, b) => a - b)[times.length >> 1];
