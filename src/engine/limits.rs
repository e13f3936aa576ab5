//! How much a change may bring in.

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::text::ReadLimits;

/// What a document may be, and how much a collection may hold. Not a part of an index's identity: one that was built under
/// other limits is opened as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Limits {
    /// Bytes of a source's content, in UTF-8.
    pub document_bytes: usize,
    /// Elements of HTML or Markdown that stand in each other.
    pub nesting: usize,
    /// Chunks that one document is cut into.
    pub document_chunks: usize,
    /// Chunks of all documents of the collection.
    pub chunks: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let ReadLimits { bytes, nesting } = ReadLimits::default();
        Self { document_bytes: bytes, nesting, document_chunks: 100_000, chunks: 1_000_000 }
    }
}

impl Limits {
    /// Those of reading one document.
    pub(super) fn reading(&self) -> ReadLimits {
        ReadLimits { bytes: self.document_bytes, nesting: self.nesting }
    }

    /// Checks the chunks that a document has so far.
    ///
    /// # Errors
    /// [`Error::DocumentTooLarge`].
    pub(super) fn check_document(&self, id: &str, chunks: usize) -> Result<()> {
        if chunks <= self.document_chunks {
            return Ok(());
        }
        Err(Error::DocumentTooLarge { id: id.to_owned(), what: "chunks", got: chunks, limit: self.document_chunks })
    }

    /// Checks the chunks that the next state has so far.
    ///
    /// # Errors
    /// [`Error::CollectionTooLarge`].
    pub(super) fn check_collection(&self, chunks: usize) -> Result<()> {
        if chunks <= self.chunks { Ok(()) } else { Err(Error::CollectionTooLarge { got: chunks, limit: self.chunks }) }
    }
}
