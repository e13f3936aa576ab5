//! Keyword search: an inverted index ranked by BM25.

mod analysis;
mod highlight;
mod language;
mod postings;

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use self::analysis::Analyzer;
use self::postings::{Postings, TermItems};
use super::Scored;
use super::top::TopK;

pub use highlight::highlights;
pub use language::Language;
pub use postings::List;

/// How soon more of the same word stops counting.
pub const K1: f32 = 1.2;
/// How far a text is measured by its length: 0 not at all, 1 in full.
pub const B: f32 = 0.75;

/// An inverted index. Items are numbered in the order in which their texts were given.
///
/// A text's score is the sum over the query's words, each as often as it is asked for, of
/// `idf * f (k1 + 1) / (f + k1 (1 - b + b length / average length))` with `f` the word's frequency in the text,
/// `k1` 1.2 and `b` 0.75 (Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009), and
/// `idf = ln(1 + (N - n + 0.5) / (n + 0.5))` for a word in `n` of `N` texts, which is never negative. Stop words (there
/// is a list for English) are indexed, for queries of nothing else, but not counted in lengths.
#[derive(Clone, Debug, PartialEq)]
pub struct KeywordIndex {
    /// How texts were read, and queries must be.
    language: Language,
    /// Terms in each text, stop words aside.
    lengths: Vec<u32>,
    postings: Postings,
}

impl KeywordIndex {
    /// Indexes `texts`, written in `language`.
    pub fn build<'a>(texts: impl IntoIterator<Item = &'a str>, language: Language) -> Self {
        let mut indexer = KeywordIndexer::new(language);
        texts.into_iter().for_each(|text| indexer.add([text]));
        indexer.finish()
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
    pub fn search(&self, query: &str, k: usize, allow: &dyn Fn(u32) -> bool) -> Vec<Scored> {
        let mut top = TopK::new(k);
        for (item, &score) in (0..).zip(&self.scores(query)) {
            if score > 0.0 && allow(item) {
                top.offer(item, score);
            }
        }
        top.into_sorted()
    }

    /// The score of every text, 0 where it shares no word with `query`.
    pub fn scores(&self, query: &str) -> Vec<f32> {
        let mut scores = vec![0.0; self.len()];
        let total: f64 = self.lengths.iter().map(|&length| f64::from(length)).sum();
        let average_length = (total / self.len().max(1) as f64).max(1.0) as f32;
        for (term, asked) in query_terms(query, self.language) {
            let Some(list) = self.postings.find(&term) else { continue };
            let weight = asked as f32 * inverse_document_frequency(self.len(), list.items()) * (K1 + 1.0);
            for (item, frequency) in list {
                let frequency = frequency as f32;
                let length = self.lengths[item as usize] as f32 / average_length;
                scores[item as usize] += weight * frequency / (frequency + K1 * (1.0 - B + B * length));
            }
        }
        scores
    }

    pub fn terms(&self, query: &str) -> QueryTerms<'_> {
        let (mut found, mut total_weight, mut count) = (Vec::new(), 0.0, 0);
        for (term, asked) in query_terms(query, self.language) {
            let list = self.postings.find(&term);
            let weight = inverse_document_frequency(self.len(), list.as_ref().map_or(0, |list| list.items()));
            total_weight += weight;
            count += 1;
            if let Some(postings) = list {
                found.push(QueryTerm { weight: weight * asked as f32, postings });
            }
        }
        QueryTerms { found, total_weight, count }
    }
    pub fn length(&self, item: u32) -> f32 {
        self.lengths[item as usize] as f32
    }
    pub fn average_length(&self) -> f32 {
        let total: f64 = self.lengths.iter().map(|&length| f64::from(length)).sum();
        (total / self.len().max(1) as f64).max(1.0) as f32
    }
    pub fn all_terms(&self) -> impl Iterator<Item = List<'_>> {
        self.postings.all(self.language)
    }

    /// How much of `query` is said in `text`, which need not be one of those indexed: the share of its terms, each
    /// weighed by its inverse document frequency, from 0 to 1.
    pub fn coverage(&self, text: &str, query: &str) -> f32 {
        let mut present = BTreeSet::new();
        Analyzer::new(self.language).for_each_term(text, |term| {
            if !present.contains(term.text) {
                present.insert(term.text.to_owned());
            }
        });
        let (mut covered, mut total) = (0.0, 0.0);
        for (term, _) in query_terms(query, self.language) {
            let items = self.postings.find(&term).map_or(0, |list| list.items());
            let weight = inverse_document_frequency(self.len(), items);
            total += weight;
            if present.contains(&term) {
                covered += weight;
            }
        }
        if total > 0.0 { covered / total } else { 0.0 }
    }
}

pub struct QueryTerms<'a> {
    pub found: Vec<QueryTerm<'a>>,
    pub total_weight: f32,
    pub count: usize,
}
pub struct QueryTerm<'a> {
    pub weight: f32,
    pub postings: List<'a>,
}

/// Indexes texts one by one, so that a caller can stop in between.
pub struct KeywordIndexer {
    language: Language,
    analyzer: Analyzer,
    lengths: Vec<u32>,
    /// In the order in which the terms first appeared.
    terms: Vec<TermItems>,
    /// Where each term stands in `terms`: looked up, never iterated.
    places: HashMap<Rc<str>, usize>,
}

impl KeywordIndexer {
    pub fn new(language: Language) -> Self {
        let analyzer = Analyzer::new(language);
        Self { language, analyzer, lengths: Vec::new(), terms: Vec::new(), places: HashMap::new() }
    }

    /// Adds the next item, found by the words of all of its `texts`.
    pub fn add<'a>(&mut self, texts: impl IntoIterator<Item = &'a str>) {
        let item = self.lengths.len() as u32;
        let mut length = 0;
        for text in texts {
            self.analyzer.for_each_term(text, |term| {
                length += u32::from(!term.stop_word);
                let place = self.places.get(term.text).copied().unwrap_or_else(|| {
                    let name: Rc<str> = term.text.into();
                    self.terms.push((name.clone(), Vec::new()));
                    self.places.insert(name, self.terms.len() - 1);
                    self.terms.len() - 1
                });
                match self.terms[place].1.last_mut() {
                    Some((last, frequency)) if *last == item => *frequency += 1,
                    _ => self.terms[place].1.push((item, 1)),
                }
            });
        }
        self.lengths.push(length);
    }

    /// The index of what was added.
    pub fn finish(self) -> KeywordIndex {
        KeywordIndex { language: self.language, lengths: self.lengths, postings: Postings::new(self.terms) }
    }
}

/// The terms of `query` with how often each occurs, sorted; its stop words only if it has nothing else.
fn query_terms(query: &str, language: Language) -> Vec<(String, u32)> {
    let (mut content, mut stop_words) = (Vec::new(), Vec::new());
    Analyzer::new(language).for_each_term(query, |term| {
        let list = if term.stop_word { &mut stop_words } else { &mut content };
        list.push(term.text.to_owned());
    });
    let mut terms = if content.is_empty() { stop_words } else { content };
    terms.sort_unstable();
    let mut counted: Vec<(String, u32)> = Vec::new();
    for term in terms {
        match counted.last_mut() {
            Some((last, count)) if *last == term => *count += 1,
            _ => counted.push((term, 1)),
        }
    }
    counted
}

/// The weight of a term that is in `items` of `all` texts.
fn inverse_document_frequency(all: usize, items: u32) -> f32 {
    let (all, items) = (all as f32, items as f32);
    (1.0 + ((all - items).max(0.0) + 0.5) / (items + 0.5)).ln()
}

#[cfg(test)]
mod tests;
