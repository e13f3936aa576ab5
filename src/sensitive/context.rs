//! The words around a number that say what it is.

use super::candidate::{joins_after, joins_before};

/// How many characters before a number and after its start are read for such words.
const BEFORE: usize = 48;
const AFTER: usize = 48;
/// The most bytes of a row in which a number is, of the row that names the columns, and of such a name.
const ROW: usize = 512;
const NAME: usize = 48;

/// Where in a text a number begins, and where the paragraph does in which it is.
pub struct Surroundings<'a> {
    pub text: &'a str,
    pub start: usize,
    pub paragraph: usize,
}

impl Surroundings<'_> {
    /// Whether one of these words, in small letters, stands near on the same line, or over the column.
    #[inline(never)]
    pub fn have(&self, words: &[&str]) -> bool {
        let before = line_before(self.text, self.start, BEFORE);
        let after = line_after(self.text, self.start, AFTER);
        has_word(before, words) || has_word(after, words) || has_word(self.column(), words)
    }

    /// What the first line of the paragraph has over the cell that begins where the number does; empty outside of rows of cells, with a
    /// sign between them.
    #[inline(never)]
    pub fn column(&self) -> &str {
        let head = line_after(self.text, self.paragraph, ROW);
        let Some(sign) = [';', '\t', '|', ','].into_iter().find(|sign| head.contains(*sign)) else { return "" };
        let row = line_before(self.text, self.start, ROW);
        let row_start = self.start - row.len();
        let whole = row_start == 0 || self.text.as_bytes()[row_start - 1] == b'\n';
        // The number has the cell to itself.
        let cell = row.rfind(sign).map_or(row, |end| &row[end + 1..]);
        if !whole || row_start <= self.paragraph || !cell.trim_matches([' ', '"', '+', '(']).is_empty() {
            return "";
        }
        head.split(sign).nth(row.matches(sign).count()).filter(|name| name.len() <= NAME).unwrap_or_default()
    }
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
