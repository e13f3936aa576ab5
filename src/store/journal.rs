//! The header and the segments of a file, their checksums and their alignment.

use std::borrow::Cow;

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

use super::damaged;
use super::migrate::{OLDEST_VERSION, Segments, migrate};
use crate::error::{Error, Result};

/// The version of the format that this code writes.
pub const FORMAT_VERSION: u32 = 4;

const MAGIC: &[u8; 8] = b"LEAFCUT\n";
const ALIGNMENT: usize = 64;
/// Bytes of the header before the identity.
const FIXED_HEADER: usize = 24;
/// Bytes of a segment before its payload.
const SEGMENT_HEADER: usize = 64;
/// Where in a segment's header the checksum stands, and with it how many bytes before it are checked.
const SEGMENT_CHECKSUM: usize = 24;

/// What a segment holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    Commit = 0,
    Documents = 1,
    Chunks = 2,
    Tree = 3,
    Embeddings = 4,
    Notes = 5,
    Sentences = 6,
    Delta = 7,
    Stamp = 8,
    Derived = DERIVED,
}

/// Kinds from here on hold what can be made again from the others: a file may lack them, and who does not know one passes
/// over it.
const DERIVED: u32 = 0x1000;

impl Kind {
    fn from_number(number: u32) -> Option<Self> {
        const ALL: [Kind; 10] = [
            Kind::Commit,
            Kind::Documents,
            Kind::Chunks,
            Kind::Tree,
            Kind::Embeddings,
            Kind::Notes,
            Kind::Sentences,
            Kind::Delta,
            Kind::Stamp,
            Kind::Derived,
        ];
        ALL.into_iter().find(|kind| *kind as u32 == number)
    }
}

/// Writes a file, commit by commit.
pub struct Writer {
    bytes: Vec<u8>,
    commit: u64,
}

impl Writer {
    /// Begins a file for indexes of this identity.
    pub fn new(identity: &str) -> Self {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&(identity.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(identity.as_bytes());
        pad(&mut bytes);
        let checksum = xxh3_64(&bytes);
        bytes[16..FIXED_HEADER].copy_from_slice(&checksum.to_le_bytes());
        Self { bytes, commit: 1 }
    }

    /// Adds a segment to the commit under way.
    pub fn segment(&mut self, kind: Kind, payload: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&(kind as u32).to_le_bytes());
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.extend_from_slice(&self.commit.to_le_bytes());
        self.bytes.extend_from_slice(&(payload.len() as u64).to_le_bytes());
        let checksum = checksum(&self.bytes[start..], payload);
        self.bytes.extend_from_slice(&checksum.to_le_bytes());
        pad(&mut self.bytes);
        self.bytes.extend_from_slice(payload);
        pad(&mut self.bytes);
    }

    /// Closes the commit under way.
    pub fn commit(&mut self) {
        self.segment(Kind::Commit, &[]);
        self.commit += 1;
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(ALIGNMENT), 0);
}

fn checksum(header: &[u8], payload: &[u8]) -> u64 {
    xxh3_64_with_seed(payload, xxh3_64(&header[..SEGMENT_CHECKSUM]))
}

/// A checked file: its identity and the payloads of what was committed, in order.
#[derive(Debug)]
pub struct Journal<'a> {
    pub identity: &'a str,
    /// Tells this file from every other: a hash of its checksums.
    pub digest: u64,
    pub segments: Segments<'a>,
}

/// Checks `bytes` from end to end. What an earlier version wrote is brought up to date.
///
/// # Errors
/// [`Error::IndexFormat`] for something else, [`Error::IndexVersion`] for another version, [`Error::IndexDamaged`] for
/// a file that is cut short or does not match its checksums.
pub fn read(bytes: &[u8]) -> Result<Journal<'_>> {
    let (version, identity, mut rest) = read_header(bytes)?;
    let (mut segments, mut committed, mut commit) = (Vec::new(), 0, 1);
    let mut checksums = bytes[FIXED_HEADER - 8..FIXED_HEADER].to_vec();
    while !rest.is_empty() {
        let header = rest.get(..SEGMENT_HEADER).ok_or(damaged("it is cut short"))?;
        let length = usize::try_from(u64_at(header, 16)).map_err(|_| damaged("a length is out of range"))?;
        let end = SEGMENT_HEADER
            .checked_add(length)
            .and_then(|end| end.checked_next_multiple_of(ALIGNMENT))
            .filter(|&end| end <= rest.len())
            .ok_or(damaged("it is cut short"))?;
        let payload = &rest[SEGMENT_HEADER..SEGMENT_HEADER + length];
        if u64_at(header, SEGMENT_CHECKSUM) != checksum(header, payload) {
            return Err(damaged("a checksum does not match"));
        }
        let zeros = header[SEGMENT_CHECKSUM + 8..].iter().chain(&rest[SEGMENT_HEADER + length..end]);
        if zeros.copied().any(|byte| byte != 0) {
            return Err(damaged("there is something between its segments"));
        }
        if u64_at(header, 8) != commit {
            return Err(damaged("a segment is out of order"));
        }
        checksums.extend_from_slice(&header[SEGMENT_CHECKSUM..SEGMENT_CHECKSUM + 8]);
        rest = &rest[end..];
        match (Kind::from_number(u32_at(header, 0)), u32_at(header, 0)) {
            (Some(Kind::Commit), _) => {
                committed = segments.len();
                commit += 1;
            }
            (Some(kind), _) => segments.push((kind, Cow::Borrowed(payload))),
            (None, DERIVED..) => {}
            (None, _) => return Err(damaged("a segment is of no known kind")),
        }
    }
    if committed == 0 || committed != segments.len() {
        return Err(damaged("its last commit is missing"));
    }
    Ok(Journal { identity, digest: xxh3_64(&checksums), segments: migrate(version, segments)? })
}

