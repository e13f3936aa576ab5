//! A collection to bytes and back. Nothing here reads or writes a file.
//!
//! All numbers are little-endian. A file is a header and the segments of a journal:
//!
//! | bytes | header |
//! | --- | --- |
//! | 8 | magic `LEAFCUT\n` |
//! | 4 | format version |
//! | 4 | length of the identity |
//! | 8 | XXH3-64 of the header with this field zero, identity included |
//! | … | identity, UTF-8, then zeros up to a multiple of 64 |
//!
//! | bytes | segment |
//! | --- | --- |
//! | 4 | kind |
//! | 4 | zero |
//! | 8 | number of the commit that it belongs to, from 1 |
//! | 8 | length of the payload |
//! | 8 | XXH3-64 of the payload, seeded with that of the 24 bytes before |
//! | 32 | zeros, so that the payload begins at a multiple of 64 and vectors can be read in place |
//! | … | payload, then zeros up to a multiple of 64 |
//!
//! The segments of a commit stand together, and a commit segment, without payload, closes them: what follows the last one
//! was never committed. Kinds of segments from 4096 on hold what can be made again from the others; a file may lack them.
//! Embeddings are raw `f32`s, rows of sentences raw bytes with their scales and tokens, the rest is postcard.
//!
//! A collection that is kept is a *log* of such files, each of one commit: a whole state first, then *deltas*, each with what the
//! state after it has that the one before had not (`delta.rs`). A delta names the state before by its stamp: the digest of the
//! file that led to it, or for a whole state that was written in place of a log the stamp that it carries on. So a log that
//! misses a file, or holds one of another, is found out. An export is a whole state without a stamp: it says nothing of how the
//! state came about.

mod delta;
#[cfg(feature = "keyword")]
mod derived;
mod journal;
mod log;
mod migrate;
mod rows;
pub mod shards;
mod snapshot;
mod validate;

use crate::error::Error;
pub use delta::encode_delta;
#[cfg(feature = "keyword")]
pub use derived::{Derived, KeptDerived, decode_derived, encode_derived, fingerprint};
pub use journal::{FORMAT_VERSION, LogFile};
pub use log::Log;
pub use rows::Rows;
pub use snapshot::{Contents, Snapshot, decode, encode, read_rows};
pub use validate::validate_sentences;

/// What is said of a file that cannot be.
fn damaged(reason: &'static str) -> Error {
    Error::IndexDamaged { reason }
}

#[cfg(test)]
mod tests;
