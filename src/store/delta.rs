//! What a state has that the one before it had not.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::journal::{Kind, Writer};
use super::rows::Rows;
use super::snapshot::{Contents, to_bytes};
use crate::document::{Chunk, Document};
use crate::error::Result;
use crate::index::SentenceRows;
use crate::kept::{Embeddings, Sink};
use crate::vector::Matrix;

/// How the next state is put together from the one before and from what the file holds.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delta {
    /// The stamp of the state before.
    pub base: u64,
    pub documents: Vec<Run>,
    /// Rows of leaves, each with those of its sentences.
    pub leaves: Vec<Run>,
    /// Rows of summaries.
    pub summaries: Vec<Run>,
}

/// Some in a row that are alike.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Where they begin in the state before; `None` for the next of those in the file.
    pub from: Option<u32>,
    pub count: u32,
}

/// Writes the file that makes `next` of `base`, whose stamp is given, and answers with its digest. The tree and the notes are whole
/// in it; of documents, chunks and rows only what is new.
///
/// # Errors
/// Those of `out`, and of reading rows that are kept in files.
pub fn encode_delta(base: Contents, stamp: u64, next: Contents, out: &mut dyn Sink) -> Result<u64> {
    let mut delta = Delta { base: stamp, ..Delta::default() };
    let (mut documents, mut chunks): (Vec<&Document>, Vec<&Chunk>) = Default::default();
    let places: BTreeMap<*const Document, usize> = base.documents.iter().map(Arc::as_ptr).zip(0..).collect();
    for (index, document) in next.documents.iter().enumerate() {
        let own = &next.chunks[chunks_of(next.chunks, index)];
        let kept = places.get(&Arc::as_ptr(document)).copied().filter(|&place| {
            let before = &base.chunks[chunks_of(base.chunks, place)];
            before.len() == own.len() && before.iter().zip(own).all(|(a, b)| is_same_chunk(a, b))
        });
        push(&mut delta.documents, kept);
        if kept.is_none() {
            documents.push(document);
            chunks.extend(own);
        }
    }
    let (before, after) = (base.rows(), next.rows());
    let mut leaves = Matrix::new(after.dimensions());
    let (mut sentences, mut starts) = (SentenceRows::like(&after.sentences), vec![0]);
    let known = by_fingerprint(&before.leaves)?;
    after.leaves.for_each(&mut |leaf, row| {
        let is_same = |other: usize| is_same_leaf(&before, other, &after, leaf, row);
        let kept = find(&delta.leaves, &known, row, before.leaves.rows(), is_same)?;
        push(&mut delta.leaves, kept);
        if kept.is_none() {
            leaves.push(row);
            sentences.extend(&after.sentences, after.sentences_of(leaf))?;
            starts.push(sentences.len() as u32);
        }
        Ok(())
    })?;
    let mut summaries = Matrix::new(after.dimensions());
    let known = by_fingerprint(&before.summaries)?;
    after.summaries.for_each(&mut |_, row| {
        let is_same = |other: usize| Ok(is_same_row(&before.summaries.row(other)?, row));
        let kept = find(&delta.summaries, &known, row, before.summaries.rows(), is_same)?;
        push(&mut delta.summaries, kept);
        if kept.is_none() {
            summaries.push(row);
        }
        Ok(())
    })?;
    let (leaves, summaries) = (Cow::Owned(leaves.into()), Cow::Owned(summaries.into()));
    let rows = Rows { leaves, summaries, sentences: Cow::Owned(sentences), starts: starts.into() };
    let mut writer = Writer::new(next.identity, out)?;
    writer.segment(Kind::Delta, &to_bytes(&delta))?;
    writer.segment(Kind::Documents, &to_bytes(&documents))?;
    writer.segment(Kind::Chunks, &to_bytes(&chunks))?;
    writer.segment(Kind::Tree, &to_bytes(next.tree))?;
    writer.segment(Kind::Notes, &to_bytes(&next.notes))?;
    rows.write(&mut writer)?;
    writer.commit()?;
    Ok(writer.digest())
}

/// Where the chunks of a document stand among all, which are in document order.
fn chunks_of(chunks: &[Chunk], document: usize) -> Range<usize> {
    let before = |document: usize| chunks.partition_point(|chunk| chunk.document.index() < document);
    before(document)..before(document + 1)
}

fn is_same_chunk(a: &Chunk, b: &Chunk) -> bool {
    (a.range, a.heading, a.tokens) == (b.range, b.heading, b.tokens)
}

/// Adds one to the last run, or begins another.
fn push(runs: &mut Vec<Run>, kept: Option<usize>) {
    let from = kept.map(|place| place as u32);
    match runs.last_mut() {
        Some(Run { from: None, count }) if from.is_none() => *count += 1,
        Some(Run { from: Some(start), count }) if from == Some(*start + *count) => *count += 1,
        _ => runs.push(Run { from, count: 1 }),
    }
}

/// The place in the state before of what `is_same`: the one that goes on from the last run, else one of the same fingerprint.
fn find(
    runs: &[Run],
    known: &BTreeMap<u64, usize>,
    row: &[f32],
    rows: usize,
    is_same: impl Fn(usize) -> Result<bool>,
) -> Result<Option<usize>> {
    let next = match runs.last() {
        Some(Run { from: Some(start), count }) => Some((start + count) as usize),
        Some(_) => None,
        None => Some(0),
    };
    for place in next.filter(|&next| next < rows).into_iter().chain(known.get(&fingerprint(row)).copied()) {
        if is_same(place)? {
            return Ok(Some(place));
        }
    }
    Ok(None)
}

fn by_fingerprint(rows: &Embeddings) -> Result<BTreeMap<u64, usize>> {
    let mut known = BTreeMap::new();
    rows.for_each(&mut |index, row| {
        known.insert(fingerprint(row), index);
        Ok(())
    })?;
    Ok(known)
}

/// Nearly always another one for another row.
fn fingerprint(row: &[f32]) -> u64 {
    row.iter().fold(0u64, |hash, value| {
        (hash.rotate_left(5) ^ u64::from(value.to_bits())).wrapping_mul(0x9e37_79b9_7f4a_7c15)
    })
}

fn is_same_row(a: &[f32], b: &[f32]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.to_bits() == b.to_bits())
}

/// Whether leaf `leaf` of `a` is `other` of `b`, whose row is given.
fn is_same_leaf(a: &Rows, leaf: usize, b: &Rows, other: usize, row: &[f32]) -> Result<bool> {
    if !is_same_row(&a.leaves.row(leaf)?, row) {
        return Ok(false);
    }
    let (a_rows, b_rows) = (a.sentences_of(leaf), b.sentences_of(other));
    let (a, b) = (&a.sentences, &b.sentences);
    Ok(a.tokens()[a_rows.clone()] == b.tokens()[b_rows.clone()]
        && is_same_row(&a.vectors().scales()[a_rows.clone()], &b.vectors().scales()[b_rows.clone()])
        && a.vectors().bytes(a_rows)? == b.vectors().bytes(b_rows)?)
}
