/** Words as questions and tables are compared by. */

const WORD = /[\p{L}\p{N}]+(?:['’][\p{L}]+)?/gu;

/** What a question says beside what it is about. */
export const STOP_WORDS: ReadonlySet<string> = new Set(
  (
    "a an and are as at be by did do does for from had has have how in is it its many much of on or per than that the their there " +
    "these this those to was were what which who whose with when where all any each every i me my our we you your over under " +
    "about show tell give find list please"
  ).split(" "),
);

/** A word of a text, where it stands. */
export interface Word {
  /** In small letters. */
  text: string;
  /** Without its ending. */
  stem: string;
  start: number;
  end: number;
}

export function wordsOf(text: string): Word[] {
  return [...text.matchAll(WORD)].map((match) => {
    const word = match[0].toLowerCase();
    return { text: word, stem: stemOf(word), start: match.index, end: match.index + match[0].length };
  });
}

/** One stem for singular and plural, and for what is done and doing; no more is needed to compare names of columns. */
export function stemOf(word: string): string {
  const plain = word
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .replace(/['’]s$/u, "");
  if (plain.length < 4 || /\d/.test(plain)) return plain;
  return plain
    .replace(/ies$/, "y")
    .replace(/(ss|x|ch|sh)es$/, "$1")
    .replace(/([^su])s$/, "$1")
    .replace(/(?:ing|ed)$/, "");
}
