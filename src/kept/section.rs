//! A stretch of a file, read and checked block by block.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use xxhash_rust::xxh3::xxh3_64;

use super::KeptBytes;
use crate::error::{Error, Result};

/// Bytes that are read and checked together: about two rows of 384 values, or ten sentences.
const BLOCK: usize = 4096;
/// Blocks that are held, of all sections of a thread together: 8 MiB, several times of what a question reads.
const HELD: usize = 2048;

/// A stretch of a kept file that was found sound, of which each block is held against its digest when it is read again.
#[derive(Clone)]
pub struct Section(Arc<Inner>);

struct Inner {
    /// Another one for each section, which its blocks are held under.
    number: u64,
    file: Arc<dyn KeptBytes>,
    /// Where it begins in the file.
    start: u64,
    length: u64,
    /// XXH3-64 of each block.
    digests: Vec<u64>,
}

/// Notes the digests of a stretch of a file while it is read for the first time, from end to end.
#[derive(Default)]
pub struct SectionReader {
    length: u64,
    digests: Vec<u64>,
    /// What does not fill a block yet.
    rest: Vec<u8>,
}

impl SectionReader {
    /// Takes the bytes that follow.
    pub fn take(&mut self, bytes: &[u8]) {
        self.length += bytes.len() as u64;
        self.rest.extend_from_slice(bytes);
        let (blocks, rest) = self.rest.as_chunks::<BLOCK>();
        self.digests.extend(blocks.iter().map(|block| xxh3_64(block)));
        let whole = self.rest.len() - rest.len();
        self.rest.drain(..whole);
    }

    /// The section, which begins at `start` of `file`.
    pub fn finish(mut self, file: Arc<dyn KeptBytes>, start: u64) -> Section {
        if !self.rest.is_empty() {
            self.digests.push(xxh3_64(&self.rest));
        }
        static NUMBERS: AtomicU64 = AtomicU64::new(0);
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        Section(Arc::new(Inner { number, file, start, length: self.length, digests: self.digests }))
    }
}

impl Section {
    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        self.0.length
    }

    /// Whether both are the same stretch of the same file, as it was read once.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Fills `into` with the bytes from `at` on.
    ///
    /// # Errors
    /// [`Error::IndexDamaged`] if they are not what they were, or there are not so many; [`Error::Storage`] if they cannot be read.
    pub fn read(&self, at: u64, into: &mut [u8]) -> Result<()> {
        let end = at.checked_add(into.len() as u64).filter(|&end| end <= self.0.length).ok_or(super::CUT_SHORT)?;
        let (first, after) = (at / BLOCK as u64, end.div_ceil(BLOCK as u64));
        if into.is_empty() {
            return Ok(());
        }
        // A few blocks are likely to be asked for again; of many others are, which would drive those out.
        if after - first > 4 {
            let bytes = self.0.blocks(first, after)?;
            let from = (at - first * BLOCK as u64) as usize;
            into.copy_from_slice(&bytes[from..from + into.len()]);
            return Ok(());
        }
        let mut filled = 0;
        for block in first..after {
            let from = (at + filled as u64 - block * BLOCK as u64) as usize;
            let taken = (BLOCK - from).min(into.len() - filled);
            self.0.copy(block, from, &mut into[filled..filled + taken])?;
            filled += taken;
        }
        Ok(())
    }
}

impl Inner {
    /// The blocks from `first` to before `after`, which are there.
    fn blocks(&self, first: u64, after: u64) -> Result<Vec<u8>> {
        let start = first * BLOCK as u64;
        let end = (after * BLOCK as u64).min(self.length);
        let mut bytes = vec![0; (end - start) as usize];
        self.file.read(self.start + start, &mut bytes)?;
        let digests = &self.digests[first as usize..after as usize];
        if bytes.chunks(BLOCK).zip(digests).any(|(block, digest)| xxh3_64(block) != *digest) {
            return Err(Error::IndexDamaged { reason: "a file has changed since it was opened" });
        }
        Ok(bytes)
    }

    /// Copies what of a block begins at `from`, out of those that are held if it is among them.
    fn copy(&self, block: u64, from: usize, into: &mut [u8]) -> Result<()> {
        let key = (self.number, block);
        HELD_BLOCKS.with_borrow_mut(|held| {
            // Each has one place, so that nothing need be known of which was asked for last. Sections take turns in them.
            let place = ((block + self.number * 1031) % HELD as u64) as usize;
            if held.is_empty() {
                held.resize_with(HELD, || None);
            }
            let slot = &mut held[place];
            let bytes = match slot {
                Some((other, bytes)) if *other == key => bytes,
                _ => &mut slot.insert((key, self.blocks(block, block + 1)?)).1,
            };
            into.copy_from_slice(&bytes[from..from + into.len()]);
            Ok(())
        })
    }
}

/// A block, by its section and its number.
type HeldBlock = Option<((u64, u64), Vec<u8>)>;

thread_local! {
    static HELD_BLOCKS: RefCell<Vec<HeldBlock>> = const { RefCell::new(Vec::new()) };
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    /// A file in memory that can be damaged behind a reader's back.
    pub struct Damageable(pub Mutex<Vec<u8>>);

    impl KeptBytes for Damageable {
        fn size(&self) -> u64 {
            self.0.lock().expect("bytes").len() as u64
        }

        fn read(&self, at: u64, into: &mut [u8]) -> Result<()> {
            self.0.lock().expect("bytes").as_slice().read(at, into)
        }
    }

    fn section(bytes: &[u8]) -> (Arc<Damageable>, Section) {
        let file = Arc::new(Damageable(Mutex::new([&[7; 10], bytes].concat())));
        let mut reader = SectionReader::default();
        bytes.chunks(1000).for_each(|piece| reader.take(piece));
        (file.clone(), reader.finish(file, 10))
    }

    #[test]
    fn every_range_is_read_as_it_is() {
        let bytes: Vec<u8> = (0..10 * BLOCK + 100).map(|at| (at * at / 7) as u8).collect();
        let (_, section) = section(&bytes);
        assert_eq!(section.len(), bytes.len() as u64);
        for at in [0, 1, BLOCK - 1, BLOCK, 3 * BLOCK + 5, bytes.len() - 1, bytes.len()] {
            for length in [0, 1, 1536, BLOCK, 2 * BLOCK + 1, 6 * BLOCK, bytes.len()] {
                let mut into = vec![0; length];
                let read = section.read(at as u64, &mut into);
                match bytes.get(at..at + length) {
                    Some(expected) => assert_eq!((read, &into[..]), (Ok(()), expected), "{length} from {at}"),
                    None => assert_eq!(read.unwrap_err().code(), "index-damaged"),
                }
            }
        }
    }

    #[test]
    fn what_has_changed_since_is_found() {
        let (file, section) = section(&vec![1; 8 * BLOCK]);
        let mut into = vec![0; 100];
        section.read(5, &mut into).expect("as it was");
        file.0.lock().expect("bytes")[10 + 2 * BLOCK] ^= 1;
        assert_eq!(section.read(2 * BLOCK as u64 + 50, &mut into).unwrap_err().code(), "index-damaged");
        assert_eq!(section.read(0, &mut vec![0; 8 * BLOCK]).unwrap_err().code(), "index-damaged");
        section.read(BLOCK as u64, &mut into).expect("another block");
        file.0.lock().expect("bytes").truncate(BLOCK);
        assert_eq!(section.read(5 * BLOCK as u64, &mut into).unwrap_err().code(), "index-damaged");
    }
}
