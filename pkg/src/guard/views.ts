/**
 * What a language model may read in a text that a person does not: hidden characters, look-alike letters, encodings. Each way of
 * reading gives a view, which is searched as the text itself is.
 */

/** A way to read a text. */
export interface View {
  text: string;
  /** Whether somebody had to disguise it for this view to differ from the text. */
  disguised: boolean;
}

/** Longer runs are data, not sentences. */
const MOST_ENCODED = 4000;
/** Of a text with more encoded runs all others are one view, so that none has views without end. */
const MOST_DECODED = 8;

/** Characters that are not shown; tags are read before. */
const UNSEEN =
  /[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]|[\u{e0000}-\u{e0fff}]/gu;

/** Letters of other scripts by the Latin letter of their shape. */
const LATIN = new Map(
  [..."аaеeоoсcрpіiѕsуyхxјjһhԁdӏlԛqԝwνvοoρpαaιiκkτtυuεeАAВBЕEКKМMНHОOРPСCТTХXІIЅSΑAΒBΕEΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXΖZ"].flatMap(
    (letter, index, all) => (index % 2 === 0 ? [[letter, all[index + 1]!] as const] : []),
  ),
);

const LEET = new Map(Object.entries({ 4: "a", 3: "e", 1: "i", 0: "o", 5: "s", 7: "t", "@": "a", $: "s" }));

/** Words by which a reading is known for English. */
const COMMON = /\b(?:the|and|you|your|all|user|prompt|previous|instructions|ignore|tell|rules|answer)\b/gi;

