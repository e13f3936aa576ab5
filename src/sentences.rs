//! Sentence and word bounds.
//!
//! Sentences follow the default rules of Unicode Standard Annex 29 in spirit, corrected for abbreviations, initials,
//! numbered headings, quotations and citations. Unlike those rules, they need no look-ahead of unbounded length, so
//! any text takes linear time.

use unicode_segmentation::UnicodeSegmentation;

use crate::document::{BlockKind, Document, TextRange};

/// Abbreviations that a name or a figure follows, whatever its first letter.
const LEADING: &[&str] = &[
    "mr", "mrs", "ms", "mx", "dr", "prof", "st", "mt", "rev", "hon", "gen", "col", "capt", "lt", "sgt", "maj", "cmdr",
    "gov", "sen", "rep", "pres", "messrs", "mme", "mlle", "vs", "cf", "viz", "approx", "ca", "e.g", "i.e", "vol",
    "fig", "figs", "eq", "eqs", "ch",
];

/// Abbreviations that do not end a sentence when a number follows.
const NUMBERED: &[&str] = &[
    "no", "nos", "nr", "p", "pp", "art", "sec", "par", "v", "op", "jan", "feb", "mar", "apr", "jun", "jul", "aug",
    "sep", "sept", "oct", "nov", "dec",
];

/// Words that begin a sentence far more often than they follow an initial or "U.S." within one.
const STARTERS: &[&str] = &[
    "A", "After", "All", "An", "And", "As", "At", "But", "By", "For", "He", "Her", "His", "How", "However", "I", "If",
    "In", "It", "Its", "No", "On", "She", "Since", "So", "That", "The", "Then", "There", "These", "They", "This",
    "Those", "To", "We", "What", "When", "Where", "While", "Who", "Why", "With", "You",
];

/// How far back a word before a full stop is looked for, and how far ahead the letter after it, in bytes and characters.
const LOOK_BACK: usize = 24;
const LOOK_AHEAD: usize = 8;

/// The sentences of `text`: trimmed, in order, together covering everything but white space.
///
/// A line feed always ends a sentence; in canonical text it stands between blocks, list items, rows and lines of code.
pub fn sentences(text: &str) -> Vec<TextRange> {
    let mut found = Vec::new();
    let mut offset = 0;
    for line in text.split('\n') {
        let mut start = 0;
        while let Some(length) = sentence_end(&line[start..]) {
            push_trimmed(&mut found, line, start, start + length, offset);
            start += length;
        }
        push_trimmed(&mut found, line, start, line.len(), offset);
        offset += line.len() + 1;
    }
    found
}

/// The sentences in `range` of a document. A heading says what follows is about, and is no sentence of it: headings are
/// left out, unless there is nothing else.
///
/// # Panics
/// If `range` is not one of the document's text.
pub fn body_sentences(document: &Document, range: TextRange) -> Vec<TextRange> {
    let all = sentences(range.of(&document.text)).into_iter().map(|sentence| sentence.shifted(range.start));
    let (headings, body): (Vec<_>, Vec<_>) = all
        .partition(|sentence| document.block_at(sentence.start).is_some_and(|block| block.kind == BlockKind::Heading));
    if body.is_empty() { headings } else { body }
}

/// The words of `text` with their ranges: what Unicode counts as one, so no punctuation or white space.
pub fn words(text: &str) -> impl Iterator<Item = (TextRange, &str)> {
    text.unicode_word_indices().map(|(start, word)| (TextRange::new(start, start + word.len()), word))
}

fn push_trimmed(found: &mut Vec<TextRange>, line: &str, start: usize, end: usize, offset: usize) {
    let sentence = &line[start..end];
    let trimmed = sentence.trim_start();
    let start = start + sentence.len() - trimmed.len();
    let trimmed = trimmed.trim_end();
    if !trimmed.is_empty() {
        found.push(TextRange::new(offset + start, offset + start + trimmed.len()));
    }
}

