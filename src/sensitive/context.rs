//! The words around a number that say what it is.

use super::candidate::{joins_after, joins_before};

/// How many characters before a number and after its start are read for such words.
const BEFORE: usize = 48;
const AFTER: usize = 48;
/// How many bytes of a row, and of the rows before it, are looked through for the name of a column.
const ROW: usize = 512;
const TABLE: usize = 4096;

/// Where in a text a number begins.
pub struct Surroundings<'a> {
    pub text: &'a str,
    pub start: usize,
}

impl Surroundings<'_> {
    /// Whether one of these words, in small letters, stands near on the same line, or over the column.
    #[inline(never)]
    pub fn have(&self, words: &[&str]) -> bool {
        let before = line_before(self.text, self.start, BEFORE);
        let after = line_after(self.text, self.start, AFTER);
        has_word(before, words) || has_word(after, words) || has_word(column(self.text, self.start), words)
    }
}

/// What the first line of the paragraph has over the cell in which byte `at` is; empty outside of rows with a sign between cells.
#[inline(never)]
pub fn column(text: &str, at: usize) -> &str {
    let row = line_before(text, at, ROW);
    let Some(sign) = [';', '\t', '|', ','].into_iter().find(|sign| row.contains(*sign)) else { return "" };
    let start = text.ceil_char_boundary(at.saturating_sub(TABLE));
    let table = &text[start..at];
    let table = table.rfind("\n\n").map_or(table, |end| &table[end + 2..]);
    let head = table.split('\n').next().unwrap_or_default();
    head.split(sign).nth(row.matches(sign).count()).unwrap_or_default()
}

/// Up to `bytes` of the line before byte `at`.
#[inline(never)]
pub fn line_before(text: &str, at: usize, bytes: usize) -> &str {
    let start = text.ceil_char_boundary(at.saturating_sub(bytes));
    let before = &text[start..at];
    before.rfind('\n').map_or(before, |end| &before[end + 1..])
}

/// Up to `bytes` of the line from byte `at` on.
fn line_after(text: &str, at: usize, bytes: usize) -> &str {
    let after = &text[at..text.floor_char_boundary(text.len().min(at + bytes))];
    after.find('\n').map_or(after, |end| &after[..end])
}

/// Whether one of these words is in `text`, whatever the case of letters without accents.
#[inline(never)]
pub fn has_word(text: &str, words: &[&str]) -> bool {
    let bytes = text.as_bytes();
    let begins = |at: usize| text.is_char_boundary(at) && !joins_before(text, at);
    (0..bytes.len()).filter(|&at| begins(at)).any(|at| {
        words.iter().any(|word| {
            let found = bytes.get(at..at + word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()));
            found && text.is_char_boundary(at + word.len()) && !joins_after(text, at + word.len())
        })
    })
}
