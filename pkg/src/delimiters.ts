/** Delimiters of contexts, which no passage may forge. */

/** Brackets that look like the one that delimiters begin with, and the letters of their name. */
const BRACKETS = "[<\\uff1c\\ufe64\\u2039\\u2329\\u3008\\u27e8]";
const LETTERS: Record<string, string> = {
  s: "\\u0455\\u0405",
  o: "\\u043e\\u041e\\u03bf\\u039f",
  c: "\\u0441\\u0421",
  e: "\\u0435\\u0415\\u0395",
};
const UNSEEN =
  "[\\u0000-\\u0008\\u000e-\\u001f\\u007f-\\u0084\\u0086-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\u{e0000}-\\u{e0fff}]*";
const NAME = [..."source"].map((letter) => {
  const wide = [letter, letter.toUpperCase()].map((each) => String.fromCodePoint(each.charCodeAt(0) + 0xfee0)).join("");
  return `${UNSEEN}[${letter}${letter.toUpperCase()}${wide}${LETTERS[letter] ?? ""}]`;
});
const DELIMITER = new RegExp(
  `${BRACKETS}(?=(?:${UNSEEN}[\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000/\\uff0f\\u2044\\u2215])*${NAME.join("")})`,
  "gu",
);

/**
 * Makes it impossible for a passage to close its own source or to open another, or to seem to by letters and brackets that look alike or by
 * characters that are not shown, as the core does in its contexts.
 */
export const escapeDelimiters = (text: string): string => text.replace(DELIMITER, "&lt;");