/// Where the first sentence of a line ends; `None` if it takes the whole line. Whatever the sentences before it were, so
/// sentences can be found one by one.
pub(crate) fn sentence_end(line: &str) -> Option<usize> {
    // Whether there is more than punctuation yet.
    let mut worded = false;
    let mut position = 0;
    while let Some(character) = line[position..].chars().next() {
        let after = position + character.len_utf8();
        if !is_terminator(character) {
            worded |= character.is_alphanumeric();
            position = after;
            continue;
        }
        let stop = skip(line, after, is_terminator);
        let closed = skip_citations(line, skip(line, stop, is_closing));
        let spaceless = line[position..stop].chars().next_back().is_some_and(ends_without_space);
        let rest = line[closed..].trim_start();
        let spaced = rest.len() < line.len() - closed;
        if worded && !rest.is_empty() && (spaceless || spaced) && !is_terminator(first(rest)) {
            let abbreviated = || {
                let single = character == '.' && closed == after;
                single && stands_for_more(line[..position].trim_start(), rest)
            };
            if spaceless || !(continues(rest) || abbreviated()) {
                return Some(closed);
            }
        }
        position = closed;
    }
    None
}

fn first(text: &str) -> char {
    text.chars().next().unwrap_or(' ')
}

fn skip(line: &str, from: usize, matches: fn(char) -> bool) -> usize {
    line.len() - line[from..].trim_start_matches(matches).len()
}

/// Past bracketed numbers, which some texts set right after the full stop: `it was so.[3][4] Then`.
fn skip_citations(line: &str, from: usize) -> usize {
    let mut end = from;
    while let Some(inside) = line[end..].strip_prefix('[') {
        let digits = inside.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 4 || inside.as_bytes().get(digits) != Some(&b']') {
            break;
        }
        end += digits + 2;
    }
    end
}

/// Whether what follows a terminator belongs to the same sentence: its first letter is a small one.
fn continues(rest: &str) -> bool {
    rest.chars().take(LOOK_AHEAD).find(|character| character.is_alphanumeric()).is_some_and(char::is_lowercase)
}

/// Whether the full stop after `sentence` marks an abbreviation, an initial or a list number rather than the end.
fn stands_for_more(sentence: &str, rest: &str) -> bool {
    let mut from = sentence.len().saturating_sub(LOOK_BACK);
    while !sentence.is_char_boundary(from) {
        from += 1;
    }
    let word = sentence[from..].rsplit(|c: char| !(c.is_alphanumeric() || c == '.')).next().unwrap_or_default();
    let alone = word.len() == sentence.len();
    let lowered = word.to_lowercase();
    let letters = || word.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic));
    if LEADING.contains(&lowered.as_str()) {
        return true;
    }
    if NUMBERED.contains(&lowered.as_str()) && first(rest).is_numeric() {
        return true;
    }
    if alone && (word.len() <= 3 && word.bytes().all(|byte| byte.is_ascii_digit()) || letters()) {
        return true;
    }
    let initial = letters() && (word.contains('.') || word.chars().all(char::is_uppercase));
    initial && !STARTERS.contains(&rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default())
}

fn is_terminator(character: char) -> bool {
    matches!(character, '.' | '!' | '?' | '…' | '‼' | '⁇' | '⁈' | '⁉' | '؟' | '۔' | '։' | '।' | '॥' | '።' | '။' | '។')
        || ends_without_space(character)
}

/// Terminators of scripts that set no space between sentences.
fn ends_without_space(character: char) -> bool {
    matches!(character, '。' | '！' | '？' | '｡')
}

