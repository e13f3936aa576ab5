//! A whole collection as one commit.

use std::borrow::Cow;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::journal::{self, Kind, LogFile, Payload, Writer};
use super::log::Log;
use super::migrate::Segments;
use super::rows::Rows;
use crate::document::{Chunk, Document};
use crate::error::{Error, Result};
use crate::index::SentenceRows;
use crate::kept::{Embeddings, Sink};
use crate::tree::Tree;

/// All that an index holds. What can be made again from it quickly (postings, graphs) is not stored.
#[derive(Clone)]
pub struct Snapshot {
    /// What the index must be opened with.
    pub identity: String,
    pub documents: Vec<Arc<Document>>,
    /// In document order.
    pub chunks: Vec<Chunk>,
    pub tree: Tree,
    /// What the tree's build had to work around.
    pub notes: Vec<String>,
    /// One row a leaf.
    pub leaves: Embeddings,
    /// One row a summary, in node order.
    pub summaries: Embeddings,
    /// One row a sentence, in order of the chunks.
    pub sentences: SentenceRows,
    /// Where each chunk's sentences begin: one more than there are chunks.
    pub sentence_starts: Vec<u32>,
}

/// What a [`Snapshot`] holds, wherever it stands.
#[derive(Clone, Copy)]
pub struct Contents<'a> {
    pub identity: &'a str,
    pub documents: &'a [Arc<Document>],
    pub chunks: &'a [Chunk],
    pub tree: &'a Tree,
    pub notes: &'a [String],
    pub leaves: &'a Embeddings,
    pub summaries: &'a Embeddings,
    pub sentences: &'a SentenceRows,
    pub sentence_starts: &'a [u32],
}

impl<'a> Contents<'a> {
    pub(super) fn rows(self) -> Rows<'a> {
        Rows {
            leaves: Cow::Borrowed(self.leaves),
            summaries: Cow::Borrowed(self.summaries),
            sentences: Cow::Borrowed(self.sentences),
            starts: Cow::Borrowed(self.sentence_starts),
        }
    }
}

/// Writes all of a state as a file, and answers with its digest. The same contents give the same bytes. A file that later ones go
/// on from after others did says by which `stamp` they know the state; without, the digest is that.
///
/// # Errors
/// Those of `out`, and of reading rows that are kept in files.
pub fn encode(contents: Contents, stamp: Option<u64>, out: &mut dyn Sink) -> Result<u64> {
    let documents: Vec<&Document> = contents.documents.iter().map(Arc::as_ref).collect();
    let mut writer = Writer::new(contents.identity, out)?;
    writer.segment(Kind::Documents, &to_bytes(&documents))?;
    writer.segment(Kind::Chunks, &to_bytes(&contents.chunks))?;
    writer.segment(Kind::Tree, &to_bytes(contents.tree))?;
    writer.segment(Kind::Notes, &to_bytes(&contents.notes))?;
    contents.rows().write(&mut writer)?;
    if let Some(stamp) = stamp {
        writer.segment(Kind::Stamp, &stamp.to_le_bytes())?;
    }
    writer.commit()?;
    Ok(writer.digest())
}

/// Reads a file that holds all of a state, and checks that everything in it fits together; of sentences only how many rows
/// they have, see [`validate_sentences`](super::validate_sentences).
///
/// # Errors
/// [`Error::IndexFormat`] for something else, [`Error::IndexVersion`] for another version, [`Error::IndexDamaged`] for a file
/// that is cut short or does not match its checksums, and where a range, a link or a count is impossible.
pub fn decode(bytes: &[u8]) -> Result<Snapshot> {
    Log::read(&LogFile::Held(&bytes))?.finish()
}

/// The rows alone of a file that holds all of a state.
///
/// # Errors
/// As [`decode`].
pub fn read_rows(file: &LogFile) -> Result<Rows<'static>> {
    take_rows(&mut journal::read(file)?.segments)
}

/// Takes out the rows.
pub(super) fn take_rows(segments: &mut Segments) -> Result<Rows<'static>> {
    Rows::read(&take_last(segments, Kind::Embeddings)?, &take_last(segments, Kind::Sentences)?)
}

/// Takes out the payload of the last segment of `kind`: a later commit replaces an earlier one. So each is let go of once it is
/// read, while the others still are.
pub(super) fn take_last(segments: &mut Segments, kind: Kind) -> Result<Payload> {
    let found = segments.iter().rposition(|(other, _)| *other == kind);
    let index = found.ok_or(Error::IndexDamaged { reason: "a segment is missing" })?;
    Ok(segments.remove(index).1)
}

pub(super) fn to_bytes(value: &impl Serialize) -> Vec<u8> {
    postcard::to_allocvec(value).expect("plain data can be written to memory")
}

pub(super) fn from_bytes<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    match postcard::take_from_bytes(bytes) {
        Ok((value, [])) => Ok(value),
        _ => Err(Error::IndexDamaged { reason: "a segment cannot be read" }),
    }
}
