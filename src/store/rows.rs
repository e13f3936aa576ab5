//! Rows of embeddings as bytes and back.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use super::damaged;
use super::journal::{Kind, Payload, Writer};
use crate::error::Result;
use crate::index::SentenceRows;
use crate::kept::{Embeddings, KeptRows};
use crate::quantized::QuantizedMatrix;
use crate::vector::Matrix;

/// Bytes before the rows of a segment, so that they are as aligned as the segment is.
const HEADER: usize = 64;
/// About how many bytes are written together.
const PIECE: usize = 1 << 18;

/// The rows that one file holds, or a state in memory.
pub struct Rows<'a> {
    pub leaves: Cow<'a, Embeddings>,
    pub summaries: Cow<'a, Embeddings>,
    pub sentences: Cow<'a, SentenceRows>,
    /// Where each leaf's sentences begin: one more than there are leaves.
    pub starts: Cow<'a, [u32]>,
}

impl Rows<'_> {
    pub fn dimensions(&self) -> usize {
        self.leaves.dimensions()
    }

    /// Whether none of them are in memory.
    pub fn are_kept(&self) -> bool {
        let kept = |embeddings: &Embeddings| matches!(embeddings, Embeddings::Kept(..));
        kept(&self.leaves) && kept(&self.summaries) && self.sentences.vectors().is_kept()
    }

    /// The numbers of a leaf's sentences.
    pub fn sentences_of(&self, leaf: usize) -> Range<usize> {
        self.starts[leaf] as usize..self.starts[leaf + 1] as usize
    }

    /// Writes the segments that [`read`](Self::read) reads.
    ///
    /// # Errors
    /// Those of the file that is written to, and of reading rows that are kept in files.
    pub fn write(&self, writer: &mut Writer) -> Result<()> {
        writer.segment_of(Kind::Embeddings, &|put| self.put_embeddings(put))?;
        writer.segment_of(Kind::Sentences, &|put| self.put_sentences(put))
    }

    /// Dimensions and rows of leaves, then all rows: those of leaves, those of summaries.
    fn put_embeddings(&self, put: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        put(&header(&[self.dimensions(), self.leaves.rows()]))?;
        let mut piece = Vec::with_capacity(PIECE);
        for rows in [&self.leaves, &self.summaries] {
            rows.for_each(&mut |_, row| {
                if piece.len() + 4 * row.len() > PIECE {
                    put(&piece)?;
                    piece.clear();
                }
                piece.extend(row.iter().flat_map(|value| value.to_le_bytes()));
                Ok(())
            })?;
        }
        put(&piece)
    }

    /// Dimensions, rows and leaves, then the bytes of all rows, their scales, their tokens, and how many of them each leaf has.
    fn put_sentences(&self, put: &mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let vectors = self.sentences.vectors();
        put(&header(&[vectors.dimensions(), vectors.rows(), self.starts.len() - 1]))?;
        let together = (PIECE / vectors.dimensions().max(1)).max(1);
        for first in (0..vectors.rows()).step_by(together) {
            let bytes = vectors.bytes(first..vectors.rows().min(first + together))?;
            put(&bytes.iter().map(|byte| byte.cast_unsigned()).collect::<Vec<u8>>())?;
        }
        let words = |words: &mut dyn Iterator<Item = [u8; 4]>| words.flatten().collect::<Vec<u8>>();
        put(&words(&mut vectors.scales().iter().map(|scale| scale.to_le_bytes())))?;
        put(&words(&mut self.sentences.tokens().iter().map(|tokens| tokens.to_le_bytes())))?;
        put(&words(&mut self.starts.windows(2).map(|pair| (pair[1] - pair[0]).to_le_bytes())))
    }

    /// Reads the segments of embeddings and of sentences; rows that are kept in files stay there, checked.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`](crate::Error::IndexDamaged) for the wrong size, where the two do not fit together or a value is not a number;
    /// [`Error::Storage`](crate::Error::Storage) if they cannot be read.
    pub fn read(embeddings: &Payload, sentences: &Payload) -> Result<Rows<'static>> {
        let (leaves, summaries) = read_embeddings(embeddings)?.ok_or(damaged("its embeddings have the wrong size"))?;
        let (sentences, starts) = read_sentences(sentences)?.ok_or(damaged("its sentences have the wrong size"))?;
        if sentences.vectors().dimensions() != leaves.dimensions() {
            return Err(damaged("sentences are of another width than leaves"));
        }
        if starts.len() != leaves.rows() + 1 {
            return Err(damaged("there is not one row a leaf"));
        }
        for rows in [&leaves, &summaries] {
            rows.for_each(&mut |_, row| {
                let numbers = row.iter().all(|value| value.is_finite());
                if numbers { Ok(()) } else { Err(damaged("an embedding is not a number")) }
            })?;
        }
        let (leaves, summaries) = (Cow::Owned(leaves), Cow::Owned(summaries));
        Ok(Rows { leaves, summaries, sentences: Cow::Owned(sentences), starts: Cow::Owned(starts) })
    }
}