fn is_closing(character: char) -> bool {
    matches!(
        character,
        '"' | '\''
            | '”'
            | '’'
            | '»'
            | ')'
            | ']'
            | '}'
            | '」'
            | '』'
            | '）'
            | '】'
            | '》'
            | '〉'
            | '〕'
            | '］'
            | '*'
            | '_'
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|range| range.of(text)).collect()
    }

    #[test]
    fn headings_are_no_sentences_of_the_body_unless_they_stand_alone() {
        let source = crate::Source {
            id: "a".into(),
            format: crate::Format::Markdown,
            content: "# Ants\n\nThey farm. They walk.\n\n## Bees".into(),
            ..Default::default()
        };
        let document = crate::text::parse(&source).unwrap();
        let of = |start, end| {
            let ranges = body_sentences(&document, TextRange::new(start, end));
            ranges.into_iter().map(|range| range.of(&document.text)).collect::<Vec<_>>()
        };
        assert_eq!(of(0, document.text.len()), ["They farm.", "They walk."]);
        assert_eq!(of(0, 4), ["Ants"]);
    }

    #[track_caller]
    fn assert_one(text: &str) {
        assert_eq!(split(text), [text]);
    }

    #[test]
    fn sentences_end_at_full_stops_and_marks() {
        assert_eq!(split("It rained. Did it? It did!  So be it."), ["It rained.", "Did it?", "It did!", "So be it."]);
    }

    #[test]
    fn abbreviations_do_not_end_one() {
        assert_one("Mr. Starbuck met Dr. Bunger off St. Helena.");
        assert_one("Some fish, e.g. Sharks, swim; others, i.e. Rays, glide.");
        assert_one("See Fig. 3 and pp. 12 to 14, or No. 5 in Vol. II.");
        assert_one("It opened on Sept. 4 as planned.");
        assert_eq!(split("Did he say no. No. 5 said so."), ["Did he say no.", "No. 5 said so."]);
    }

    #[test]
    fn initials_do_not_end_one_but_a_new_sentence_does() {
        assert_one("J. R. R. Tolkien wrote it.");
        assert_one("The U.S. Senate met.");
        assert_eq!(split("He left the U.S. The Senate met."), ["He left the U.S.", "The Senate met."]);
        assert_eq!(split("It came at 5 p.m. Nobody saw."), ["It came at 5 p.m. Nobody saw."]);
        assert_eq!(split("Nobody chose plan B. The rest is known."), ["Nobody chose plan B.", "The rest is known."]);
    }

    #[test]
    fn small_letters_go_on() {
        assert_one("\"Stop!\" he said, etc. and so on... for ever.");
        assert_one("The river ... was dry.");
    }

    #[test]
    fn points_within_words_and_numbers_do_not_end_one() {
        assert_one("Version 1.2.3 of example.com costs 3.14 (about 3.50).");
        assert_one("1. Introduction");
        assert_one("a. Introduction");
    }

    #[test]
    fn closing_quotes_and_citations_stay_with_their_sentence() {
        assert_eq!(split("He said “Go.” She went."), ["He said “Go.”", "She went."]);
        assert_eq!(split("(It sank.) \"Why?\" Ask Ahab."), ["(It sank.)", "\"Why?\"", "Ask Ahab."]);
        assert_eq!(split("It sank.[3][14] Then it rose."), ["It sank.[3][14]", "Then it rose."]);
    }

    #[test]
    fn ellipses_are_not_sentences_of_their_own() {
        assert_eq!(split("Wait. . . . Then go… Now."), ["Wait. . . .", "Then go…", "Now."]);
        assert_one("... And then?!");
    }

    #[test]
    fn other_scripts() {
        assert_eq!(split("我叫以实玛利。你呢？「好！」他说。"), ["我叫以实玛利。", "你呢？", "「好！」", "他说。"]);
        assert_eq!(split("كيف حالك؟ أنا بخير."), ["كيف حالك؟", "أنا بخير."]);
        assert_eq!(split("यह एक है। यह दो है।"), ["यह एक है।", "यह दो है।"]);
    }

    #[test]
    fn line_feeds_end_one() {
        assert_eq!(split(" Loomings\n\nCall me\r\nIshmael \n"), ["Loomings", "Call me", "Ishmael"]);
        assert!(split(" \n\t\n").is_empty());
    }

    #[test]
    fn long_runs_take_linear_time() {
        for piece in ["a", ".", ".)", ". ", "Mr. ", "\u{301}", "[1]", "。"] {
            let text = format!("Start. {}", piece.repeat(5_000_000 / piece.len()));
            let last = sentences(&text).pop().expect("a sentence");
            assert_eq!(last.end as usize, text.trim_end().len());
        }
    }

    #[test]
    fn words_have_their_ranges() {
        let text = "Don't panic: 鯨 3.5!";
        let found: Vec<&str> = words(text).map(|(range, _)| range.of(text)).collect();
        assert!(words(text).all(|(range, word)| range.of(text) == word));
        assert_eq!(found, ["Don't", "panic", "鯨", "3.5"]);
    }

    proptest! {
        #[test]
        fn sentences_are_trimmed_ordered_and_cover_the_text(text in r#"(?s)([A-Za-z0-9 .!?\n"')\[\]。…é́🐋ا-ي]|.){0,80}"#) {
            let found = sentences(&text);
            let mut end = 0;
            for range in found {
                prop_assert!(text[end..range.start as usize].trim().is_empty());
                let sentence = range.of(&text);
                prop_assert_eq!(sentence.trim(), sentence);
                prop_assert!(!sentence.is_empty() && !sentence.contains('\n'));
                end = range.end as usize;
            }
            prop_assert!(text[end..].trim().is_empty());
        }
    }
}
