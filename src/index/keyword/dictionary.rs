//! The terms of an index, in order, and ways to find them.

#[cfg(feature = "fst")]
use fst::{IntoStreamer, Map, Streamer};
use serde::Serialize;
#[cfg(feature = "fst")]
use serde::Serializer;

use super::near::NearAutomaton;

/// Numbers terms in their order, from 0, and holds them as a transducer: shared beginnings and endings are held once.
#[cfg(feature = "fst")]
#[derive(Clone, Debug, Default)]
pub(super) struct Dictionary(Map<Vec<u8>>);

/// Numbers terms in their order, from 0. As a list it takes more room than as a transducer, but less code: for a module that
/// sees no more terms at a time than a question needs.
#[cfg(not(feature = "fst"))]
pub(super) type Dictionary = TermList;

/// A dictionary as it is kept, of which nothing is known yet.
#[cfg(feature = "fst")]
pub(super) type KeptDictionary = Vec<u8>;
#[cfg(not(feature = "fst"))]
pub(super) type KeptDictionary = Vec<Box<[u8]>>;

/// A term of a dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct DictionaryTerm {
    pub text: String,
    pub number: usize,
}

#[cfg(feature = "fst")]
impl Dictionary {
    /// # Panics
    /// If `terms` are not sorted and distinct.
    pub fn new<T: AsRef<[u8]>>(terms: impl IntoIterator<Item = T>) -> Self {
        Self(Map::from_iter(terms.into_iter().zip(0..)).expect("sorted and distinct terms"))
    }

    /// The dictionary that was kept, of `terms` terms; `None` for anything else.
    pub fn read(kept: KeptDictionary, terms: usize) -> Option<Self> {
        let map = Map::new(kept).ok().filter(|map| map.len() == terms && map.as_fst().verify().is_ok())?;
        let (mut stream, mut next) = (map.stream(), 0);
        while let Some((_, number)) = stream.next() {
            if number != next {
                return None;
            }
            next += 1;
        }
        (next == terms as u64).then_some(Self(map))
    }

    /// The number of `term`.
    pub fn find(&self, term: &str) -> Option<usize> {
        self.0.get(term).map(|number| number as usize)
    }

    /// The terms that begin with `prefix`, in order.
    pub fn starting_with(&self, prefix: &str) -> Vec<DictionaryTerm> {
        let mut stream = self.0.range().ge(prefix).into_stream();
        let mut found = Vec::new();
        while let Some((key, number)) = stream.next() {
            if !key.starts_with(prefix.as_bytes()) {
                break;
            }
            found.extend(dictionary_term(key, number));
        }
        found
    }

    /// The terms that begin with the same character as `term` and are no more than `limit` edits (1 or 2) away from it,
    /// in order, each with its distance in edits.
    pub fn near(&self, term: &str, limit: u8) -> Vec<(DictionaryTerm, u8)> {
        let automaton = NearAutomaton::new(term, limit);
        let mut stream = self.0.search_with_state(&automaton).into_stream();
        let mut found = Vec::new();
        while let Some((key, number, row)) = stream.next() {
            found.extend(dictionary_term(key, number).map(|term| (term, automaton.distance(&row))));
        }
        found
    }
}

#[cfg(feature = "fst")]
impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_fst().as_bytes() == other.0.as_fst().as_bytes()
    }
}

#[cfg(feature = "fst")]
impl Serialize for Dictionary {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0.as_fst().as_bytes())
    }
}

/// The terms as they are. What each of its methods gives is what the transducer's gives.
#[cfg(any(test, not(feature = "fst")))]
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct TermList(Vec<Box<[u8]>>);

#[cfg(any(test, not(feature = "fst")))]
impl TermList {
    #[cfg(not(feature = "fst"))]
    pub fn read(kept: KeptDictionary, terms: usize) -> Option<Self> {
        (kept.len() == terms && kept.is_sorted_by(|a, b| a < b)).then_some(Self(kept))
    }

