//! Keyword search: an inverted index ranked by BM25.

mod analysis;
mod dictionary;
mod field;
mod highlight;
mod indexer;
mod language;
mod lowercase;
mod near;
mod parts;
mod phrases;
mod postings;
mod query;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use self::postings::{Postings, UncheckedPostings};
use super::Scored;
use super::top::TopK;

pub use field::Field;
pub use indexer::KeywordIndexer;
pub use language::Language;
pub use parts::WantedTerm;
pub use postings::List;
pub use query::{KeywordQuery, QueryTerm, QueryTerms, ReadQuery, Typing};

/// How soon more of the same word stops counting.
pub const K1: f32 = 1.2;
/// How far a text is measured by its length: 0 not at all, 1 in full.
pub const B: f32 = 0.75;

/// An inverted index. Items are numbered in the order in which their texts were given.
///
/// A text's score is the sum over the query's words, each as often as it is asked for, of
/// `idf * f (k1 + 1) / (f + k1 (1 - b + b length / average length))` with `f` the word's frequency in the text,
/// `k1` 1.2 and `b` 0.75 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), and
/// `idf = ln(1 + (N - n + 0.5) / (n + 0.5))` for a word in `n` of `N` texts, which is never negative. Frequencies and
/// lengths are sums over the text's fields, each times its weight (BM25F: Robertson, Zaragoza and Taylor, "Simple BM25
/// Extension to Multiple Weighted Fields", 2004). Stop words (there is a list for English) are indexed, for queries of
/// nothing else, but not counted in lengths.
///
/// A word that no text holds is taken for a slip of the finger: in its place the nearest words that texts do hold are
/// looked for, at half the weight where they are one edit away, at a quarter where two. The last word of a query that is
/// still being typed stands, at half the weight, for all words that begin with it.
///
/// It can be kept, and what is read again is checked: bytes that are no index are an error, never an index that fails later.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "UncheckedIndex")]
pub struct KeywordIndex {
    /// How texts were read, and queries must be.
    language: Language,
    /// Terms in each text, stop words aside, each as often as its field weighs.
    lengths: Vec<u32>,
    /// Of `lengths`, but 1 at least, to divide by.
    #[serde(skip)]
    average_length: f32,
    postings: Postings,
}

/// An index as it was read.
#[derive(Deserialize)]
struct UncheckedIndex {
    language: Language,
    lengths: Vec<u32>,
    postings: UncheckedPostings,
}

impl TryFrom<UncheckedIndex> for KeywordIndex {
    type Error = &'static str;

    fn try_from(UncheckedIndex { language, lengths, postings }: UncheckedIndex) -> Result<Self, Self::Error> {
        let postings = Postings::check(postings, lengths.len()).ok_or("these are no postings")?;
        Ok(Self::new(language, lengths, postings))
    }
}

impl KeywordIndex {
    /// Indexes `texts`, written in `language`, each a body and nothing else.
    pub fn build<'a>(texts: impl IntoIterator<Item = &'a str>, language: Language) -> Self {
        let mut indexer = KeywordIndexer::new(language);
        texts.into_iter().for_each(|text| indexer.add([(Field::Body, text)]));
        indexer.finish()
    }

    fn new(language: Language, lengths: Vec<u32>, postings: Postings) -> Self {
        let total: f64 = lengths.iter().map(|&length| f64::from(length)).sum();
        let average_length = (total / lengths.len().max(1) as f64).max(1.0) as f32;
        Self { language, lengths, average_length, postings }
    }

    /// How many texts were indexed.
    pub fn len(&self) -> usize {
        self.lengths.len()
    }

    pub fn is_empty(&self) -> bool {
        self.lengths.is_empty()
    }

    /// The language of the texts.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The `k` texts of highest score among those that share a word with `query` and that `allow` admits, best first,
    /// equal scores by item.
    pub fn search<'q>(&self, query: impl Into<KeywordQuery<'q>>, k: usize, allow: &dyn Fn(u32) -> bool) -> Vec<Scored> {
        let mut top = TopK::new(k);
        for (item, &score) in (0..).zip(&self.scores(query)) {
            if score > 0.0 && allow(item) {
                top.offer(item, score);
            }
        }
        top.into_sorted()
    }

    /// The score of every text, 0 where it shares no word with `query`.
    pub fn scores<'q>(&self, query: impl Into<KeywordQuery<'q>>) -> Vec<f32> {
        let mut scores = vec![0.0; self.len()];
        for QueryTerm { weight, postings } in self.terms(query).found {
            for (item, frequency) in postings {
                let frequency = frequency as f32;
                let length = self.length(item) / self.average_length;
                scores[item as usize] += weight * (K1 + 1.0) * frequency / (frequency + K1 * (1.0 - B + B * length));
            }
        }
        scores
    }

    /// Reads `query`, to be held against texts.
    pub fn read<'q>(&self, query: impl Into<KeywordQuery<'q>>) -> ReadQuery {
        ReadQuery::new(self, query.into())
    }

    /// What of `query` is held here, for rankings of another kind.
    pub fn terms<'q>(&self, query: impl Into<KeywordQuery<'q>>) -> QueryTerms<'_> {
        let reading = self.read(query);
        QueryTerms {
            found: reading.terms.iter().flat_map(|term| term.found(self)).collect(),
            total_weight: reading.total_weight(),
            count: reading.terms.len(),
        }
    }

    /// The postings of every term but the stop words, in order of the dictionary.
    pub fn content_terms(&self) -> impl Iterator<Item = List<'_>> {
        let dictionary = self.postings.dictionary();
        let stop_words: BTreeSet<usize> =
            self.language.stop_words().iter().filter_map(|word| dictionary.find(word)).collect();
        let numbered = self.postings.lists().enumerate();
        numbered.filter(move |(number, _)| !stop_words.contains(number)).map(|(_, list)| list)
    }

    /// How many terms a text has, stop words aside, each as often as its field weighs.
    ///
    /// # Panics
    /// If `item` was not indexed.
    pub fn length(&self, item: u32) -> f32 {
        self.lengths[item as usize] as f32
    }

    /// The mean of [`length`](Self::length) over all texts, but 1 at least, to divide by.
    pub fn average_length(&self) -> f32 {
        self.average_length
    }
}

/// How many characters `text` has. The library's way of counting is faster in long texts, and longer.
pub fn count_characters(text: &str) -> usize {
    text.chars().map(|_| 1).sum()
}

/// The weight of a term that is in `items` of `all` texts.
fn inverse_document_frequency(all: usize, items: u32) -> f32 {
    let (all, items) = (all as f32, items as f32);
    (1.0 + ((all - items).max(0.0) + 0.5) / (items + 0.5)).ln()
}

#[cfg(test)]
mod tests;
