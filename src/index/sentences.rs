//! The sentences of leaves: where they stand, what they cost, and what they are found by.
//!
//! A sentence is too short to be a node of the tree, yet it is what a question is answered by, and what a budget is best
//! spent on. So each has a row, pooled from its leaf's, and a place in an index of words of its own.

use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::keyword::{Field, KeywordIndex, KeywordIndexer, Language};
use super::sentence_rows::{SentenceRows, leaf_sentences};
use crate::document::{BlockKind, Chunk, Document, SourceRange};

/// Added to a sentence's length where its informativeness is taken per word: else short ones would win by one rare word.
const LENGTH_PRIOR: f32 = 15.0;
/// Of a term's frequency.
const DAMPING: f32 = 0.6;

/// Where a sentence stands.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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

/// What of a [`SentenceIndex`] is found in the texts, kept so that they need not be read again.
#[derive(Serialize)]
pub struct ReadSentences<'a> {
    sentences: &'a [IndexedSentence],
    keywords: &'a KeywordIndex,
}

/// [`ReadSentences`] as they were kept: they may be of other texts.
#[derive(Deserialize)]
pub struct KeptSentences {
    sentences: Vec<IndexedSentence>,
    keywords: KeywordIndex,
}

impl KeptSentences {
    /// The index of these, once it is known where each leaf's begin.
    pub fn index(self, starts: Vec<u32>, rows: SentenceRows) -> SentenceIndex {
        SentenceIndex::new(rows, self.sentences, starts, self.keywords)
    }

    pub fn language(&self) -> Language {
        self.keywords.language()
    }

    /// Where each leaf's sentences begin; `None` unless all stand in order in their leaves, none of more tokens than bytes.
    pub fn starts(&self, tokens: &[u32], documents: &[Arc<Document>], chunks: &[Chunk]) -> Option<Vec<u32>> {
        let sentences = &self.sentences;
        if sentences.len() != tokens.len() || sentences.len() != self.keywords.len() {
            return None;
        }
        let (mut starts, mut next) = (vec![0], 0);
        for (leaf, chunk) in (0u32..).zip(chunks) {
            let text = &documents.get(chunk.document.index())?.text;
            let mut end = chunk.range.start;
            while let Some(IndexedSentence { source, .. }) =
                sentences.get(next).filter(|sentence| sentence.leaf == leaf)
            {
                let range = source.range;
                let own_text = text.get(range.start as usize..range.end as usize)?;
                let follows = range.start >= end && range.end <= chunk.range.end && source.document == chunk.document;
                if !follows || own_text.len() < tokens[next] as usize {
                    return None;
                }
                (end, next) = (range.end, next + 1);
            }
            starts.push(next as u32);
        }
        (next == sentences.len()).then_some(starts)
    }
}

impl SentenceIndex {
    fn new(rows: SentenceRows, sentences: Vec<IndexedSentence>, starts: Vec<u32>, keywords: KeywordIndex) -> Self {
        let informativeness = informativeness(&keywords);
        Self { rows, sentences, starts, keywords, informativeness }
    }

