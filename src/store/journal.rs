//! The header and the segments of a file, their checksums and their alignment.

use std::borrow::Cow;
use std::sync::Arc;

use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::damaged;
use super::migrate::{OLDEST_VERSION, Segments, migrate};
use crate::error::{Error, Result};
use crate::kept::{KeptBytes, Section, SectionReader, Sink};

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
/// Bytes of a file that are read together where all of it is read.
const PIECE: usize = 1 << 18;

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

    /// Whether most of it is rows of embeddings.
    fn holds_rows(self) -> bool {
        matches!(self, Self::Embeddings | Self::Sentences)
    }
}

/// Writes a file, commit by commit.
pub struct Writer<'a> {
    out: &'a mut dyn Sink,
    commit: u64,
    /// Those of the header and of all segments, one after the other.
    checksums: Vec<u8>,
}

impl<'a> Writer<'a> {
    /// Begins a file for indexes of this identity.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn new(identity: &str, out: &'a mut dyn Sink) -> Result<Self> {
        let mut bytes = Vec::new();
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&FORMAT_VERSION.to_le_bytes());
        bytes.extend_from_slice(&(identity.len() as u32).to_le_bytes());
        bytes.extend_from_slice(&[0; 8]);
        bytes.extend_from_slice(identity.as_bytes());
        pad(&mut bytes);
        let checksum = xxh3_64(&bytes);
        bytes[16..FIXED_HEADER].copy_from_slice(&checksum.to_le_bytes());
        out.write(&bytes)?;
        Ok(Self { out, commit: 1, checksums: checksum.to_le_bytes().to_vec() })
    }

    /// Adds a segment to the commit under way.
    ///
    /// # Errors
    /// Those of the file that is written to.
    pub fn segment(&mut self, kind: Kind, payload: &[u8]) -> Result<()> {
        self.segment_of(kind, &|put| put(payload))
    }

    /// Adds a segment whose payload is given in pieces, the same ones whenever it is asked for: first what comes before it is
    /// found out from it, then it is written.
    ///
    /// # Errors
    /// Those of `payload`, and of the file that is written to.
    pub fn segment_of(&mut self, kind: Kind, payload: &Pieces) -> Result<()> {
        let mut length = 0u64;
        payload(&mut |piece| {
            length += piece.len() as u64;
            Ok(())
        })?;
        let mut header = Vec::with_capacity(SEGMENT_HEADER);
        header.extend_from_slice(&(kind as u32).to_le_bytes());
        header.extend_from_slice(&[0; 4]);
        header.extend_from_slice(&self.commit.to_le_bytes());
        header.extend_from_slice(&length.to_le_bytes());
        let mut checksum = checksum_after(&header);
        payload(&mut |piece| {
            checksum.update(piece);
            Ok(())
        })?;
        let checksum = checksum.digest().to_le_bytes();
        header.extend_from_slice(&checksum);
        self.checksums.extend_from_slice(&checksum);
        pad(&mut header);
        self.out.write(&header)?;
        payload(&mut |piece| self.out.write(piece))?;
        self.out.write(&[0; ALIGNMENT][..(length.next_multiple_of(ALIGNMENT as u64) - length) as usize])
    }

    /// Closes the commit under way.
    ///
    /// # Errors
    /// Those of the file that is written to.
    pub fn commit(&mut self) -> Result<()> {
        self.segment(Kind::Commit, &[])?;
        self.commit += 1;
        Ok(())
    }

    /// What tells the file from every other: see [`Journal::digest`].
    pub fn digest(&self) -> u64 {
        xxh3_64(&self.checksums)
    }
}

/// Hands a payload over piece by piece.
pub type Pieces<'a> = dyn Fn(&mut dyn FnMut(&[u8]) -> Result<()>) -> Result<()> + 'a;

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(ALIGNMENT), 0);
}

/// Of a payload that is still to come.
fn checksum_after(header: &[u8]) -> Xxh3 {
    Xxh3::with_seed(xxh3_64(&header[..SEGMENT_CHECKSUM]))
}

/// A file of a log.
#[derive(Clone)]
pub enum LogFile<'a> {
    /// All of it is copied into memory.
    Held(&'a dyn KeptBytes),
    /// Its rows stay where they are, and are read as they are asked for.
    Kept(Arc<dyn KeptBytes>),
}

impl<'a, Bytes: KeptBytes> From<&'a Bytes> for LogFile<'a> {
    fn from(bytes: &'a Bytes) -> Self {
        Self::Held(bytes)
    }
}

/// A checked file: its identity and the payloads of what was committed, in order.
pub struct Journal {
    pub identity: String,
    /// Tells this file from every other: a hash of its checksums.
    pub digest: u64,
    pub segments: Segments,
}

/// What a segment holds.
pub enum Payload {
    Read(Vec<u8>),
    /// Rows, which stay in their file.
    Kept(Section),
}

