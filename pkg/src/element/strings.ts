/** The words that the element itself says, and how counts go into them. */

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

/** What an element says, in one language, with the page's own words in place of some. */
export class Words<Strings extends object = SearchStrings> {
  /** The language that is spoken: `de` for `de-AT`. */
  readonly language: string;
  readonly strings: Strings;
  readonly #plural: Intl.PluralRules;
  readonly #number: Intl.NumberFormat;

  /**
   * @param languages - What the element says in each language that it knows; `en` is taken for those that it does not.
   * @param wanted - A language tag, such as that of the page's `lang`.
   * @param changes - Words of the page's own, which may be in a language that the element does not know.
   */
  constructor(languages: Record<"en", Strings> & Record<string, Strings>, wanted: string, changes: Partial<Strings>) {
    const tag = canonical(wanted) ?? "en";
    const primary = tag.split("-")[0]!;
    const known = Object.hasOwn(languages, primary);
    const spoken = known || Object.keys(changes).length > 0 ? tag : "en";
    this.language = spoken.split("-")[0]!;
    this.strings = { ...languages[known ? primary : "en"]!, ...changes };
    this.#plural = new Intl.PluralRules(spoken);
    this.#number = new Intl.NumberFormat(spoken);
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

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** The language tag that holds for an element: its own, or that of what it stands in. */
export function languageOf(element: Element): string {
  return element.closest<HTMLElement>("[lang]")?.lang || document.documentElement.lang || "en";
}
