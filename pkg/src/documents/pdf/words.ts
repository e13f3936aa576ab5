/** Words that the end of a line parts. */

/** Hyphens, and the mark of a place where a word may be parted. */
const HYPHEN = /[-\u2010\u00ad]$/u;
/** Scripts that set no spaces between words. */
const UNSPACED = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\u3000-\u303f\uff00-\uffef]`;
const ENDS_UNSPACED = new RegExp(`${UNSPACED}$`, "u");
const BEGINS_UNSPACED = new RegExp(`^${UNSPACED}`, "u");
const WORD = /[\p{L}\p{N}]+(?:[-\u2010][\p{L}\p{N}]+)*/gu;

/** Which part of the words at the ends of lines are found whole elsewhere in a file that parts words, at least. */
const HYPHENATED = 0.15;

/** The words of a file, each as it stands within a line. */
export class Vocabulary {
  readonly #words = new Set<string>();

  /** What the lines that end in a hyphen end with, and what the next begin with. */
  readonly #breaks: [string, string][] = [];
  #before: string | undefined;
  #doesHyphenate: boolean | undefined;

  /** Adds the words of a line, in the order of lines; those that the ends of lines part are kept aside. */
  add(line: string): void {
    const words = line.toLowerCase().match(WORD) ?? [];
    if (this.#before !== undefined) this.#breaks.push([this.#before, words.shift() ?? ""]);
    this.#before = HYPHEN.test(line) ? (words.pop() ?? "") : undefined;
    for (const word of words) this.#words.add(word);
  }

  /** Whether the file parts words at all: in one that does, many of those are found whole elsewhere. */
  #hyphenates(): boolean {
    const isWhole = ([before, after]: [string, string]) => this.#words.has(before + after);
    return (this.#doesHyphenate ??= this.#breaks.filter(isWhole).length >= HYPHENATED * this.#breaks.length);
  }

  /** `text` and the line after it, in one. A hyphen between them stays where the file has the word with it elsewhere. */
  join(text: string, line: string): string {
    if (text === "") return line;
    if (ENDS_UNSPACED.test(text) && BEGINS_UNSPACED.test(line)) return text + line;
    if (!HYPHEN.test(text)) return `${text} ${line}`;
    const before = /[\p{L}\p{N}-]+$/u.exec(text.replace(HYPHEN, ""))?.[0] ?? "";
    const after = /^[\p{L}\p{N}]+/u.exec(line)?.[0] ?? "";
    if (before === "" || after === "") return `${text} ${line}`;
    const known = (word: string) => this.#words.has(word.toLowerCase());
    const whole = known(before + after);
    // As it stands elsewhere; else with the hyphen where it has others, is of two words, or of names and numbers: "Jean-Luc".
    const isCompound =
      !this.#hyphenates() || before.includes("-") || (known(before) && known(after)) || !/^\p{Ll}/u.test(after);
    const keeps = known(`${before}-${after}`) ? !whole : isCompound && !whole;
    return keeps ? text + line : text.replace(HYPHEN, "") + line;
  }

  /** Whether a word goes on in the next line. */
  static isParted(text: string): boolean {
    return /\p{L}[-\u2010\u00ad]$/u.test(text);
  }
}
