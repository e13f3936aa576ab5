//! Numbers and texts in the payloads of shards. A reader is handed bytes of any origin and never panics.

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

/// Takes what a [`Writer`] wrote from the beginning of a payload: `None` for what no writer writes.
/// An error with its reason would be as good, and take more code in each place than the reading does.
pub(super) struct Reader<'a>(pub &'a [u8]);

impl<'a> Reader<'a> {
    pub fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.bytes(N)?.try_into().ok()
    }

    pub fn byte(&mut self) -> Option<u8> {
        Some(self.array::<1>()?[0])
    }

    /// A number of up to 32 bits.
    pub fn number(&mut self) -> Option<usize> {
        let mut number = 0u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(number).ok().map(|number| number as usize);
            }
        }
        None
    }

    /// How many things follow that take `least` bytes each at least: no more than can be there, so that nothing is made
    /// room for that cannot come.
    pub fn count(&mut self, least: usize) -> Option<usize> {
        let count = self.number()?;
        (count.checked_mul(least)? <= self.0.len()).then_some(count)
    }

    pub fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    pub fn optional(&mut self) -> Option<Option<&'a str>> {
        match self.byte()? {
            0 => Some(None),
            1 => self.text().map(Some),
            _ => None,
        }
    }

    /// A number that is finite.
    pub fn float(&mut self) -> Option<f32> {
        let value = f32::from_le_bytes(self.array()?);
        value.is_finite().then_some(value)
    }

    pub fn hash(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.array()?))
    }

    /// `count` numbers of up to 32 bits, each a byte at least.
    pub fn numbers(&mut self, count: usize) -> Option<Vec<u32>> {
        let mut numbers = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            numbers.push(self.number()? as u32);
        }
        Some(numbers)
    }

    pub fn hashes(&mut self, count: usize) -> Option<Vec<u64>> {
        let mut hashes = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            hashes.push(self.hash()?);
        }
        Some(hashes)
    }
}
