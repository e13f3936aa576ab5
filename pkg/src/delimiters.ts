/** Delimiters of contexts, which no passage may forge. */

/** Brackets that look like the one that delimiters begin with, and letters that look like those of their name. */
const BRACKETS = "[<\uff1c\ufe64\u2039\u2329\u3008\u27e8]";
const LOOK_ALIKES: Record<string, string> = {
  s: "\u0455\u0405",
  o: "\u043e\u041e\u03bf\u039f",
  c: "\u0441\u0421",
  e: "\u0435\u0415\u0395",
};
/** Characters that are not shown. */
const UNSEEN = "\\p{DI}\\0-\\x08\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f";
/** What may stand between the bracket and the name: these, white space and slashes, in one class, since one that is not seen is white space as well. */
const BETWEEN = `[${UNSEEN}\\s\\x85/\uff0f\u2044\u2215]*`;

const NAME = [..."source"].map((letter) => {
  const forms = [letter, letter.toUpperCase()];
  const wide = forms.map((form) => String.fromCharCode(form.charCodeAt(0) + 0xfee0));
  return `[${[...forms, ...wide].join("")}${LOOK_ALIKES[letter] ?? ""}]`;
});
const DELIMITER = new RegExp(`${BRACKETS}(?=${BETWEEN}${NAME.join(`[${UNSEEN}]*`)})`, "gu");

/**
 * Makes it impossible for a passage to close its own source or to open another, or to seem to by letters and brackets that look alike or
 * by characters that are not shown, as the core does in its contexts.
 */
export const escapeDelimiters = (text: string): string => text.replace(DELIMITER, "&lt;");
