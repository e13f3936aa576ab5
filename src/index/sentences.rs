//! The sentences of leaves: where they stand, what they cost, and what they are found by.
//!
//! A sentence is too short to be a node of the tree, yet it is what a question is answered by, and what a budget is best
//! spent on. So each has a row, pooled from its leaf's, and a place in an index of words of its own.

use std::ops::Range;

use super::keyword::{Field, KeywordIndex, KeywordIndexer, Language};
use super::sentence_rows::{SentenceRows, leaf_sentences};
use crate::document::{BlockKind, Chunk, Document, SourceRange};

/// Added to a sentence's length where its informativeness is taken per word: else short ones would win by one rare word.
const LENGTH_PRIOR: f32 = 15.0;
/// Of a term's frequency.
const DAMPING: f32 = 0.6;

/// Where a sentence stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct IndexedSentence {
    pub source: SourceRange,
    /// The leaf that it is part of.
    pub leaf: u32,
    /// It says what others are about, and answers nothing itself.
    pub is_heading: bool,
}

/// All sentences of a collection's leaves, numbered in order.
pub struct SentenceIndex {
    rows: SentenceRows,
    sentences: Vec<IndexedSentence>,
    /// Where each leaf's begin: one more than there are leaves.
    starts: Vec<u32>,
    keywords: KeywordIndex,
    /// Of each sentence.
    informativeness: Vec<f32>,
}

impl SentenceIndex {
    pub fn len(&self) -> usize {
        self.sentences.len()
    }

    pub fn is_empty(&self) -> bool {
        self.sentences.is_empty()
    }

    /// The numbers of a leaf's sentences.
    pub fn of_leaf(&self, leaf: usize) -> Range<usize> {
        self.starts[leaf] as usize..self.starts[leaf + 1] as usize
    }

    pub fn get(&self, sentence: usize) -> IndexedSentence {
        self.sentences[sentence]
    }

    pub fn rows(&self) -> &SentenceRows {
        &self.rows
    }

    /// Items are sentences.
    pub fn keywords(&self) -> &KeywordIndex {
        &self.keywords
    }

    /// How much a sentence says of what the collection is about, whatever the question: the weights of its distinct terms,
    /// each a power of its frequency in the collection times the logarithm of its inverse document frequency, added up
    /// and divided by the sentence's length. It is the centroid score of MEAD (Radev, Jing, Styś and Tam 2004) with
    /// frequencies damped, so that a name that is everywhere does not drown all else.
    pub fn informativeness(&self, sentence: usize) -> f32 {
        self.informativeness[sentence]
    }
}

/// Indexes the sentences of one leaf after the other.
pub struct SentenceIndexer {
    sentences: Vec<IndexedSentence>,
    starts: Vec<u32>,
    keywords: KeywordIndexer,
}

impl SentenceIndexer {
    pub fn new(language: Language) -> Self {
        Self { sentences: Vec::new(), starts: vec![0], keywords: KeywordIndexer::new(language) }
    }

    /// Adds the next leaf, which is a chunk of `document`.
    pub fn add_leaf(&mut self, document: &Document, chunk: &Chunk) {
        let leaf = self.starts.len() as u32 - 1;
        for range in leaf_sentences(document, chunk) {
            let is_heading = document.block_at(range.start).is_some_and(|block| block.kind == BlockKind::Heading);
            self.keywords.add([(Field::Body, range.of(&document.text))]);
            let source = SourceRange { document: chunk.document, range };
            self.sentences.push(IndexedSentence { source, leaf, is_heading });
        }
        self.starts.push(self.sentences.len() as u32);
    }

    /// The index of what was added.
    ///
    /// # Panics
    /// If `rows` has not one for each sentence.
    pub fn finish(self, rows: SentenceRows) -> SentenceIndex {
        assert_eq!(rows.len(), self.sentences.len(), "not one row a sentence");
        let keywords = self.keywords.finish();
        let informativeness = informativeness(&keywords);
        SentenceIndex { rows, sentences: self.sentences, starts: self.starts, keywords, informativeness }
    }
}

/// See [`SentenceIndex::informativeness`].
fn informativeness(keywords: &KeywordIndex) -> Vec<f32> {
    let sentences = keywords.len();
    let mut sums = vec![0.0f32; sentences];
    for postings in keywords.content_terms() {
        let holders = postings.items() as f32;
        let frequency: u32 = postings.clone().map(|(_, frequency)| frequency).sum();
        let weight = (frequency as f32).powf(DAMPING) * (sentences as f32 / holders).ln();
        for (sentence, _) in postings {
            sums[sentence as usize] += weight;
        }
    }
    (0..).zip(&mut sums).for_each(|(sentence, sum)| *sum /= keywords.length(sentence) + LENGTH_PRIOR);
    sums
}
