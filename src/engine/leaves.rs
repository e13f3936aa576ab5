//! The embeddings of the next state's leaves and of their sentences: looked up in the state before, the rest asked for in
//! batches.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128_with_seed;

use super::state::State;
use super::{STEP_BYTES, chunk_text};
use crate::document::{Chunk, Document};
use crate::error::{Error, Result};
use crate::index::SentenceRows;
use crate::sentences::sentences;
use crate::traits::TokenCounter;
use crate::vector::Matrix;

/// The most texts asked for at a time: enough to sort by length, and to share out among workers.
const BATCH: usize = 1024;
/// Leaves of the state before that are read in a step.
const KNOWN: usize = 1024;

/// Where a leaf's rows come from.
#[derive(Clone, Copy)]
enum Row {
    /// This leaf of the base state.
    Known(usize),
    /// This one of the texts asked for.
    Asked(usize),
}

/// What is known of a text.
struct Known {
    row: Row,
    /// Leaves of the base state with this text that are not in the next one yet, the first of them last.
    free: Vec<u32>,
}

/// The rows of the next state's leaves.
pub struct LeafRows {
    /// One a leaf.
    pub embeddings: Matrix,
    /// One a sentence of each.
    pub sentences: SentenceRows,
    /// Of each leaf, the one of the base state that it is.
    pub origins: Vec<Option<u32>>,
}

/// Finds the rows of each leaf. Equal texts are embedded once.
pub struct LeafEmbeddings {
    base: Arc<State>,
    /// Of each leaf, the one of the base state that it is.
    origins: Vec<Option<u32>>,
    /// Of each leaf of the base state, whether it is known to be in the next one.
    kept: Vec<bool>,
    /// How many of the base state's leaves are in `known`.
    read: usize,
    /// By its [`key`].
    known: BTreeMap<u128, Known>,
    /// Of the leaves so far.
    rows: Vec<Row>,
    /// The leaves whose texts are to be embedded.
    unknown: Vec<usize>,
    /// Texts that are about to be asked for, or were.
    batch: Vec<Asked>,
    awaited: bool,
    /// The embeddings of the first of `unknown`.
    provided: Matrix,
    /// Those of their sentences, and where each text's begin: one more than `provided` has rows.
    sentences: SentenceRows,
    starts: Vec<usize>,
}

/// A leaf's text as it is embedded.
struct Asked {
    text: String,
    /// Which of the text's sentences are the leaf's own; the others are of its headings.
    own: Range<usize>,
    /// Wordpieces of each sentence of the leaf.
    tokens: Vec<u32>,
}

/// What is needed next.
pub enum Need {
    /// Another step.
    Step,
    /// The rows of these and of their sentences, handed to [`LeafEmbeddings::provide`].
    Texts(Vec<String>),
    /// Nothing: all rows are there.
    Nothing,
}

/// The most bytes of headings before a leaf's text: the model reads no more than some hundred words.
const HEADINGS: usize = 200;

/// The innermost headings that a leaf stands under, in a line for its text to follow: a passage often does not repeat what
/// it is about. Empty where there are none.
fn heading_line(documents: &[Arc<Document>], chunk: &Chunk) -> String {
    let path = documents[chunk.document.index()].heading_path(chunk.heading);
    let mut bytes = 0;
    let fits = |heading: &&&str| {
        bytes += heading.len() + 1;
        bytes <= HEADINGS
    };
    let mut line: Vec<&str> = path.iter().rev().take_while(fits).copied().collect();
    line.reverse();
    if line.is_empty() { String::new() } else { line.join(" ") + "\n" }
}

/// What decides a leaf's rows: its text, and the line before it, which is no part of its sentences.
fn key(documents: &[Arc<Document>], chunk: &Chunk) -> u128 {
    let line = heading_line(documents, chunk);
    let seed = line.len() as u64;
    xxh3_128_with_seed((line + chunk_text(documents, chunk)).as_bytes(), seed)
}

impl Asked {
    fn new(documents: &[Arc<Document>], chunk: &Chunk, counter: &dyn TokenCounter) -> Self {
        let line = heading_line(documents, chunk);
        let leaf = chunk_text(documents, chunk);
        let headings = sentences(&line).len();
        let text = counter.break_long_words(&(line + leaf)).into_owned();
        let tokens = sentences(leaf).into_iter().map(|range| counter.count(range.of(leaf)) as u32).collect();
        let own = headings..sentences(&text).len();
        Self { text, own, tokens }
    }
}

impl LeafEmbeddings {
    /// For leaves of which these are leaves of the base state, in documents that were not read again.
    pub fn new(base: Arc<State>, origins: Vec<Option<u32>>) -> Self {
        let dimensions = base.dimensions();
        let mut kept = vec![false; base.chunks.len()];
        origins.iter().flatten().for_each(|&origin| kept[origin as usize] = true);
        Self {
            base,
            origins,
            kept,
            read: 0,
            known: BTreeMap::new(),
            rows: Vec::new(),
            unknown: Vec::new(),
            batch: Vec::new(),
            awaited: false,
            provided: Matrix::new(dimensions),
            sentences: SentenceRows::new(dimensions),
            starts: vec![0],
        }
    }

    /// Texts embedded, and all that will be; no more than is known while leaves are looked up.
    pub fn progress(&self) -> (usize, usize) {
        (self.provided.rows(), self.unknown.len())
    }

