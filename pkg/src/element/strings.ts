/** The words that the element itself says, and how counts go into them. */

import { LANGUAGES } from "./languages.js";

/** A text for each plural form of a language, as `Intl.PluralRules` names them. */
export type Plural = { other: string } & Partial<Record<Intl.LDMLPluralRule, string>>;

/** All that the search element says. `{count}` and `{query}` stand for what is put in. */
export interface SearchStrings {
  /** Name of the field and of the dialog. */
  search: string;
  placeholder: string;
  /** Shown in the dialog before a question. */
  hint: string;
  clear: string;
  close: string;
  filters: string;
  clearFilters: string;
  /** Above what a summary says of the hits. */
  brief: string;
  /** Before the documents that it was taken from. */
  from: string;
  /** What a hit is: a passage, or a summary of so many. */
  passage: string;
  summary: Plural;
  /** Name of the list. */
  results: string;
  /** How many documents were found. */
  found: Plural;
  searching: string;
  nothing: string;
  nothingHint: string;
  nothingFiltered: string;
  failed: string;
  retry: string;
  more: string;
  keywordsOnly: string;
  meaningLoading: string;
  meaningReady: string;
  meaningFailed: string;
  incomplete: string;
  /** After the keys that do it. */
  toMove: string;
  toOpen: string;
  toClose: string;
  toClear: string;
}

/** A language's words, with its own changed by `changes`; English where it is not bundled. */
export class Words {
  /** The language that is spoken: `de` for `de-AT`. */
  readonly language: string;
  readonly strings: SearchStrings;
  readonly #plural: Intl.PluralRules;
  readonly #number: Intl.NumberFormat;

  /** @param wanted - A language tag, such as that of the page's `lang`. */
  constructor(wanted: string, changes: Partial<SearchStrings> = {}) {
    const primary = wanted.toLowerCase().split("-")[0]!;
    // Words of one's own may be in any language.
    const known = Object.hasOwn(LANGUAGES, primary);
    this.language = known || (Object.keys(changes).length > 0 && isLanguage(wanted)) ? primary : "en";
    this.strings = { ...LANGUAGES[known ? primary : "en"]!, ...changes };
    this.#plural = new Intl.PluralRules(this.language);
    this.#number = new Intl.NumberFormat(
      isLanguage(wanted) && wanted.startsWith(this.language) ? wanted : this.language,
    );
  }

  /** Which way the language is written. */
  get direction(): "ltr" | "rtl" {
    return RIGHT_TO_LEFT.includes(this.language) ? "rtl" : "ltr";
  }

  /** A text with a count in it, in the form that the count takes. */
  count(text: Plural, count: number): string {
    return (text[this.#plural.select(count)] ?? text.other).replace("{count}", this.#number.format(count));
  }

  number(value: number): string {
    return this.#number.format(value);
  }
}

const RIGHT_TO_LEFT = ["ar", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"];

function isLanguage(tag: string): boolean {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
}
