//! Rows of embeddings as bytes and back.

use std::borrow::Cow;

use crate::error::{Error, Result};
use crate::index::SentenceRows;
use crate::quantized::QuantizedMatrix;
use crate::vector::Matrix;

/// Bytes before the rows of a segment, so that they are as aligned as the segment is.
const HEADER: usize = 64;

/// The rows that one file holds, or a state in memory.
pub struct Rows<'a> {
    pub leaves: Cow<'a, Matrix>,
    pub summaries: Cow<'a, Matrix>,
    pub sentences: Cow<'a, SentenceRows>,
    /// Where each leaf's sentences begin: one more than there are leaves.
    pub starts: Cow<'a, [u32]>,
}

impl Rows<'_> {
    pub fn dimensions(&self) -> usize {
        self.leaves.dimensions()
    }

    /// The numbers of a leaf's sentences.
    pub fn sentences_of(&self, leaf: usize) -> std::ops::Range<usize> {
        self.starts[leaf] as usize..self.starts[leaf + 1] as usize
    }

    /// As [`read_embeddings`] and [`read_sentences`] read them.
    pub fn to_bytes(&self) -> (Vec<u8>, Vec<u8>) {
        (embedding_bytes(&self.leaves, &self.summaries), sentence_bytes(&self.sentences, &self.starts))
    }

    /// # Errors
    /// [`Error::IndexDamaged`] for the wrong size, or where the two do not fit together.
    pub fn read(embeddings: &[u8], sentences: &[u8]) -> Result<Rows<'static>> {
        let (leaves, summaries) =
            read_embeddings(embeddings).ok_or(Error::IndexDamaged { reason: "its embeddings have the wrong size" })?;
        let (sentences, starts) =
            read_sentences(sentences).ok_or(Error::IndexDamaged { reason: "its sentences have the wrong size" })?;
        if sentences.vectors().dimensions() != leaves.dimensions() {
            return Err(Error::IndexDamaged { reason: "sentences are of another width than leaves" });
        }
        if starts.len() != leaves.rows() + 1 {
            return Err(Error::IndexDamaged { reason: "there is not one row a leaf" });
        }
        let (leaves, summaries) = (Cow::Owned(leaves), Cow::Owned(summaries));
        Ok(Rows { leaves, summaries, sentences: Cow::Owned(sentences), starts: Cow::Owned(starts) })
    }
}

/// Dimensions and rows of leaves, then all rows: those of leaves, those of summaries.
fn embedding_bytes(leaves: &Matrix, summaries: &Matrix) -> Vec<u8> {
    let mut bytes = header(&[leaves.dimensions(), leaves.rows()]);
    bytes.reserve_exact(4 * (leaves.values().len() + summaries.values().len()));
    let values = leaves.values().iter().chain(summaries.values());
    bytes.extend(values.flat_map(|value| value.to_le_bytes()));
    bytes
}

fn read_embeddings(bytes: &[u8]) -> Option<(Matrix, Matrix)> {
    let (header, rows) = bytes.split_at_checked(HEADER)?;
    let [dimensions, leaves] = numbers(header)?;
    let (leaves, summaries) = rows.split_at_checked(leaves.checked_mul(dimensions)?.checked_mul(4)?)?;
    Some((read_matrix(dimensions, leaves)?, read_matrix(dimensions, summaries)?))
}

fn read_matrix(dimensions: usize, bytes: &[u8]) -> Option<Matrix> {
    let (values, rest) = bytes.as_chunks::<4>();
    let values = values.iter().map(|&value| f32::from_le_bytes(value)).collect();
    Matrix::from_values(dimensions, values).filter(|_| rest.is_empty())
}

/// Dimensions, rows and leaves, then the bytes of all rows, their scales, their tokens, and how many of them each leaf has.
fn sentence_bytes(sentences: &SentenceRows, starts: &[u32]) -> Vec<u8> {
    let vectors = sentences.vectors();
    let mut bytes = header(&[vectors.dimensions(), vectors.rows(), starts.len() - 1]);
    bytes.extend(vectors.bytes().iter().map(|byte| byte.cast_unsigned()));
    bytes.extend(vectors.scales().iter().flat_map(|scale| scale.to_le_bytes()));
    bytes.extend(sentences.tokens().iter().flat_map(|tokens| tokens.to_le_bytes()));
    bytes.extend(starts.windows(2).flat_map(|pair| (pair[1] - pair[0]).to_le_bytes()));
    bytes
}

fn read_sentences(bytes: &[u8]) -> Option<(SentenceRows, Vec<u32>)> {
    let (header, rest) = bytes.split_at_checked(HEADER)?;
    let [dimensions, rows, leaves] = numbers(header)?;
    let (values, rest) = rest.split_at_checked(dimensions.checked_mul(rows)?)?;
    let (scales, rest) = rest.split_at_checked(rows.checked_mul(4)?)?;
    let (tokens, counts) = rest.split_at_checked(rows.checked_mul(4)?)?;
    if counts.len() != leaves.checked_mul(4)? {
        return None;
    }
    let values = values.iter().map(|byte| byte.cast_signed()).collect();
    let scales = scales.as_chunks::<4>().0.iter().map(|&scale| f32::from_le_bytes(scale)).collect();
    let vectors = QuantizedMatrix::from_parts(dimensions, scales, values)?;
    let mut starts = vec![0u32];
    for &count in counts.as_chunks::<4>().0 {
        starts.push(starts[starts.len() - 1].checked_add(u32::from_le_bytes(count))?);
    }
    let tokens = tokens.as_chunks::<4>().0.iter().map(|&tokens| u32::from_le_bytes(tokens)).collect();
    let whole = starts[leaves] as usize == rows;
    SentenceRows::from_parts(vectors, tokens).filter(|_| whole).map(|sentences| (sentences, starts))
}

fn header(numbers: &[usize]) -> Vec<u8> {
    let mut bytes: Vec<u8> = numbers.iter().flat_map(|&number| (number as u64).to_le_bytes()).collect();
    bytes.resize(HEADER, 0);
    bytes
}

/// The first numbers of a header.
fn numbers<const COUNT: usize>(header: &[u8]) -> Option<[usize; COUNT]> {
    let (words, _) = header.as_chunks::<8>();
    let mut numbers = [0; COUNT];
    for (number, &word) in numbers.iter_mut().zip(words) {
        *number = usize::try_from(u64::from_le_bytes(word)).ok()?;
    }
    Some(numbers)
}
