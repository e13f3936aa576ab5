//! A whole collection as one commit.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::journal::{self, Kind, Writer};
use super::validate::validate;
use crate::document::{Chunk, Document};
use crate::error::{Error, Result};
use crate::index::SentenceRows;
use crate::quantized::QuantizedMatrix;
use crate::tree::Tree;
use crate::vector::Matrix;

/// All that an index holds. What can be made again from it quickly (postings, graphs) is not stored.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// What the index must be opened with.
    pub identity: String,
    pub documents: Vec<Arc<Document>>,
    /// In document order.
    pub chunks: Vec<Chunk>,
    pub tree: Tree,
    /// What the tree's build had to work around.
    pub notes: Vec<String>,
    /// One row a node.
    pub embeddings: Matrix,
    /// One row a sentence, in order of the chunks.
    pub sentences: SentenceRows,
}

/// `snapshot` as a file. The same snapshot gives the same bytes.
pub fn encode(snapshot: &Snapshot) -> Vec<u8> {
    let documents: Vec<&Document> = snapshot.documents.iter().map(Arc::as_ref).collect();
    let mut embeddings = (snapshot.embeddings.dimensions() as u64).to_le_bytes().to_vec();
    embeddings.resize(EMBEDDINGS_HEADER, 0);
    embeddings.extend(snapshot.embeddings.values().iter().flat_map(|value| value.to_le_bytes()));
    let mut writer = Writer::new(&snapshot.identity);
    writer.segment(Kind::Documents, &to_bytes(&documents));
    writer.segment(Kind::Chunks, &to_bytes(&snapshot.chunks));
    writer.segment(Kind::Tree, &to_bytes(&snapshot.tree));
    writer.segment(Kind::Notes, &to_bytes(&snapshot.notes));
    writer.segment(Kind::Embeddings, &embeddings);
    writer.segment(Kind::Sentences, &sentence_bytes(&snapshot.sentences));
    writer.commit();
    writer.into_bytes()
}

/// Dimensions and rows, then the bytes of all rows, their scales, and their tokens.
fn sentence_bytes(sentences: &SentenceRows) -> Vec<u8> {
    let vectors = sentences.vectors();
    let mut bytes = (vectors.dimensions() as u64).to_le_bytes().to_vec();
    bytes.extend((vectors.rows() as u64).to_le_bytes());
    bytes.resize(EMBEDDINGS_HEADER, 0);
    bytes.extend(vectors.bytes().iter().map(|byte| byte.cast_unsigned()));
    bytes.extend(vectors.scales().iter().flat_map(|scale| scale.to_le_bytes()));
    bytes.extend(sentences.tokens().iter().flat_map(|tokens| tokens.to_le_bytes()));
    bytes
}

fn read_sentences(bytes: &[u8]) -> Result<SentenceRows> {
    let damaged = Error::IndexDamaged { reason: "its sentences have the wrong size" };
    let Some((header, rest)) = bytes.split_at_checked(EMBEDDINGS_HEADER) else { return Err(damaged) };
    let number = |from: usize| usize::try_from(read_number(&header[from..from + 8])).ok();
    let sentences = number(0).zip(number(8)).and_then(|(dimensions, rows)| {
        let (values, rest) = rest.split_at_checked(dimensions.checked_mul(rows)?)?;
        let (scales, tokens) = rest.split_at_checked(rows.checked_mul(4)?)?;
        let ((scales, _), (tokens, leftover)) = (scales.as_chunks::<4>(), tokens.as_chunks::<4>());
        let values = values.iter().map(|byte| byte.cast_signed()).collect();
        let scales = scales.iter().map(|&scale| f32::from_le_bytes(scale)).collect();
        let vectors = QuantizedMatrix::from_parts(dimensions, scales, values)?;
        let tokens = tokens.iter().map(|&tokens| u32::from_le_bytes(tokens)).collect();
        SentenceRows::from_parts(vectors, tokens).filter(|_| leftover.is_empty())
    });
    sentences.ok_or(damaged)
}

fn read_number(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0u64, |number, &byte| number << 8 | u64::from(byte))
}

/// Bytes before the rows of an embeddings segment, so that they are as aligned as the segment is.
const EMBEDDINGS_HEADER: usize = 64;

/// Reads a file, and checks that everything in it fits together; of sentences only that they are as wide as leaves, see
/// [`validate_sentences`](super::validate_sentences).
///
/// # Errors
/// Those of [`journal::read`], and [`Error::IndexDamaged`] where a range, a link or a count is impossible.
pub fn decode(bytes: &[u8]) -> Result<Snapshot> {
    let journal = journal::read(bytes)?;
    let documents: Vec<Document> = from_bytes(last(&journal.segments, Kind::Documents)?)?;
    let snapshot = Snapshot {
        identity: journal.identity.to_owned(),
        documents: documents.into_iter().map(Arc::new).collect(),
        chunks: from_bytes(last(&journal.segments, Kind::Chunks)?)?,
        tree: from_bytes(last(&journal.segments, Kind::Tree)?)?,
        notes: from_bytes(last(&journal.segments, Kind::Notes)?)?,
        embeddings: read_embeddings(last(&journal.segments, Kind::Embeddings)?)?,
        sentences: read_sentences(last(&journal.segments, Kind::Sentences)?)?,
    };
    validate(&snapshot)?;
    Ok(snapshot)
}

/// The payload of the last segment of `kind`: a later commit replaces an earlier one.
fn last<'a>(segments: &[(Kind, &'a [u8])], kind: Kind) -> Result<&'a [u8]> {
    let found = segments.iter().rev().find(|(other, _)| *other == kind);
    found.map(|(_, payload)| *payload).ok_or(Error::IndexDamaged { reason: "a segment is missing" })
}

fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(value).expect("plain data can be written to memory")
}

fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        _ => Err(Error::IndexDamaged { reason: "a segment cannot be read" }),
    }
}

fn read_embeddings(bytes: &[u8]) -> Result<Matrix> {
    let damaged = Error::IndexDamaged { reason: "its embeddings have the wrong size" };
    let Some((header, rows)) = bytes.split_at_checked(EMBEDDINGS_HEADER) else { return Err(damaged) };
    let dimensions = read_number(&header[..8]);
    let (values, rest) = rows.as_chunks::<4>();
    let values = values.iter().map(|&value| f32::from_le_bytes(value)).collect();
    match usize::try_from(dimensions).ok().and_then(|dimensions| Matrix::from_values(dimensions, values)) {
        Some(matrix) if rest.is_empty() => Ok(matrix),
        _ => Err(damaged),
    }
}
