//! Texts to an index, one by one.

use std::collections::HashMap;
use std::rc::Rc;

use super::analysis::Analyzer;
use super::postings::{Postings, TermItems};
use super::{Field, KeywordIndex, Language};

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

    /// Adds the next item, found by the words of all of its `fields`. There may be several of a kind.
    pub fn add<'a>(&mut self, fields: impl IntoIterator<Item = (Field, &'a str)>) {
        let item = self.lengths.len() as u32;
        let mut length = 0;
        for (field, text) in fields {
            let weight = field.weight();
            self.analyzer.for_each_term(text, &mut |term| {
                if !term.stop_word {
                    length += weight;
                }
                let place = self.places.get(term.text).copied().unwrap_or_else(|| {
                    let name: Rc<str> = term.text.into();
                    self.terms.push((name.clone(), Vec::new()));
                    self.places.insert(name, self.terms.len() - 1);
                    self.terms.len() - 1
                });
                match self.terms[place].1.last_mut() {
                    Some((last, frequency)) if *last == item => *frequency += weight,
                    _ => self.terms[place].1.push((item, weight)),
                }
            });
        }
        self.lengths.push(length);
    }

    /// The index of what was added.
    pub fn finish(self) -> KeywordIndex {
        KeywordIndex::new(self.language, self.lengths, Postings::new(self.terms))
    }
}