impl Payload {
    /// All of it in memory.
    ///
    /// # Errors
    /// Those of [`Section::read`].
    pub fn bytes(&self) -> Result<Cow<'_, [u8]>> {
        match self {
            Self::Read(bytes) => Ok(Cow::Borrowed(bytes)),
            Self::Kept(section) => {
                let length = usize::try_from(section.len()).map_err(|_| damaged("a length is out of range"))?;
                let mut bytes = vec![0; length];
                section.read(0, &mut bytes)?;
                Ok(Cow::Owned(bytes))
            }
        }
    }
}

/// Checks a file from end to end. What an earlier version wrote is brought up to date.
///
/// # Errors
/// [`Error::IndexFormat`] for something else, [`Error::IndexVersion`] for another version, [`Error::IndexDamaged`] for
/// a file that is cut short or does not match its checksums, [`Error::Storage`] for one that cannot be read.
pub fn read(file: &LogFile) -> Result<Journal> {
    let bytes: &dyn KeptBytes = match file {
        LogFile::Held(bytes) => *bytes,
        LogFile::Kept(bytes) => &**bytes,
    };
    let FileHeader { version, identity, checksum, length } = read_header(bytes)?;
    let (mut segments, mut committed, mut commit) = (Vec::new(), 0, 1);
    let mut checksums = checksum.to_vec();
    let mut at = length;
    while at < bytes.size() {
        let mut header = [0; SEGMENT_HEADER];
        bytes.read(at, &mut header)?;
        let length = u64_at(&header, 16);
        let start = at + SEGMENT_HEADER as u64;
        let end = start
            .checked_add(length)
            .and_then(|end| end.checked_next_multiple_of(ALIGNMENT as u64))
            .filter(|&end| end <= bytes.size())
            .ok_or(damaged("it is cut short"))?;
        let kind = Kind::from_number(u32_at(&header, 0));
        let stays = match file {
            LogFile::Kept(file) if kind.is_some_and(Kind::holds_rows) => Some(file),
            _ => None,
        };
        let (payload, checksum) = read_payload(bytes, stays, &header, start, length)?;
        if u64_at(&header, SEGMENT_CHECKSUM) != checksum {
            return Err(damaged("a checksum does not match"));
        }
        let mut padding = vec![0; (end - start - length) as usize];
        bytes.read(start + length, &mut padding)?;
        let zeros = header[SEGMENT_CHECKSUM + 8..].iter().chain(&padding);
        if zeros.copied().any(|byte| byte != 0) {
            return Err(damaged("there is something between its segments"));
        }
        if u64_at(&header, 8) != commit {
            return Err(damaged("a segment is out of order"));
        }
        checksums.extend_from_slice(&header[SEGMENT_CHECKSUM..SEGMENT_CHECKSUM + 8]);
        at = end;
        match (kind, u32_at(&header, 0)) {
            (Some(Kind::Commit), _) => {
                committed = segments.len();
                commit += 1;
            }
            (Some(kind), _) => segments.push((kind, payload)),
            (None, DERIVED..) => {}
            (None, _) => return Err(damaged("a segment is of no known kind")),
        }
    }
    if committed == 0 || committed != segments.len() {
        return Err(damaged("its last commit is missing"));
    }
    Ok(Journal { identity, digest: xxh3_64(&checksums), segments: migrate(version, segments)? })
}

/// The payload of so many bytes from `start` on, which are there, with its checksum. It is not held if it `stays` in its file.
fn read_payload(
    bytes: &dyn KeptBytes,
    stays: Option<&Arc<dyn KeptBytes>>,
    header: &[u8],
    start: u64,
    length: u64,
) -> Result<(Payload, u64)> {
    let mut checksum = checksum_after(header);
    let Some(file) = stays else {
        let length = usize::try_from(length).map_err(|_| damaged("a length is out of range"))?;
        let mut payload = vec![0; length];
        bytes.read(start, &mut payload)?;
        checksum.update(&payload);
        return Ok((Payload::Read(payload), checksum.digest()));
    };
    let (mut section, mut piece) = (SectionReader::default(), vec![0; PIECE]);
    for at in (0..length).step_by(PIECE) {
        let piece = &mut piece[..(length - at).min(PIECE as u64) as usize];
        bytes.read(start + at, piece)?;
        checksum.update(piece);
        section.take(piece);
    }
    Ok((Payload::Kept(section.finish(file.clone(), start)), checksum.digest()))
}

/// What a file begins with.
struct FileHeader {
    version: u32,
    identity: String,
    checksum: [u8; 8],
    /// Bytes, up to where the segments begin.
    length: u64,
}