/// The digest of a file that was just written.
///
/// # Panics
/// If it is none.
pub fn digest(bytes: &[u8]) -> u64 {
    read(bytes).expect("a file of our own").digest
}

/// The version, the identity, and what follows.
fn read_header(bytes: &[u8]) -> Result<(u32, &str, &[u8])> {
    if !bytes.starts_with(MAGIC) {
        return Err(Error::IndexFormat { reason: "it does not begin as one" });
    }
    let fixed = bytes.get(..FIXED_HEADER).ok_or(damaged("it is cut short"))?;
    let version = u32_at(fixed, 8);
    if !(OLDEST_VERSION..=FORMAT_VERSION).contains(&version) {
        return Err(Error::IndexVersion { expected: FORMAT_VERSION, got: version });
    }
    let length = u32_at(fixed, 12) as usize;
    let end = FIXED_HEADER
        .checked_add(length)
        .and_then(|end| end.checked_next_multiple_of(ALIGNMENT))
        .filter(|&end| end <= bytes.len())
        .ok_or(damaged("it is cut short"))?;
    let mut header = bytes[..end].to_vec();
    header[16..FIXED_HEADER].fill(0);
    if xxh3_64(&header) != u64_at(fixed, 16) {
        return Err(damaged("the header's checksum does not match"));
    }
    let identity = std::str::from_utf8(&bytes[FIXED_HEADER..FIXED_HEADER + length])
        .map_err(|_| damaged("its identity is not text"))?;
    Ok((version, identity, &bytes[end..]))
}

/// # Panics
/// If `bytes` is too short, which its callers rule out.
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

/// # Panics
/// If `bytes` is too short, which its callers rule out.
fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut writer = Writer::new("identity");
        writer.segment(Kind::Documents, b"documents");
        writer.segment(Kind::Embeddings, &[1; 100]);
        writer.commit();
        writer.into_bytes()
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        let bytes = file();
        let journal = read(&bytes).unwrap();
        assert_eq!(journal.identity, "identity");
        let expected = [(Kind::Documents, b"documents"[..].into()), (Kind::Embeddings, [1; 100][..].into())];
        assert_eq!(journal.segments, expected);
    }

    #[test]
    fn payloads_are_aligned() {
        let bytes = file();
        for (_, payload) in read(&bytes).unwrap().segments {
            assert_eq!((payload.as_ptr() as usize - bytes.as_ptr() as usize) % ALIGNMENT, 0);
        }
    }

    #[test]
    fn every_truncation_and_every_flipped_bit_is_found() {
        let bytes = file();
        for length in 0..bytes.len() {
            assert!(read(&bytes[..length]).is_err(), "cut at {length}");
        }
        for byte in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[byte] ^= 1 << bit;
                assert!(read(&flipped).is_err(), "bit {bit} of byte {byte}");
            }
        }
    }

    #[test]
    fn what_can_be_made_again_is_passed_over_and_other_kinds_are_refused() {
        for (number, known) in [(DERIVED + 1, true), (DERIVED + 7, true), (DERIVED - 1, false)] {
            let mut writer = Writer::new("identity");
            writer.segment(Kind::Documents, b"documents");
            let start = writer.bytes.len();
            writer.segment(Kind::Notes, b"postings");
            writer.bytes[start..start + 4].copy_from_slice(&number.to_le_bytes());
            let checksum = checksum(&writer.bytes[start..], b"postings");
            writer.bytes[start + SEGMENT_CHECKSUM..start + SEGMENT_CHECKSUM + 8]
                .copy_from_slice(&checksum.to_le_bytes());
            writer.commit();
            let bytes = writer.into_bytes();
            assert_eq!(read(&bytes).is_ok_and(|journal| journal.segments.len() == 1), known, "kind {number}");
        }
    }

    #[test]
    fn what_was_not_committed_is_refused() {
        let mut writer = Writer::new("");
        writer.segment(Kind::Documents, b"x");
        assert_eq!(read(&writer.into_bytes()).unwrap_err().code(), "index-damaged");
    }
}
