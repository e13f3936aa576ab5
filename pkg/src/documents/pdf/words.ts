/** Words that the end of a line parts. */

/** Hyphens, and the mark of a place where a word may be parted. */
const HYPHEN = /[-\u2010\u00ad]$/u;
const WORD = /[\p{L}\p{N}]+(?:[-\u2010][\p{L}\p{N}]+)*/gu;

/** The words of a file, each as it stands within a line. */
export class Vocabulary {
  readonly #words = new Set<string>();

  add(line: string): void {
    // The last may be a part of one.
    const words = line.toLowerCase().match(WORD) ?? [];
    words.forEach((word, index) => {
      if (index < words.length - 1 || !HYPHEN.test(line)) this.#words.add(word);
    });
  }

  /** `text` and the line after it, in one. A hyphen between them stays where the file has the word with it elsewhere. */
  join(text: string, line: string): string {
    if (text === "") return line;
    if (!HYPHEN.test(text)) return `${text} ${line}`;
    const before = /[\p{L}\p{N}-]+$/u.exec(text.replace(HYPHEN, ""))?.[0] ?? "";
    const after = /^[\p{L}\p{N}]+/u.exec(line)?.[0] ?? "";
    if (before === "" || after === "") return `${text} ${line}`;
    const [whole, parted] = [`${before}${after}`.toLowerCase(), `${before}-${after}`.toLowerCase()];
    const keeps = this.#words.has(parted) && !this.#words.has(whole);
    // Names and numbers are not parted by lines: "Jean-" and "Luc", "2019-" and "2020".
    const isCompound = !/^\p{Ll}/u.test(after) && !/\p{Lu}$/u.test(before);
    return keeps || (isCompound && !this.#words.has(whole)) ? text + line : text.replace(HYPHEN, "") + line;
  }

  /** Whether a word goes on in the next line. */
  static isParted(text: string): boolean {
    return /\p{L}[-\u2010\u00ad]$/u.test(text);
  }
}
