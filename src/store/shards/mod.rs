//! A collection in many small files, of which a page loads those that a question needs. Nothing here reads or writes a file.
//!
//! All numbers are little-endian. Each file is one shard:
//!
//! | bytes | shard |
//! | --- | --- |
//! | 4 | magic `LFSH` |
//! | 2 | version |
//! | 2 | kind |
//! | 8 | XXH3-64 of the payload, seeded with that of the 8 bytes before |
//! | … | payload |
//!
//! The checksum is also the shard's **name**: what holds the same has the same name, and whoever asks for a name knows whether that
//! is what came. Blocks, of which there are many, have names made of that of their branch ([`block_name`]), which stands for what they
//! hold. Only the [`Root`] is asked for without knowing its name; it names all that is named in no other:
//!
//! | kind | holds | named in |
//! | --- | --- | --- |
//! | [`Root`] | what all questions need: counts, first terms, first leaves | – |
//! | [`Postings`](postings) | the terms of a range with their postings | root |
//! | lengths | of a range of leaves how many terms each has | root |
//! | [`DocumentEntry`]s | id, title, address and metadata of a range of documents | root |
//! | [`FilterEntry`]s | the metadata of a range of documents, for filters | root |
//! | [`Fragment`] | a stretch of a document's text with its leaves and headings | documents |
//! | [`Routes`] | the centers of the tree's branches | root |
//! | [`Branch`] | the leaves of a branch, each with the signs of its embedding | routes |
//! | [`Block`] | the rest of a few of these embeddings | – |

mod bytes;
mod documents;
mod fragments;
mod postings;
mod root;
#[cfg(test)]
mod tests;
mod vectors;

use xxhash_rust::xxh3::xxh3_64_with_seed;

use self::bytes::Reader;
use crate::error::{Error, Result};

pub use documents::{DocumentEntry, FilterEntry, FragmentEntry};
pub use documents::{decode_documents, decode_filters, decode_lengths};
pub use documents::{encode_documents, encode_filters, encode_lengths};
pub use fragments::{Fragment, FragmentHeading, FragmentLeaf};
pub use postings::{TermPostings, decode_postings, encode_postings};
pub use root::{Root, RootPiece};
pub use vectors::{Block, Branch, BranchRow, Code, Route, Routes, block_name, blocks_seed, code_bytes};

/// The version of the format that this code writes and reads.
pub const SHARD_VERSION: u16 = 1;

const MAGIC: &[u8; 4] = b"LFSH";
/// Bytes before the payload, and before the checksum.
const HEADER: usize = 16;
const CHECKED_HEADER: usize = 8;

/// Why a payload cannot be read, however well its checksum matches.
const UNREADABLE: Error = Error::IndexDamaged { reason: "a shard cannot be read" };

/// What a shard holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum ShardKind {
    Root = 0,
    Postings = 1,
    Lengths = 2,
    Documents = 3,
    Filters = 4,
    Fragment = 5,
    Routes = 6,
    Branch = 7,
    Block = 8,
}

impl ShardKind {
    const ALL: [Self; 9] = [
        Self::Root,
        Self::Postings,
        Self::Lengths,
        Self::Documents,
        Self::Filters,
        Self::Fragment,
        Self::Routes,
        Self::Branch,
        Self::Block,
    ];
}

/// A shard as it is written: its name and its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shard {
    pub kind: ShardKind,
    pub name: u64,
    pub bytes: Vec<u8>,
}

impl Shard {
    /// A shard of another name than its checksum.
    fn named(name: u64, kind: ShardKind, payload: &[u8]) -> Self {
        Self { name, ..Self::new(kind, payload) }
    }

    fn new(kind: ShardKind, payload: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(HEADER + payload.len());
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&SHARD_VERSION.to_le_bytes());
        bytes.extend_from_slice(&(kind as u16).to_le_bytes());
        let name = checksum(&bytes, payload);
        bytes.extend_from_slice(&name.to_le_bytes());
        bytes.extend_from_slice(payload);
        Self { kind, name, bytes }
    }
}

fn checksum(header: &[u8], payload: &[u8]) -> u64 {
    // With the seed 0, that of no seed: the other function would be as long again.
    xxh3_64_with_seed(payload, xxh3_64_with_seed(header, 0))
}

/// A shard whose checksum was found right.
#[derive(Debug)]
pub struct CheckedShard<'a> {
    pub kind: ShardKind,
    pub name: u64,
    /// All of it.
    pub bytes: &'a [u8],
    payload: &'a [u8],
}

/// Checks a shard from end to end.
///
/// # Errors
/// [`Error::IndexFormat`] for something else, [`Error::IndexVersion`] for another version, [`Error::IndexDamaged`] for one
/// that is cut short or does not match its checksum.
pub fn check_shard(bytes: &[u8]) -> Result<CheckedShard<'_>> {
    if !bytes.starts_with(MAGIC) {
        return Err(Error::IndexFormat { reason: "it does not begin as a shard" });
    }
    let (header, payload) = bytes.split_at_checked(HEADER).ok_or(Error::IndexDamaged { reason: "it is cut short" })?;
    let number = |at: usize| u16::from_le_bytes([header[at], header[at + 1]]);
    if number(4) != SHARD_VERSION {
        return Err(Error::IndexVersion { expected: SHARD_VERSION.into(), got: number(4).into() });
    }
    let (checked, stored) = header.split_at(CHECKED_HEADER);
    let name = checksum(checked, payload);
    if stored != name.to_le_bytes() {
        return Err(Error::IndexDamaged { reason: "a checksum does not match" });
    }
    let kind = ShardKind::ALL.into_iter().find(|kind| *kind as u16 == number(6));
    let kind = kind.ok_or(Error::IndexDamaged { reason: "a shard is of no known kind" })?;
    Ok(CheckedShard { kind, name, bytes, payload })
}

impl<'a> CheckedShard<'a> {
    /// What `read` takes from the payload of a shard of `kind`, which must be all of it.
    fn read<T>(&self, kind: ShardKind, read: impl FnOnce(&mut Reader<'a>) -> Option<T>) -> Result<T> {
        let mut reader = Reader(self.payload(kind)?);
        let found = read(&mut reader).filter(|_| reader.0.is_empty());
        found.ok_or(UNREADABLE)
    }

    /// The payload of a shard of `kind`.
    fn payload(&self, kind: ShardKind) -> Result<&'a [u8]> {
        if self.kind == kind {
            Ok(self.payload)
        } else {
            Err(Error::IndexDamaged { reason: "a shard is of another kind" })
        }
    }
}