/** All ways to read `text`, that of a person first. */
export function viewsOf(text: string): View[] {
  const plain = shown(text);
  const views: View[] = [{ text: plain, disguised: false }];
  const add = (view: string | undefined) => {
    if (view !== undefined && view.trim() !== "" && views.every((other) => other.text !== view)) {
      views.push({ text: view, disguised: true });
    }
  };
  add(tags(text));
  add(interspersed(text));
  add(latin(plain));
  add(leet(plain));
  add(spaced(text));
  add(joined(plain));
  for (const decoded of encoded(plain)) add(decoded);
  if (count(plain, COMMON) < 3) {
    for (const turned of [rotated(plain), [...plain].reverse().join("")]) {
      if (count(turned, COMMON) >= 3) add(turned);
    }
  }
  add(corrected(plain));
  return views;
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/** As it looks: one form of each letter, nothing that is not shown, entities as what they stand for. */
function shown(text: string): string {
  return entities(text.normalize("NFKC").replace(UNSEEN, ""))
    .replace(/[’‘ʼ]/g, "'")
    .replace(/(\p{L})-\n(?=\p{Ll})/gu, "$1");
}

function entities(text: string): string {
  const point = (digits: string, base: number) => {
    const code = Number.parseInt(digits, base);
    return code <= 0x10ffff ? String.fromCodePoint(code) : "";
  };
  return text
    .replace(/&#x([\da-f]{1,6});/gi, (_, digits: string) => point(digits, 16))
    .replace(/&#(\d{1,7});/g, (_, digits: string) => point(digits, 10))
    .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ({ lt: "<", gt: ">", quot: '"' })[name] ?? "&");
}

/** What is written in tag characters, of which flags have a few. */
function tags(text: string): string | undefined {
  const found = text.match(/[\u{e0020}-\u{e007e}]/gu) ?? [];
  return found.length < 8 ? undefined : found.map((tag) => String.fromCharCode(tag.codePointAt(0)! - 0xe0000)).join("");
}

/** The text without what is not shown, where that stands between the letters of words as no script has it. */
function interspersed(text: string): string | undefined {
  return count(text, /[A-Za-z][\u00ad\u200b\u200c\u200d\u2060\u202e\ufeff][A-Za-z]|\u202e/g) < 3 && !/\u202e/.test(text)
    ? undefined
    : ` ${shown(text)}`;
}

/** Look-alike letters as Latin ones, where words mix scripts. */
function latin(text: string): string | undefined {
  const mixed = /[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]/i;
  if (count(text, new RegExp(mixed.source, "gi")) < 2) return undefined;
  return text.replace(/[\u0370-\u052f]/g, (letter) => LATIN.get(letter) ?? letter);
}

/** Digits as the letters that they look like, where several words mix them. */
function leet(text: string): string | undefined {
  if (count(text, /[a-z][013457@$]+[a-z]|\b[013457@$][a-z]{2}/gi) < 2) return undefined;
  return text.replace(/[013457@$]/g, (digit) => LEET.get(digit) ?? digit);
}

/** Letters with one character between them as words: a point or the like, or else a space, with more spaces between words. */
function spaced(text: string): string | undefined {
  for (const separator of ["[.\\-_*]", " "]) {
    const run = new RegExp(`(?<![\\p{L}\\p{N}])(?:\\p{L}${separator}){4,}\\p{L}(?![\\p{L}\\p{N}])`, "u");
    const seam = new RegExp(`(?<![\\p{L}\\p{N}])(\\p{L})${separator}(?=\\p{L}(?![\\p{L}\\p{N}]))`, "gu");
    if (run.test(text)) return text.replace(seam, "$1").replace(/ {2,}/g, " ");
  }
  return undefined;
}

/** Parts of a program's texts put together. */
function joined(text: string): string | undefined {
  const seam = /["'] ?[;,+] ?(?:\w{1,20} ?[=+]{1,2} ?)?["']/g;
  return seam.test(text) ? text.replace(seam, "") : undefined;
}

/** What is written in base64, hexadecimal digits or percent signs, where that is text. */
function encoded(text: string): string[] {
  const found: string[] = [];
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{24,}={0,2}/g)) {
    if (run.length > MOST_ENCODED) continue;
    if (/^(?:[\da-f]{2})+$/i.test(run)) {
      found.push(decode(run.match(/../g)!.map((digits) => Number.parseInt(digits, 16))));
    } else {
      try {
        const bytes = atob(run.replace(/-/g, "+").replace(/_/g, "/").replace(/=+$/, ""));
        found.push(decode([...bytes].map((byte) => byte.charCodeAt(0))));
      } catch {
        // It was no base64.
      }
    }
  }
  for (const [run] of text.matchAll(/(?:\b|(?<=\s))(?:[\da-f]{2}[ :]){11,}[\da-f]{2}\b/gi)) {
    if (run.length <= MOST_ENCODED)
      found.push(decode(run.match(/[\da-f]{2}/gi)!.map((digits) => Number.parseInt(digits, 16))));
  }
  if (count(text, /%[\da-f]{2}/gi) >= 3) {
    found.push(
      text.replace(/(?:%[\da-f]{2})+/gi, (run) =>
        decode(
          run
            .slice(1)
            .split("%")
            .map((digits) => Number.parseInt(digits, 16)),
        ),
      ),
    );
  }
  // Letters and spaces, as text has them and other data do not.
  const texts = found.filter(
    (decoded) => count(decoded, /[\p{L} ]/gu) > 0.8 * decoded.length && /\p{L}{2}/u.test(decoded),
  );
  return texts.length <= MOST_DECODED ? texts : [...texts.slice(0, MOST_DECODED), texts.slice(MOST_DECODED).join("\n")];
}

const decode = (bytes: number[]) => new TextDecoder().decode(new Uint8Array(bytes));

/** Each letter as the one thirteen places on. */
function rotated(text: string): string {
  return text.replace(/[a-z]/gi, (letter) => {
    const first = letter <= "Z" ? 65 : 97;
    return String.fromCharCode(((letter.charCodeAt(0) - first + 13) % 26) + first);
  });
}

/** Words that instructions are made of; somebody may misspell them so that only a model reads them. */
const MISSPELT =
  "ignore previous instructions instruction disregard system prompt reveal answer message assistant forget above".split(
    " ",
  );

/** The text with such words spelt right, where two of them were not. */
function corrected(text: string): string | undefined {
  let changes = 0;
  const right = text.replace(/\b4get\b/gi, "forget").replace(/[a-z]{5,14}/gi, (word) => {
    const small = word.toLowerCase();
    if (MISSPELT.includes(small)) return word;
    const meant = MISSPELT.find((other) => other[0] === small[0] && isMisspelt(small, other));
    if (meant !== undefined) changes++;
    return meant ?? word;
  });
  return changes >= 2 ? right : undefined;
}

/** Whether `word` is `right` with its letters in another order, or with one left out or put in. */
function isMisspelt(word: string, right: string): boolean {
  const [short, long] = word.length < right.length ? [word, right] : [right, word];
  if (short.length === long.length) return [...short].sort().join("") === [...long].sort().join("");
  if (long.length - short.length > 1) return false;
  const at = [...short].findIndex((letter, index) => letter !== long[index]);
  return at === -1 || short.slice(at) === long.slice(at + 1);
}