fn read_embeddings(payload: &Payload) -> Result<Option<(Embeddings, Embeddings)>> {
    let Some([dimensions, leaves]) = numbers(payload)? else { return Ok(None) };
    let Some(bytes) = dimensions.checked_mul(4) else { return Ok(None) };
    let Some(rows) = rows_in(payload, bytes, leaves) else { return Ok(None) };
    let parts = match payload {
        Payload::Read(payload) => {
            let (leaves, summaries) = payload[HEADER..].split_at(leaves * bytes);
            read_matrix(dimensions, leaves).zip(read_matrix(dimensions, summaries))
        }
        Payload::Kept(section) => {
            let kept = |first: usize, count: usize| {
                let mut kept = KeptRows::new(bytes);
                kept.push(section, (HEADER + first * bytes) as u64, count);
                Embeddings::Kept(dimensions, Arc::new(kept))
            };
            // A last row that is cut short.
            let whole = section.len() == (HEADER + rows * bytes) as u64;
            whole.then(|| (kept(0, leaves), kept(leaves, rows - leaves)))
        }
    };
    Ok(parts)
}

fn read_matrix(dimensions: usize, bytes: &[u8]) -> Option<Embeddings> {
    let (values, rest) = bytes.as_chunks::<4>();
    let values = values.iter().map(|&value| f32::from_le_bytes(value)).collect();
    Matrix::from_values(dimensions, values).filter(|_| rest.is_empty()).map(Embeddings::from)
}

fn read_sentences(payload: &Payload) -> Result<Option<(SentenceRows, Vec<u32>)>> {
    let Some([dimensions, rows, leaves]) = numbers(payload)? else { return Ok(None) };
    if rows_in(payload, dimensions, rows).is_none() {
        return Ok(None);
    }
    let start = HEADER + rows * dimensions;
    let rest = match payload {
        Payload::Read(bytes) => Cow::Borrowed(&bytes[start..]),
        Payload::Kept(section) => {
            let mut rest = vec![0; (section.len() - start as u64) as usize];
            section.read(start as u64, &mut rest)?;
            Cow::Owned(rest)
        }
    };
    let parts = || {
        let (scales, rest) = rest.split_at_checked(rows.checked_mul(4)?)?;
        let (tokens, counts) = rest.split_at_checked(scales.len())?;
        if counts.len() != leaves.checked_mul(4)? {
            return None;
        }
        let scales = scales.as_chunks::<4>().0.iter().map(|&scale| f32::from_le_bytes(scale)).collect();
        let vectors = match payload {
            Payload::Read(bytes) => {
                let values = bytes[HEADER..start].iter().map(|byte| byte.cast_signed()).collect();
                QuantizedMatrix::from_parts(dimensions, scales, values)?
            }
            Payload::Kept(section) => {
                let mut kept = KeptRows::new(dimensions);
                kept.push(section, HEADER as u64, rows);
                QuantizedMatrix::from_kept(dimensions, scales, kept)?
            }
        };
        let mut starts = vec![0u32];
        for &count in counts.as_chunks::<4>().0 {
            starts.push(starts[starts.len() - 1].checked_add(u32::from_le_bytes(count))?);
        }
        let tokens = tokens.as_chunks::<4>().0.iter().map(|&tokens| u32::from_le_bytes(tokens)).collect();
        let whole = starts[leaves] as usize == rows;
        SentenceRows::from_parts(vectors, tokens).filter(|_| whole).map(|sentences| (sentences, starts))
    };
    Ok(parts())
}

/// How many rows of `width` bytes there is room for; `None` unless `least` of them fit.
fn rows_in(payload: &Payload, width: usize, least: usize) -> Option<usize> {
    let size = match payload {
        Payload::Read(bytes) => bytes.len(),
        Payload::Kept(section) => usize::try_from(section.len()).ok()?,
    };
    let rows = size.checked_sub(HEADER)?.checked_div(width).unwrap_or(0);
    (rows >= least).then_some(rows)
}

fn header(numbers: &[usize]) -> Vec<u8> {
    let mut bytes: Vec<u8> = numbers.iter().flat_map(|&number| (number as u64).to_le_bytes()).collect();
    bytes.resize(HEADER, 0);
    bytes
}

/// The first numbers of a payload's header, if it has one.
fn numbers<const COUNT: usize>(payload: &Payload) -> Result<Option<[usize; COUNT]>> {
    let mut header = [0; HEADER];
    match payload {
        Payload::Read(bytes) => match bytes.first_chunk() {
            Some(first) => header = *first,
            None => return Ok(None),
        },
        Payload::Kept(section) if section.len() >= HEADER as u64 => section.read(0, &mut header)?,
        Payload::Kept(_) => return Ok(None),
    }
    let (words, _) = header.as_chunks::<8>();
    let mut numbers = [0; COUNT];
    for (number, &word) in numbers.iter_mut().zip(words) {
        match usize::try_from(u64::from_le_bytes(word)) {
            Ok(word) => *number = word,
            Err(_) => return Ok(None),
        }
    }
    Ok(Some(numbers))
}
