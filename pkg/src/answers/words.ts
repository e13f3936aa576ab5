/** What of a statement can be looked up in a source without a model: its words, numbers and names. */

/** A statement or a passage as it is compared. */
export interface Reading {
  /** Words that carry meaning, in lower case, each once. */
  words: string[];
  /** Numbers in one form: `1,500` and `1500` are the same, `twelve` is `12`. */
  numbers: string[];
  /** Words that are written with a capital where no sentence begins, in lower case. */
  names: string[];
  /** Whether it denies something. */
  denies: boolean;
}

const words = new Intl.Segmenter(undefined, { granularity: "word" });

// English words that say little by themselves. In another language all words count alike.
const COMMON = new Set(
  `a about after all also an and any are as at be because been before both but by can could did do does each for from had has have
  he her his how i if in into is it its itself may more most must no nobody none nor not of on once one only or other our out over own
  she should since so some such than that the their them then there these they this those through to under until up was we were
  what when where which while who whose why will with without would you your`.split(/\s+/),
);

const DENIALS = new Set("no not never neither nor nobody none nothing cannot without hardly n't".split(" "));

const NUMERALS = new Map(
  `zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen
  twenty`
    .split(/\s+/)
    .map((word, value) => [word, String(value)]),
);
const TENS = "thirty forty fifty sixty seventy eighty ninety hundred".split(" ");
TENS.forEach((word, index) => NUMERALS.set(word, String((index + 3) * 10)));
// As often a pronoun.
NUMERALS.delete("one");

export function read(text: string): Reading {
  const found = new Set<string>();
  const numbers = new Set<string>();
  const names = new Set<string>();
  let denies = /n['’]t\b/iu.test(text);
  let begins = true;
  for (const { segment, isWordLike } of words.segment(text.normalize("NFKC"))) {
    if (!isWordLike) {
      if (/[.!?:;"“”]/u.test(segment)) begins = true;
      continue;
    }
    const word = segment.toLowerCase().replace(/['’]s$/u, "");
    const number = /\d/.test(word) ? numberOf(word) : NUMERALS.get(word);
    if (number !== undefined) numbers.add(number);
    else if (DENIALS.has(word)) denies = true;
    else if (!COMMON.has(word)) {
      found.add(word);
      if (!begins && /^\p{Lu}/u.test(segment)) names.add(word);
    }
    begins = false;
  }
  return { words: [...found], numbers: [...numbers], names: [...names], denies };
}

/** A number without what groups its digits and without zeros that say nothing. */
function numberOf(word: string): string {
  const plain = word.replace(/[,'’](?=\d{3}\b)/gu, "").replace(/[^\d.]+$/u, "");
  const value = Number(plain);
  return Number.isFinite(value) ? String(value) : plain;
}

/** Whether two words are forms of one, such as `farm` and `farming`; for any language that changes the ends of its words. */
export function sameStem(a: string, b: string): boolean {
  if (a === b) return true;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  let shared = 0;
  while (shared < short.length && short[shared] === long[shared]) shared++;
  const whole = shared === short.length && shared >= 3 && long.length - shared <= (shared > 3 ? 4 : 2);
  return whole || (shared >= 4 && shared >= Math.floor(0.6 * long.length) && long.length - shared <= 4);
}

/** The share of `asked` that one of `said` is a form of, from 0 to 1; 1 if there is nothing to look for. */
export function coverage(asked: string[], said: string[]): number {
  if (asked.length === 0) return 1;
  const found = asked.filter((word) => said.some((other) => sameStem(word, other)));
  return found.length / asked.length;
}
