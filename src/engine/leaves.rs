//! The embeddings of the next state's leaves: looked up in the state before, the rest asked for in batches.

use std::collections::BTreeMap;
use std::sync::Arc;

use xxhash_rust::xxh3::xxh3_128;

use super::state::State;
use super::{STEP_BYTES, chunk_text};
use crate::document::{Chunk, Document};
use crate::error::{Error, Result};
use crate::traits::TokenCounter;
use crate::vector::Matrix;

/// The most texts asked for at a time: enough to sort by length, and to share out among workers.
const BATCH: usize = 1024;
/// Leaves of the state before that are read in a step.
const KNOWN: usize = 1024;

/// Where a leaf's embedding comes from.
#[derive(Clone, Copy)]
enum Row {
    /// This row of the base state.
    Known(usize),
    /// This one of the texts asked for.
    Asked(usize),
}

/// Finds a row for each leaf. Equal texts are embedded once.
pub struct LeafEmbeddings {
    base: Arc<State>,
    /// How many of the base state's leaves are in `known`.
    read: usize,
    /// By the hash of its text.
    known: BTreeMap<u128, Row>,
    /// Of the leaves so far.
    rows: Vec<Row>,
    /// The leaves whose texts are to be embedded.
    unknown: Vec<usize>,
    /// Texts that are about to be asked for, or were.
    batch: Vec<String>,
    awaited: bool,
    /// The embeddings of the first of `unknown`.
    provided: Matrix,
}

/// What is needed next.
pub enum Need {
    /// Another step.
    Step,
    /// Embeddings of these, handed to [`LeafEmbeddings::provide`].
    Texts(Vec<String>),
    /// Nothing: all rows are there.
    Nothing,
}

impl LeafEmbeddings {
    pub fn new(base: Arc<State>) -> Self {
        let provided = Matrix::new(base.dimensions());
        Self {
            base,
            read: 0,
            known: BTreeMap::new(),
            rows: Vec::new(),
            unknown: Vec::new(),
            batch: Vec::new(),
            awaited: false,
            provided,
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
            for row in self.read..end {
                let text = chunk_text(&self.base.documents, &self.base.chunks[row]);
                self.known.insert(xxh3_128(text.as_bytes()), Row::Known(row));
            }
            self.read = end;
            return Ok(Need::Step);
        }
        let mut bytes = 0;
        if self.rows.len() < chunks.len() {
            // A hash takes a fraction of what a tokenizer takes.
            while self.rows.len() < chunks.len() && bytes < 16 * STEP_BYTES {
                let leaf = self.rows.len();
                let text = chunk_text(documents, &chunks[leaf]);
                bytes += text.len();
                let row = *self.known.entry(xxh3_128(text.as_bytes())).or_insert_with(|| {
                    self.unknown.push(leaf);
                    Row::Asked(self.unknown.len() - 1)
                });
                self.rows.push(row);
            }
            return Ok(Need::Step);
        }
        let next = self.provided.rows();
        let end = self.unknown.len().min(next + BATCH);
        if next == end {
            return Ok(Need::Nothing);
        }
        while next + self.batch.len() < end && bytes < STEP_BYTES {
            let text = chunk_text(documents, &chunks[self.unknown[next + self.batch.len()]]);
            bytes += text.len();
            self.batch.push(counter.break_long_words(text).into_owned());
        }
        if next + self.batch.len() < end {
            return Ok(Need::Step);
        }
        self.awaited = true;
        Ok(Need::Texts(std::mem::take(&mut self.batch)))
    }

    /// Takes the embeddings that were asked for.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] if none were, [`Error::EmbeddingShape`] if they are not as many or of another width.
    pub fn provide(&mut self, embeddings: &Matrix) -> Result<()> {
        if !self.awaited {
            return Err(Error::OutOfOrder { reason: "no embeddings were asked for" });
        }
        let asked = self.unknown.len().min(self.provided.rows() + BATCH) - self.provided.rows();
        let dimensions = self.provided.dimensions();
        if embeddings.rows() != asked || embeddings.dimensions() != dimensions {
            return Err(Error::EmbeddingShape { expected: asked * dimensions, got: embeddings.values().len() });
        }
        embeddings.iter().for_each(|row| self.provided.push(row));
        self.awaited = false;
        Ok(())
    }

    /// One row a leaf, once nothing is needed.
    pub fn finish(self) -> Matrix {
        let mut embeddings = Matrix::new(self.provided.dimensions());
        for row in self.rows {
            embeddings.push(match row {
                Row::Known(row) => self.base.leaf_embeddings.row(row),
                Row::Asked(text) => self.provided.row(text),
            });
        }
        embeddings
    }
}
