//! Numbers and texts in the payloads of shards. A reader is handed bytes of any origin and never panics.

use crate::error::{Error, Result};

/// Why a payload cannot be read, however well its checksum matches.
pub(super) const UNREADABLE: Error = Error::IndexDamaged { reason: "a shard cannot be read" };

/// Appends to a payload.
#[derive(Default)]
pub(super) struct Writer(pub Vec<u8>);

impl Writer {
    /// LEB128: seven bits a byte, the lowest first.
    pub fn number(&mut self, number: usize) {
        let mut number = number as u64;
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub fn text(&mut self, text: &str) {
        self.number(text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    /// A text that may be missing.
    pub fn optional(&mut self, text: Option<&str>) {
        self.0.push(u8::from(text.is_some()));
        if let Some(text) = text {
            self.text(text);
        }
    }

    pub fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub fn float(&mut self, value: f32) {
        self.bytes(&value.to_le_bytes());
    }

    pub fn hash(&mut self, hash: u64) {
        self.bytes(&hash.to_le_bytes());
    }
}

/// Takes what a [`Writer`] wrote from the beginning of a payload.
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn bytes(&mut self, length: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(UNREADABLE)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        self.bytes(N)?.try_into().map_err(|_| UNREADABLE)
    }

    pub fn byte(&mut self) -> Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    /// A number of up to 32 bits.
    pub fn number(&mut self) -> Result<usize> {
        let mut number = 0u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(number).map(|number| number as usize).map_err(|_| UNREADABLE);
            }
        }
        Err(UNREADABLE)
    }

    /// How many things follow that take `least` bytes each at least: no more than can be there, so that nothing is made
    /// room for that cannot come.
    pub fn count(&mut self, least: usize) -> Result<usize> {
        let count = self.number()?;
        if count.checked_mul(least).is_some_and(|bytes| bytes <= self.0.len()) { Ok(count) } else { Err(UNREADABLE) }
    }

    pub fn text(&mut self) -> Result<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.bytes(length)?).map_err(|_| UNREADABLE)
    }

    pub fn optional(&mut self) -> Result<Option<&'a str>> {
        match self.byte()? {
            0 => Ok(None),
            1 => self.text().map(Some),
            _ => Err(UNREADABLE),
        }
    }

    /// A number that is finite.
    pub fn float(&mut self) -> Result<f32> {
        let value = f32::from_le_bytes(self.array()?);
        if value.is_finite() { Ok(value) } else { Err(UNREADABLE) }
    }

    pub fn hash(&mut self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// `count` numbers of up to 32 bits, each a byte at least.
    pub fn numbers(&mut self, count: usize) -> Result<Vec<u32>> {
        let mut numbers = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            numbers.push(self.number()? as u32);
        }
        Ok(numbers)
    }

    pub fn hashes(&mut self, count: usize) -> Result<Vec<u64>> {
        let mut hashes = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            hashes.push(self.hash()?);
        }
        Ok(hashes)
    }

    /// That nothing is left.
    pub fn end(&self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(UNREADABLE) }
    }
}
