//! Text to the terms that it is found by.
//!
//! A word is a Unicode word (UAX #29) in lowercase, brought to its stem. A word that programmers or catalogues build
//! of several is a term as it stands and a term for each part: `get_user_id` is found by itself, and by `user`.

use std::borrow::Cow;

use rust_stemmers::Stemmer;

use super::{Language, count_characters, lowercase};
use crate::document::TextRange;
use crate::sentences::words;

/// A word over this many characters is no word of a language: it is cut to them, and not stemmed.
const LONGEST_WORD: usize = 64;

/// A term and the part of the text that it stands for.
pub(super) struct Term<'a> {
    pub text: &'a str,
    /// The word in lowercase, before it was brought to its stem.
    pub word: &'a str,
    pub range: TextRange,
    /// Of several parts, each of which is a term as well and follows.
    pub compound: bool,
    /// Too common to tell texts apart.
    pub stop_word: bool,
}

/// Finds the terms of texts.
pub(super) struct Analyzer {
    language: Language,
    stemmer: Option<Stemmer>,
    /// By lowercase word, and never iterated: texts repeat their words, and stemming one takes longer than finding it here.
    #[cfg(feature = "encoder")]
    known: std::collections::HashMap<String, Known>,
}

struct Known {
    stem: String,
    stop_word: bool,
}

impl Analyzer {
    pub fn new(language: Language) -> Self {
        Self {
            language,
            stemmer: language.algorithm().map(Stemmer::create),
            #[cfg(feature = "encoder")]
            known: Default::default(),
        }
    }

    /// Visits the terms of `text` in order, the whole of a compound before its parts.
    pub fn for_each_term(&mut self, text: &str, visit: &mut dyn FnMut(Term)) {
        for (range, word) in words(text) {
            let start = range.start as usize;
            let suffix = symbol_suffix(&text[start + word.len()..]);
            let parts = parts(word, self.language.elides());
            if !suffix.is_empty() {
                let compound = &text[start..start + word.len() + suffix.len()];
                visit_compound(compound, start, visit);
            } else if parts.len() > 1 {
                visit_compound(word, start, visit);
            }
            for part in parts {
                self.visit_word(&word[part.clone()], start + part.start, visit);
            }
        }
    }

    fn visit_word(&mut self, word: &str, start: usize, visit: &mut dyn FnMut(Term)) {
        let range = TextRange::new(start, start + word.len());
        let lower = lowercase(cut(word));
        let visit = |known: &Known| {
            visit(Term { text: &known.stem, word: &lower, range, compound: false, stop_word: known.stop_word });
        };
        self.with_known(&lower, visit);
    }

    #[cfg(feature = "encoder")]
    fn with_known(&mut self, lower: &str, visit: impl FnOnce(&Known)) {
        if !self.known.contains_key(lower) {
            self.known.insert(lower.to_owned(), self.know(lower));
        }
        if let Some(known) = self.known.get(lower) {
            visit(known);
        }
    }

    /// A module that sees few texts has no room for a table.
    #[cfg(not(feature = "encoder"))]
    fn with_known(&mut self, lower: &str, visit: impl FnOnce(&Known)) {
        visit(&self.know(lower));
    }

    fn know(&self, lower: &str) -> Known {
        let stop_word = self.language.is_stop_word(lower);
        let stem = match &self.stemmer {
            Some(stemmer) if !stop_word && count_characters(lower) < LONGEST_WORD => stemmer.stem(lower).into_owned(),
            _ => lower.to_owned(),
        };
        Known { stem, stop_word }
    }
}

/// A compound is a name, so it is matched to the letter.
fn visit_compound(word: &str, start: usize, visit: &mut dyn FnMut(Term)) {
    let range = TextRange::new(start, start + word.len());
    let lower = lowercase(cut(word));
    visit(Term { text: &lower, word: &lower, range, compound: true, stop_word: false });
}

fn lowercase(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        Cow::Borrowed(word)
    } else {
        Cow::Owned(lowercase::lowercase(word))
    }
}

/// The first [`LONGEST_WORD`] characters.
fn cut(word: &str) -> &str {
    word.char_indices().nth(LONGEST_WORD).map_or(word, |(end, _)| &word[..end])
}

/// What names such as `C++` and `F#` have after their letters, if `rest` begins with it and no word goes on after.
fn symbol_suffix(rest: &str) -> &str {
    let suffix = ["++", "#"].into_iter().find(|suffix| rest.starts_with(suffix)).unwrap_or("");
    let goes_on =
        rest[suffix.len()..].starts_with(|next: char| next.is_alphanumeric() || matches!(next, '+' | '#' | '_'));
    if goes_on { "" } else { suffix }
}

/// The byte ranges of the words within a word: `get_user_id`, `getUserId`, `std.fmt.Display`.
fn parts(word: &str, elides: bool) -> Vec<std::ops::Range<usize>> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut end_part = |start: usize, end: usize| {
        if start < end {
            parts.push(start..end);
        }
    };
    let mut previous = ' ';
    let mut characters = word.char_indices().peekable();
    while let Some((at, character)) = characters.next() {
        let next = characters.peek().map_or(' ', |&(_, next)| next);
        let separates = match character {
            '_' => true,
            // Between digits these are of a number.
            '.' | ':' => previous.is_alphabetic() && next.is_alphabetic(),
            '\'' | '\u{2019}' => elides,
            _ => false,
        };
        if separates {
            end_part(start, at);
            start = at + character.len_utf8();
        } else if character.is_uppercase()
            && (previous.is_lowercase() || (previous.is_uppercase() && next.is_lowercase()))
        {
            end_part(start, at);
            start = at;
        }
        previous = character;
    }
    end_part(start, word.len());
    parts
}
