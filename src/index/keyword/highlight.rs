//! Which words of a text a query matched.

use super::ReadQuery;
use crate::document::TextRange;

impl ReadQuery {
    /// The words of `text` that match: by stem, or as what stands for a word that no text holds. In order and not
    /// overlapping.
    pub fn highlights(&self, text: &str) -> Vec<TextRange> {
        let mut ranges: Vec<TextRange> = Vec::new();
        self.analyzer.borrow_mut().for_each_term(text, &mut |term| {
            if self.said_by(term.text).next().is_some() {
                match ranges.last() {
                    // The whole of a compound comes before its parts.
                    Some(last) if last.contains(term.range) => {}
                    _ => ranges.push(term.range),
                }
            }
        });
        ranges
    }
}

#[cfg(test)]
mod tests {
    use crate::index::{KeywordIndex, Language};

    fn marked<'a>(text: &'a str, query: &str) -> Vec<&'a str> {
        let index = KeywordIndex::build([text], Language::English);
        index.read(query).highlights(text).into_iter().map(|range| range.of(text)).collect()
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
    fn what_stands_for_a_word_is_marked() {
        assert_eq!(marked("Queequeg's harpoon", "harpon"), ["harpoon"]);
        assert_eq!(marked("harpoon, not harpon", "harpon"), ["harpon"]);
    }

    #[test]
    fn stop_words_are_marked_only_when_nothing_else_was_asked() {
        assert_eq!(marked("to be a whale or not", "the whale"), ["whale"]);
        assert_eq!(marked("to be a whale or not", "to be or not"), ["to", "be", "or", "not"]);
        assert!(marked("", "x").is_empty() && marked("x", "").is_empty());
    }
}