    /// Of sorted and distinct terms.
    pub fn new<T: AsRef<[u8]>>(terms: impl IntoIterator<Item = T>) -> Self {
        Self(terms.into_iter().map(|term| term.as_ref().into()).collect())
    }

    pub fn find(&self, term: &str) -> Option<usize> {
        self.0.binary_search_by(|other| (**other).cmp(term.as_bytes())).ok()
    }

    pub fn starting_with(&self, prefix: &str) -> Vec<DictionaryTerm> {
        let first = self.0.partition_point(|term| **term < *prefix.as_bytes());
        let numbered = (first..).zip(&self.0[first..]);
        let found = numbered.take_while(|(_, term)| term.starts_with(prefix.as_bytes()));
        found.filter_map(|(number, term)| dictionary_term(term, number as u64)).collect()
    }

    pub fn near(&self, term: &str, limit: u8) -> Vec<(DictionaryTerm, u8)> {
        let automaton = NearAutomaton::new(term, limit);
        let mut found = Vec::new();
        for (number, other) in (0..).zip(&self.0) {
            let mut row = automaton.start();
            let read = other.iter().all(|&byte| {
                row = automaton.accept(&row, byte);
                automaton.can_match(&row)
            });
            if read && automaton.is_match(&row) {
                found.extend(dictionary_term(other, number).map(|term| (term, automaton.distance(&row))));
            }
        }
        found
    }
}

fn dictionary_term(key: &[u8], number: u64) -> Option<DictionaryTerm> {
    let text = std::str::from_utf8(key).ok()?.to_owned();
    Some(DictionaryTerm { text, number: number as usize })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    /// The edits between two terms by the whole table of distances between their prefixes.
    fn distance(a: &str, b: &str) -> usize {
        let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = match (i, j) {
                    (i, 0) => i,
                    (0, j) => j,
                    (i, j) => {
                        let mut least = (table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                        least = least.min(table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]));
                        if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                            least = least.min(table[i - 2][j - 2] + 1);
                        }
                        least
                    }
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn near_terms_are_those_of_the_whole_table(
            terms in prop::collection::btree_set("[abé魚🐜]{0,7}", 0..40),
            term in "[abé魚🐜]{1,7}",
            limit in 1u8..=2,
        ) {
            let expected: Vec<(String, u8)> = terms
                .iter()
                .filter(|other| other.chars().next() == term.chars().next())
                .map(|other| (other.clone(), distance(&term, other) as u8))
                .filter(|&(_, distance)| distance <= limit)
                .collect();
            let found = Dictionary::new(&terms).near(&term, limit);
            prop_assert_eq!(&found, &TermList::new(&terms).near(&term, limit));
            let found: Vec<_> = found.into_iter().map(|(term, distance)| (term.text, distance)).collect();
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn terms_are_found_whole_and_by_their_beginning(
            terms in prop::collection::btree_set("[ab魚]{0,4}", 0..40),
            prefix in "[ab魚]{0,4}",
        ) {
            let dictionary = Dictionary::new(&terms);
            let numbered = terms.iter().zip(0..).map(|(text, number)| DictionaryTerm { text: text.clone(), number });
            let expected: Vec<_> = numbered.filter(|term| term.text.starts_with(&prefix)).collect();
            prop_assert_eq!(dictionary.find(&prefix), terms.iter().position(|term| *term == prefix));
            let list = TermList::new(&terms);
            prop_assert_eq!((list.find(&prefix), &list.starting_with(&prefix)), (dictionary.find(&prefix), &expected));
            prop_assert_eq!(dictionary.starting_with(&prefix), expected);
        }
    }

    #[test]
    fn an_empty_dictionary_holds_nothing() {
        let dictionary = Dictionary::new(BTreeSet::<String>::new());
        assert_eq!(dictionary, Dictionary::default());
        assert!(dictionary.find("").is_none() && dictionary.starting_with("").is_empty());
        assert!(dictionary.near("whale", 2).is_empty());
    }
}
