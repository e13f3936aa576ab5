//! Which words of a text a query matched.

use super::analysis::Analyzer;
use super::{Language, query_terms};
use crate::document::TextRange;

/// The words of `text` that keyword search matches to `query`, by stem, in order and not overlapping.
pub fn highlights(text: &str, query: &str, language: Language) -> Vec<TextRange> {
    let terms = query_terms(query, language);
    let mut ranges: Vec<TextRange> = Vec::new();
    Analyzer::new(language).for_each_term(text, |term| {
        if terms.binary_search_by(|(asked, _)| asked.as_str().cmp(term.text)).is_ok() {
            match ranges.last() {
                // The whole of a compound comes before its parts.
                Some(last) if last.contains(term.range) => {}
                _ => ranges.push(term.range),
            }
        }
    });
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked<'a>(text: &'a str, query: &str) -> Vec<&'a str> {
        highlights(text, query, Language::English).into_iter().map(|range| range.of(text)).collect()
    }

    #[test]
    fn words_are_marked_by_stem() {
        assert_eq!(marked("He hunts the Hunted hunter", "who is hunting?"), ["hunts", "Hunted"]);
        assert_eq!(marked("naïve Über-Straßen", "ÜBER naïve"), ["naïve", "Über"]);
    }

    #[test]
    fn parts_of_names_are_marked_once() {
        assert_eq!(marked("call get_user_id() now", "user"), ["user"]);
        assert_eq!(marked("call get_user_id() now", "get_user_id"), ["get_user_id"]);
        assert_eq!(marked("C++ and C", "c++"), ["C++", "C"]);
    }

    #[test]
    fn stop_words_are_marked_only_when_nothing_else_was_asked() {
        assert_eq!(marked("to be a whale or not", "the whale"), ["whale"]);
        assert_eq!(marked("to be a whale or not", "to be or not"), ["to", "be", "or", "not"]);
        assert!(marked("", "x").is_empty() && marked("x", "").is_empty());
    }
}
