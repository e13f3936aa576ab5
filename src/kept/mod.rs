//! What is kept outside of memory, and read by range when it is needed.
//!
//! A collection in memory has a row for each leaf and each sentence, which are most of its size, and a question looks at few of
//! them. So those of a large collection stay in its files. Who opens it reads each file once from end to end, checks it, and
//! notes a digest of each block of rows; what is read later is held against those. The core itself reads nothing: it is handed
//! something that can be asked for bytes.

mod embeddings;
mod rows;
mod section;

pub use embeddings::Embeddings;
pub use rows::KeptRows;
pub use section::{Section, SectionReader};

use crate::error::{Error, Result};

/// A file that never changes while it is there to be asked.
pub trait KeptBytes: Send + Sync {
    /// How many bytes it has.
    fn size(&self) -> u64;

    /// Fills `into` with the bytes from `at` on.
    ///
    /// # Errors
    /// [`Error::Storage`] if they cannot be read, [`Error::IndexDamaged`] if there are not so many.
    fn read(&self, at: u64, into: &mut [u8]) -> Result<()>;
}

impl<Bytes: AsRef<[u8]> + Send + Sync> KeptBytes for Bytes {
    fn size(&self) -> u64 {
        self.as_ref().len() as u64
    }

    fn read(&self, at: u64, into: &mut [u8]) -> Result<()> {
        let rest = usize::try_from(at).ok().and_then(|at| self.as_ref().get(at..)).ok_or(CUT_SHORT)?;
        into.copy_from_slice(rest.get(..into.len()).ok_or(CUT_SHORT)?);
        Ok(())
    }
}

/// Takes a file piece by piece.
pub trait Sink {
    /// Adds to the end.
    ///
    /// # Errors
    /// [`Error::Storage`] if it cannot be written.
    fn write(&mut self, bytes: &[u8]) -> Result<()>;
}

impl Sink for Vec<u8> {
    fn write(&mut self, bytes: &[u8]) -> Result<()> {
        self.extend_from_slice(bytes);
        Ok(())
    }
}

const CUT_SHORT: Error = Error::IndexDamaged { reason: "it is cut short" };
