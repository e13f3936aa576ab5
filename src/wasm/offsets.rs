//! From UTF-8 bytes, which the core counts, to UTF-16 code units, which JavaScript counts. Nothing else converts.

use crate::TextRange;

/// Bytes between two remembered positions: the most that a conversion reads.
const STRIDE: usize = 1024;

/// Converts offsets into one text, without reading it from the start each time.
pub struct Utf16Offsets {
    /// UTF-16 units before byte `i * STRIDE`, or before the first character that begins after it.
    checkpoints: Vec<u32>,
}

impl Utf16Offsets {
    pub fn new(text: &str) -> Self {
        let mut checkpoints = Vec::with_capacity(text.len() / STRIDE + 1);
        let mut units = 0;
        for (byte, character) in text.char_indices() {
            if byte >= checkpoints.len() * STRIDE {
                checkpoints.push(units);
            }
            units += character.len_utf16() as u32;
        }
        Self { checkpoints }
    }

    /// UTF-16 units before byte `byte` of `text`, the text that this was made of.
    fn units_before(&self, text: &str, byte: u32) -> u32 {
        let Some(last) = self.checkpoints.len().checked_sub(1) else { return 0 };
        let checkpoint = (byte as usize / STRIDE).min(last);
        let from = text.ceil_char_boundary(checkpoint * STRIDE);
        // A character that spans the checkpoint may end after `byte`'s checkpoint but never after `byte`.
        self.checkpoints[checkpoint] + text[from..byte as usize].chars().map(|c| c.len_utf16() as u32).sum::<u32>()
    }

    /// `range` in UTF-16 units.
    pub fn range(&self, text: &str, range: TextRange) -> TextRange {
        TextRange { start: self.units_before(text, range.start), end: self.units_before(text, range.end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_counting_from_the_start() {
        let text = "a🙂é\u{301}日本\u{200f}x".repeat(400);
        let offsets = Utf16Offsets::new(&text);
        for (byte, _) in text.char_indices() {
            let expected = text[..byte].encode_utf16().count() as u32;
            assert_eq!(offsets.units_before(&text, byte as u32), expected, "at byte {byte}");
        }
        assert_eq!(offsets.units_before(&text, text.len() as u32), text.encode_utf16().count() as u32);
    }

    #[test]
    fn an_empty_text_has_only_offset_zero() {
        assert_eq!(Utf16Offsets::new("").range("", TextRange::new(0, 0)), TextRange::new(0, 0));
    }
}
