// The model's tokenizer once more, written plainly from the description of BERT's: what counts are held against.
import { readFileSync } from "node:fs";

const CLS = "[CLS]";
const SEP = "[SEP]";
const UNKNOWN = "[UNK]";
/** A longer word is unknown as a whole. */
const LONGEST_WORD = 100;

/** A function from a text to the ids of its wordpieces, without those that mark its ends; `ends` are these. */
export function wordpieceTokenizer(tokenizerFile) {
  const { vocab } = JSON.parse(readFileSync(tokenizerFile, "utf8")).model;
  const encode = (text) => words(text).flatMap((word) => pieces(word, vocab));
  return { encode, ends: [vocab[CLS], vocab[SEP]] };
}

function words(text) {
  const clean = text
    .replace(/[\t\n\r]/g, " ")
    .replace(/[\ufffd\p{Cc}\p{Cf}\p{Co}]/gu, "")
    .replace(/[\p{Ideographic}]/gu, " $& ");
  const plain = clean
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toLowerCase();
  return plain.match(/[\p{P}$+<=>^`|~]|[^\s\p{P}$+<=>^`|~]+/gu) ?? [];
}

/** The longest piece of the vocabulary that the word begins with, and so on with what is left of it. */
function pieces(word, vocab) {
  const characters = [...word];
  if (characters.length > LONGEST_WORD) return [vocab[UNKNOWN]];
  const ids = [];
  for (let start = 0; start < characters.length;) {
    const prefix = start === 0 ? "" : "##";
    let end = characters.length;
    while (end > start && !Object.hasOwn(vocab, prefix + characters.slice(start, end).join(""))) end--;
    if (end === start) return [vocab[UNKNOWN]];
    ids.push(vocab[prefix + characters.slice(start, end).join("")]);
    start = end;
  }
  return ids;
}
