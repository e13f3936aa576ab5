//! How far a text keeps the words of a query together.

use super::ReadQuery;
use crate::order::sort_by;

impl ReadQuery {
    /// How far `text` has the content words of the query in the same pairs: of all pairs of words that follow each other in the query, stop words aside, the share that follow each other in the
    /// text, each weighed by the lower inverse document frequency of its two. From 0 to 1; 0 for a query without pairs.
    pub fn phrases(&self, text: &str) -> f32 {
        // Whether the text has each pair.
        let mut pairs: Vec<((usize, usize), bool)> =
            self.sequence.windows(2).map(|pair| ((pair[0], pair[1]), false)).collect();
        sort_by(&mut pairs, |a, b| a.cmp(b));
        pairs.dedup();
        if pairs.is_empty() {
            return 0.0;
        }
        let (mut before, mut here) = (Vec::new(), Vec::new());
        self.analyzer.borrow_mut().for_each_term(text, &mut |term| {
            if term.compound || (term.stop_word && !self.stop_words) {
                return;
            }
            here.extend(self.said_by(term.text));
            for (&first, &second) in before.iter().flat_map(|first| here.iter().map(move |second| (first, second))) {
                pairs.iter_mut().filter(|(pair, _)| *pair == (first, second)).for_each(|(_, has)| *has = true);
            }
            std::mem::swap(&mut before, &mut here);
            here.clear();
        });
        let (mut kept, mut total) = (0.0, 0.0);
        for ((first, second), has) in pairs {
            let weight = self.terms[first].weight.min(self.terms[second].weight);
            total += weight;
            if has {
                kept += weight;
            }
        }
        if total > 0.0 { kept / total } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::index::KeywordIndex;
    use crate::index::Language;

    fn phrases(text: &str, query: &str) -> f32 {
        // Each word in one text of four, so that all pairs weigh the same.
        let index = KeywordIndex::build(["white whale", "pale ship", "old captain", "to be or not"], Language::English);
        index.read(query).phrases(text)
    }

    #[test]
    fn words_are_together_only_side_by_side_and_in_order() {
        assert_eq!(phrases("A White Whale!", "white whales"), 1.0);
        assert_eq!(phrases("the whale is white", "white whale"), 0.0);
        assert_eq!(phrases("a white old whale", "white whale"), 0.0);
        assert_eq!(phrases("the captain of the ship", "captain ship"), 1.0);
        assert_eq!(phrases("white whale, old ship", "white whale old captain"), 2.0 / 3.0);
        assert_eq!(phrases("white whale, white whale", "white whale white whale"), 1.0);
    }

    #[test]
    fn a_pair_takes_two_words() {
        assert_eq!(phrases("whale", "whale"), 0.0);
        assert_eq!(phrases("", "white whale"), 0.0);
        assert_eq!(phrases("white whale", ""), 0.0);
    }

    #[test]
    fn stop_words_count_where_nothing_else_is_asked() {
        assert_eq!(phrases("to be, or not", "to be"), 1.0);
        assert_eq!(phrases("be to", "to be"), 0.0);
    }

    #[test]
    fn names_count_by_their_parts_and_near_terms_as_what_was_meant() {
        assert_eq!(phrases("getUserId", "get_user_id"), 1.0);
        assert_eq!(phrases("old captain", "old captian"), 1.0);
    }

    #[test]
    fn a_common_word_makes_a_light_pair() {
        let index = KeywordIndex::build(["white whale", "white ship", "white sail", "mast"], Language::English);
        let (common, rare) = (
            index.read("white whale mast").phrases("white whale"),
            index.read("white whale mast").phrases("whale mast"),
        );
        assert!(common < rare && (common + rare - 1.0).abs() < 1e-6, "{common} {rare}");
    }

    /// The share by looking for each pair in the words themselves.
    fn oracle(index: &KeywordIndex, texts: &[String], text: &str, query: &str) -> f32 {
        let words = |text: &str| text.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect::<Vec<_>>();
        let (text, query) = (words(text), words(query));
        let weight = |word: &String| {
            let holders = texts.iter().filter(|text| words(text).contains(word)).count();
            super::super::inverse_document_frequency(index.len(), holders as u32)
        };
        let mut pairs: Vec<&[String]> = query.windows(2).collect();
        pairs.sort();
        pairs.dedup();
        let sum = |pairs: &mut dyn Iterator<Item = &&[String]>| -> f32 {
            pairs.map(|pair| weight(&pair[0]).min(weight(&pair[1]))).sum()
        };
        let total = sum(&mut pairs.iter());
        let kept = sum(&mut pairs.iter().filter(|pair| text.windows(2).any(|other| other == **pair)));
        if total > 0.0 { kept / total } else { 0.0 }
    }

    proptest! {
        #[test]
        fn the_share_is_that_of_the_pairs(
            texts in prop::collection::vec("([a-d] ){0,6}", 1..6),
            text in "([a-d] ){0,12}",
            query in "([a-d] ){0,6}",
        ) {
            let index = KeywordIndex::build(texts.iter().map(String::as_str), Language::None);
            let (got, expected) = (index.read(&query).phrases(&text), oracle(&index, &texts, &text, &query));
            prop_assert!((got - expected).abs() < 1e-5, "{} {}", got, expected);
        }
    }
}
