//! What is kept of the sentences of leaves; where they stand is found again in the texts.

use std::ops::Range;

use crate::document::{Chunk, Document, TextRange};
use crate::error::Result;
use crate::quantized::QuantizedMatrix;
use crate::sentences::sentences;

/// What of sentences is computed by a model, in order of the leaves and of their texts.
#[derive(Clone)]
pub struct SentenceRows {
    vectors: QuantizedMatrix,
    /// Wordpieces of each.
    tokens: Vec<u32>,
}

impl SentenceRows {
    /// None yet, to be filled with rows of `dimensions` values.
    pub fn new(dimensions: usize) -> Self {
        Self { vectors: QuantizedMatrix::new(dimensions), tokens: Vec::new() }
    }

    /// None yet, for rows like those of `other`: see [`QuantizedMatrix::like`].
    pub fn like(other: &Self) -> Self {
        Self { vectors: QuantizedMatrix::like(&other.vectors), tokens: Vec::new() }
    }

    /// `None` unless there are as many of both.
    pub fn from_parts(vectors: QuantizedMatrix, tokens: Vec<u32>) -> Option<Self> {
        (vectors.rows() == tokens.len()).then_some(Self { vectors, tokens })
    }

    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    pub fn vectors(&self) -> &QuantizedMatrix {
        &self.vectors
    }

    pub fn tokens(&self) -> &[u32] {
        &self.tokens
    }

    pub fn push(&mut self, row: &[f32], tokens: u32) {
        self.vectors.push(row);
        self.tokens.push(tokens);
    }

    /// Appends rows of others.
    ///
    /// # Errors
    /// Those of [`QuantizedMatrix::extend`].
    pub fn extend(&mut self, other: &Self, rows: Range<usize>) -> Result<()> {
        self.vectors.extend(&other.vectors, rows.clone())?;
        self.tokens.extend_from_slice(&other.tokens[rows]);
        Ok(())
    }
}

/// The sentences of a leaf, as ranges of its document. Headings are among them.
pub fn leaf_sentences(document: &Document, chunk: &Chunk) -> impl Iterator<Item = TextRange> {
    let start = chunk.range.start;
    sentences(chunk.range.of(&document.text)).into_iter().map(move |range| range.shifted(start))
}
