//! The correction itself, and its bytes.

use xxhash_rust::xxh3::xxh3_64;

use crate::error::{Error, Result};
use crate::vector::dot;

const MAGIC: &[u8; 8] = b"LFCADAPT";
const VERSION: u32 = 1;

/// q' = (q + B A q) / |q + B A q|.
#[derive(Clone, Debug, PartialEq)]
pub struct Adapter {
    dimensions: usize,
    /// A, a row of `dimensions` values for each value between.
    pub(super) down: Vec<f32>,
    /// B transposed: likewise.
    pub(super) up: Vec<f32>,
}

impl Adapter {
    /// Of as many rows of A and of B transposed.
    pub(super) fn new(dimensions: usize, down: Vec<f32>, up: Vec<f32>) -> Self {
        debug_assert_eq!(down.len(), up.len());
        Self { dimensions, down, up }
    }

    /// Values of an embedding.
    pub fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The corrected embedding of a question, of length 1.
    pub fn apply(&self, query: &[f32]) -> Vec<f32> {
        let mut corrected = query.to_vec();
        let rows = self.down.chunks_exact(self.dimensions).zip(self.up.chunks_exact(self.dimensions));
        for (down, up) in rows {
            let value = dot(down, query);
            corrected.iter_mut().zip(up).for_each(|(corrected, up)| *corrected += value * up);
        }
        let length = dot(&corrected, &corrected).sqrt();
        if length > 0.0 {
            corrected.iter_mut().for_each(|value| *value /= length);
        }
        corrected
    }

    /// As a file, for questions embedded by the model of `identity`.
    pub fn encode(&self, identity: &str) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let number = |value: usize| u32::try_from(value).expect("a length of a file in memory").to_le_bytes();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(number(identity.len()));
        bytes.extend(identity.as_bytes());
        bytes.extend(number(self.dimensions));
        bytes.extend(number(self.down.len()));
        self.down.iter().chain(&self.up).for_each(|value| bytes.extend(value.to_le_bytes()));
        bytes.extend(xxh3_64(&bytes).to_le_bytes());
        bytes
    }

    /// Reads what [`encode`](Self::encode) wrote, for the model of `identity` with so many `dimensions`. The bytes may be of any
    /// origin.
    ///
    /// # Errors
    /// [`Error::IndexFormat`], [`Error::IndexVersion`] and [`Error::IndexDamaged`] for bytes that are no such file,
    /// [`Error::IndexIdentity`] for one that was learned with another model.
    pub fn decode(bytes: &[u8], identity: &str, dimensions: usize) -> Result<Self> {
        const DAMAGED: Error = Error::IndexDamaged { reason: "the adapter was cut short or changed" };
        if !bytes.starts_with(MAGIC) {
            return Err(Error::IndexFormat { reason: "it does not begin as an adapter" });
        }
        let mut reader = Reader(&bytes[MAGIC.len()..]);
        let version = reader.number().ok_or(DAMAGED)?;
        if version != VERSION {
            return Err(Error::IndexVersion { expected: VERSION, got: version });
        }
        let (body, digest) = bytes.split_last_chunk::<8>().ok_or(DAMAGED)?;
        if xxh3_64(body) != u64::from_le_bytes(*digest) {
            return Err(DAMAGED);
        }
        let length = reader.number().ok_or(DAMAGED)? as usize;
        let own = reader.take(length).and_then(|own| std::str::from_utf8(own).ok()).ok_or(DAMAGED)?;
        if own != identity {
            return Err(Error::IndexIdentity { expected: own.to_owned(), got: identity.to_owned() });
        }
        let width = reader.number().ok_or(DAMAGED)? as usize;
        let values = reader.number().ok_or(DAMAGED)? as usize;
        let fits = width == dimensions && width > 0 && values.is_multiple_of(width);
        let mut floats = || {
            let bytes = reader.take(values.checked_mul(4)?)?;
            let (values, _) = bytes.as_chunks::<4>();
            let values: Vec<f32> = values.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
            values.iter().all(|value| value.is_finite()).then_some(values)
        };
        let (Some(down), Some(up), true) = (floats(), floats(), fits) else { return Err(DAMAGED) };
        if reader.0.len() == digest.len() { Ok(Self::new(dimensions, down, up)) } else { Err(DAMAGED) }
    }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self) -> Option<u32> {
        self.take(4).map(|bytes| u32::from_le_bytes(bytes.try_into().expect("four bytes")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn adapter() -> Adapter {
        Adapter::new(3, vec![1.0, 0.0, 0.0, 0.0, 2.0, 0.0], vec![0.0, 0.5, 0.0, 0.0, 0.0, 1.0])
    }

    #[test]
    fn a_question_is_moved_and_keeps_length_1() {
        let moved = adapter().apply(&[1.0, 0.0, 0.0]);
        let length = 1.25f32.sqrt();
        assert_eq!(moved, [1.0 / length, 0.5 / length, 0.0]);
        assert_eq!(Adapter::new(3, Vec::new(), Vec::new()).apply(&[0.6, 0.8, 0.0]), [0.6, 0.8, 0.0]);
    }

    #[test]
    fn bytes_are_read_again_and_no_others() {
        let bytes = adapter().encode("a model");
        assert_eq!(Adapter::decode(&bytes, "a model", 3), Ok(adapter()));
        assert!(matches!(Adapter::decode(&bytes, "another", 3), Err(Error::IndexIdentity { .. })));
        assert!(Adapter::decode(&bytes, "a model", 4).is_err());
        for end in 0..bytes.len() {
            assert!(Adapter::decode(&bytes[..end], "a model", 3).is_err(), "{end}");
        }
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 4;
            assert!(Adapter::decode(&changed, "a model", 3).is_err(), "{at}");
        }
    }
}
