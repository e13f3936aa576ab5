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
//! was never committed. An export is a journal of one commit that holds everything. Embeddings are raw `f32`s, rows of
//! sentences raw bytes with their scales and tokens, the rest is postcard.

mod journal;
pub mod shards;
mod snapshot;
mod validate;

pub use journal::FORMAT_VERSION;
pub use snapshot::{Snapshot, decode, encode};

#[cfg(test)]
mod tests;