    /// What to keep of it beside its rows.
    pub fn read(&self) -> ReadSentences<'_> {
        ReadSentences { sentences: &self.sentences, keywords: &self.keywords }
    }

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

    /// Where each leaf's sentences begin: one more than there are leaves.
    pub fn starts(&self) -> &[u32] {
        &self.starts
    }

    pub fn get(&self, sentence: usize) -> IndexedSentence {
        self.sentences[sentence]
    }

    pub fn rows(&self) -> &SentenceRows {
        &self.rows
    }

    /// Takes the same rows from another place from now on.
    ///
    /// # Panics
    /// If there are not as many.
    pub fn move_to(&mut self, rows: SentenceRows) {
        assert_eq!(rows.len(), self.sentences.len(), "not one row a sentence");
        self.rows = rows;
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
        SentenceIndex::new(rows, self.sentences, self.starts, self.keywords.finish())
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::document::{Format, Source, TextRange};
    use crate::ids::DocId;

    const CONTENT: &str =
        "# Ant nest\n\nThe ant cut a leaf. The ant ant saw the whale.\n\n## Sea\n\nA whale swam. Of the";

    /// A document and its index, a leaf for each stretch of text from one of these to the next, or to the end.
    fn indexed(beginnings: &[&str]) -> (Document, SentenceIndex) {
        let (id, content) = ("a".to_owned(), CONTENT.to_owned());
        let source = Source { id, format: Format::Markdown, content, ..Source::default() };
        let document = crate::text::parse(&source).expect("a document");
        let starts: Vec<usize> =
            beginnings.iter().map(|beginning| document.text.find(beginning).expect("a beginning")).collect();
        let ends = starts.iter().skip(1).copied().chain([document.text.len()]);
        let mut indexer = SentenceIndexer::new(Language::English);
        for (&start, end) in starts.iter().zip(ends) {
            let range = TextRange::new(start, end);
            indexer.add_leaf(&document, &Chunk { document: DocId(3), range, heading: None, tokens: 1 });
        }
        let mut rows = SentenceRows::new(1);
        (0..indexer.sentences.len()).for_each(|sentence| rows.push(&[1.0], sentence as u32));
        (document, indexer.finish(rows))
    }

    fn texts<'a>(
        document: &'a Document,
        index: &SentenceIndex,
        sentences: impl IntoIterator<Item = usize>,
    ) -> Vec<&'a str> {
        sentences.into_iter().map(|sentence| index.get(sentence).source.range.of(&document.text)).collect()
    }

    #[test]
    fn headings_are_told_from_what_stands_under_them() {
        let (document, index) = indexed(&["Ant nest", "Sea"]);
        let (headings, body): (Vec<usize>, Vec<usize>) =
            (0..index.len()).partition(|&sentence| index.get(sentence).is_heading);
        assert_eq!(texts(&document, &index, headings), ["Ant nest", "Sea"]);
        assert_eq!(
            texts(&document, &index, body),
            ["The ant cut a leaf.", "The ant ant saw the whale.", "A whale swam.", "Of the"]
        );
    }

    #[test]
    fn sentences_are_numbered_leaf_by_leaf() {
        let (document, index) = indexed(&["Ant nest", "The ant ant", "Sea"]);
        let leaves = [0..2, 2..3, 3..6];
        for (leaf, sentences) in leaves.iter().enumerate() {
            assert_eq!(index.of_leaf(leaf), *sentences);
            for sentence in sentences.clone().map(|sentence| index.get(sentence)) {
                assert_eq!((sentence.leaf as usize, sentence.source.document), (leaf, DocId(3)));
            }
        }
        assert_eq!(texts(&document, &index, index.of_leaf(1)), ["The ant ant saw the whale."]);
        assert_eq!((index.len(), index.rows().len(), index.keywords().len()), (6, 6, 6));
    }

    #[test]
    fn a_leaf_without_sentences_has_no_numbers() {
        // The second leaf is empty, and what follows goes on where the first ended.
        let (_, index) = indexed(&["Ant nest", "Sea", "Sea"]);
        assert_eq!([0, 1, 2].map(|leaf| index.of_leaf(leaf)), [0..3, 3..3, 3..6]);
        assert!(indexed(&[]).1.is_empty());
    }

    #[test]
    fn informativeness_is_that_of_a_plain_sum() {
        let (document, index) = indexed(&["Ant nest", "Sea"]);
        // All of these words but the stop words are their own stems.
        let terms = |text: &str| -> Vec<String> {
            let words = text.split(|character: char| !character.is_alphabetic()).map(str::to_lowercase);
            words.filter(|word| !["", "the", "a", "of"].contains(&word.as_str())).collect()
        };
        let all: Vec<Vec<String>> = texts(&document, &index, 0..index.len()).into_iter().map(terms).collect();
        for (sentence, own) in all.iter().enumerate() {
            let weight = |term: &String| {
                let frequency = all.iter().flatten().filter(|other| *other == term).count() as f64;
                let holders = all.iter().filter(|other| other.contains(term)).count() as f64;
                frequency.powf(0.6) * (all.len() as f64 / holders).ln()
            };
            let sum: f64 = own.iter().collect::<BTreeSet<_>>().into_iter().map(weight).sum();
            let expected = sum / (own.len() as f64 + 15.0);
            let found = f64::from(index.informativeness(sentence));
            assert!((found - expected).abs() < 1e-6, "{own:?}: {found} is not {expected}");
        }
        assert_eq!(index.informativeness(5), 0.0, "stop words say nothing");
    }
}