fn read_header(bytes: &dyn KeptBytes) -> Result<FileHeader> {
    let mut fixed = vec![0; bytes.size().min(FIXED_HEADER as u64) as usize];
    bytes.read(0, &mut fixed)?;
    if !fixed.starts_with(MAGIC) {
        return Err(Error::IndexFormat { reason: "it does not begin as one" });
    }
    if fixed.len() < FIXED_HEADER {
        return Err(damaged("it is cut short"));
    }
    let version = u32_at(&fixed, 8);
    if !(OLDEST_VERSION..=FORMAT_VERSION).contains(&version) {
        return Err(Error::IndexVersion { expected: FORMAT_VERSION, got: version });
    }
    let identity_length = u32_at(&fixed, 12) as usize;
    let length = FIXED_HEADER
        .checked_add(identity_length)
        .and_then(|end| end.checked_next_multiple_of(ALIGNMENT))
        .filter(|&end| end as u64 <= bytes.size())
        .ok_or(damaged("it is cut short"))?;
    let mut header = vec![0; length];
    bytes.read(0, &mut header)?;
    header[16..FIXED_HEADER].fill(0);
    let checksum = u64_at(&fixed, 16);
    if xxh3_64(&header) != checksum {
        return Err(damaged("the header's checksum does not match"));
    }
    let identity = std::str::from_utf8(&header[FIXED_HEADER..FIXED_HEADER + identity_length])
        .map_err(|_| damaged("its identity is not text"))?;
    Ok(FileHeader { version, identity: identity.to_owned(), checksum: checksum.to_le_bytes(), length: length as u64 })
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
        let mut bytes = Vec::new();
        let mut writer = Writer::new("identity", &mut bytes).unwrap();
        writer.segment(Kind::Documents, b"documents").unwrap();
        writer.segment_of(Kind::Embeddings, &|put| [1; 100].chunks(30).try_for_each(&mut *put)).unwrap();
        writer.commit().unwrap();
        bytes
    }

    fn read_held(bytes: &[u8]) -> Result<Journal> {
        read(&LogFile::Held(&bytes))
    }

    fn read_kept(bytes: Vec<u8>) -> Result<Journal> {
        read(&LogFile::Kept(Arc::new(bytes)))
    }

    #[test]
    fn a_file_is_read_as_it_was_written() {
        for journal in [read_held(&file()), read_kept(file())] {
            let Journal { identity, digest, segments } = journal.unwrap();
            assert_eq!(identity, "identity");
            let payloads: Vec<_> = segments.iter().map(|(kind, payload)| (*kind, payload.bytes().unwrap())).collect();
            let expected = [(Kind::Documents, b"documents"[..].into()), (Kind::Embeddings, [1; 100][..].into())];
            assert_eq!(payloads, expected);
            assert_eq!(digest, read_held(&file()).unwrap().digest);
        }
    }

    #[test]
    fn the_digest_is_known_as_the_file_is_written() {
        let mut bytes = Vec::new();
        let mut writer = Writer::new("identity", &mut bytes).unwrap();
        writer.segment(Kind::Documents, b"documents").unwrap();
        writer.commit().unwrap();
        let digest = writer.digest();
        assert_eq!(read_held(&bytes).unwrap().digest, digest);
    }

    #[test]
    fn payloads_are_aligned() {
        let bytes = file();
        for payload in [&b"documents"[..], &[1; 100]] {
            let at = bytes.windows(payload.len()).position(|window| window == payload).expect("a payload");
            assert_eq!(at % ALIGNMENT, 0);
        }
    }

    #[test]
    fn every_truncation_and_every_flipped_bit_is_found() {
        let bytes = file();
        for length in 0..bytes.len() {
            assert!(read_held(&bytes[..length]).is_err(), "cut at {length}");
            assert!(read_kept(bytes[..length].to_vec()).is_err(), "cut at {length}");
        }
        for byte in 0..bytes.len() {
            for bit in 0..8 {
                let mut flipped = bytes.clone();
                flipped[byte] ^= 1 << bit;
                assert!(read_held(&flipped).is_err(), "bit {bit} of byte {byte}");
                assert!(read_kept(flipped).is_err(), "bit {bit} of byte {byte}");
            }
        }
    }

    #[test]
    fn what_can_be_made_again_is_passed_over_and_other_kinds_are_refused() {
        for (number, known) in [(DERIVED + 1, true), (DERIVED + 7, true), (DERIVED - 1, false)] {
            let mut bytes = Vec::new();
            let mut writer = Writer::new("identity", &mut bytes).unwrap();
            writer.segment(Kind::Documents, b"documents").unwrap();
            writer.segment(Kind::Notes, b"postings").unwrap();
            writer.commit().unwrap();
            let start = bytes.windows(8).position(|window| window == b"postings").expect("a payload") - SEGMENT_HEADER;
            bytes[start..start + 4].copy_from_slice(&number.to_le_bytes());
            let mut checksum = checksum_after(&bytes[start..]);
            checksum.update(b"postings");
            bytes[start + SEGMENT_CHECKSUM..start + SEGMENT_CHECKSUM + 8]
                .copy_from_slice(&checksum.digest().to_le_bytes());
            assert_eq!(read_held(&bytes).is_ok_and(|journal| journal.segments.len() == 1), known, "kind {number}");
        }
    }

    #[test]
    fn what_was_not_committed_is_refused() {
        let mut bytes = Vec::new();
        Writer::new("", &mut bytes).and_then(|mut writer| writer.segment(Kind::Documents, b"x")).unwrap();
        assert_eq!(read_held(&bytes).err().map(|error| error.code()), Some("index-damaged"));
    }
}