    /// Does a little, for the leaves `chunks` of `documents`.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] while embeddings are awaited.
    pub fn step(&mut self, documents: &[Arc<Document>], chunks: &[Chunk], counter: &dyn TokenCounter) -> Result<Need> {
        if self.awaited {
            return Err(Error::OutOfOrder { reason: "embeddings were asked for and not yet provided" });
        }
        if self.read < self.base.chunks.len() {
            let end = self.base.chunks.len().min(self.read + KNOWN);
            // Backwards, so that of several leaves of one text the first is found first.
            for leaf in (self.base.chunks.len() - end..self.base.chunks.len() - self.read).rev() {
                let key = key(&self.base.documents, &self.base.chunks[leaf]);
                let row = Row::Known(leaf);
                let known = self.known.entry(key).or_insert_with(|| Known { row, free: Vec::new() });
                if !self.kept[leaf] {
                    known.free.push(leaf as u32);
                }
            }
            self.read = end;
            return Ok(Need::Step);
        }
        let mut bytes = 0;
        if self.rows.len() < chunks.len() {
            // A hash takes a fraction of what a tokenizer takes.
            while self.rows.len() < chunks.len() && bytes < 16 * STEP_BYTES {
                let leaf = self.rows.len();
                if let Some(origin) = self.origins[leaf] {
                    self.rows.push(Row::Known(origin as usize));
                    continue;
                }
                bytes += chunks[leaf].range.len();
                let known = self.known.entry(key(documents, &chunks[leaf])).or_insert_with(|| {
                    self.unknown.push(leaf);
                    Known { row: Row::Asked(self.unknown.len() - 1), free: Vec::new() }
                });
                self.origins[leaf] = known.free.pop();
                self.rows.push(self.origins[leaf].map_or(known.row, |origin| Row::Known(origin as usize)));
            }
            return Ok(Need::Step);
        }
        let next = self.provided.rows();
        let end = self.unknown.len().min(next + BATCH);
        if next == end {
            return Ok(Need::Nothing);
        }
        while next + self.batch.len() < end && bytes < STEP_BYTES {
            let asked = Asked::new(documents, &chunks[self.unknown[next + self.batch.len()]], counter);
            bytes += asked.text.len();
            self.batch.push(asked);
        }
        if next + self.batch.len() < end {
            return Ok(Need::Step);
        }
        if next == 0 {
            // All that will come, so that it never has to move.
            self.provided = Matrix::with_capacity(self.provided.dimensions(), self.unknown.len());
        }
        self.awaited = true;
        Ok(Need::Texts(self.batch.iter().map(|asked| asked.text.clone()).collect()))
    }

    /// Takes the embeddings that were asked for: for each text its own row, then those of its sentences.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if none were, [`Error::EmbeddingShape`] if they are not as many or of another width.
    pub fn provide(&mut self, embeddings: &Matrix) -> Result<()> {
        if !self.awaited {
            return Err(Error::OutOfOrder { reason: "no embeddings were asked for" });
        }
        let rows: usize = self.batch.iter().map(|asked| 1 + asked.own.end).sum();
        let dimensions = self.provided.dimensions();
        if embeddings.rows() != rows || embeddings.dimensions() != dimensions {
            return Err(Error::EmbeddingShape { expected: rows * dimensions, got: embeddings.values().len() });
        }
        let mut first = 0;
        for Asked { own, tokens, .. } in std::mem::take(&mut self.batch) {
            let whole = embeddings.row(first);
            self.provided.push(whole);
            // A long word that was cut may have ended a sentence. Then nothing says which row is of which.
            let matching = own.len() == tokens.len();
            for (sentence, tokens) in own.clone().zip(&tokens).take(if matching { own.len() } else { 0 }) {
                self.sentences.push(embeddings.row(first + 1 + sentence), *tokens);
            }
            if !matching {
                tokens.iter().for_each(|tokens| self.sentences.push(whole, *tokens));
            }
            self.starts.push(self.sentences.len());
            first += 1 + own.end;
        }
        self.awaited = false;
        Ok(())
    }

    /// All rows, once nothing is needed. The tree looks at all of the leaves', so that they are in memory; those of sentences stay
    /// in their files.
    ///
    /// # Errors
    /// Those of reading rows that are kept in files.
    pub fn finish(self) -> Result<LeafRows> {
        // Mostly a first build: no second copy of all.
        if self.rows.iter().enumerate().all(|(leaf, row)| matches!(row, Row::Asked(text) if *text == leaf)) {
            return Ok(LeafRows { embeddings: self.provided, sentences: self.sentences, origins: self.origins });
        }
        let mut embeddings = Matrix::with_capacity(self.provided.dimensions(), self.rows.len());
        let mut sentences = SentenceRows::like(self.base.sentences.rows());
        for row in self.rows {
            match row {
                Row::Known(leaf) => {
                    embeddings.push(&self.base.leaf_embeddings.row(leaf)?);
                    sentences.extend(self.base.sentences.rows(), self.base.sentences.of_leaf(leaf))?;
                }
                Row::Asked(text) => {
                    embeddings.push(self.provided.row(text));
                    sentences.extend(&self.sentences, self.starts[text]..self.starts[text + 1])?;
                }
            }
        }
        Ok(LeafRows { embeddings, sentences, origins: self.origins })
    }
}
