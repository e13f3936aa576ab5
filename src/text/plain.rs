//! Plain text: paragraphs set apart by blank lines, and nothing else.

use super::canonical::RawBlock;
use super::inline::InlineText;

/// Reads the paragraphs of a text, each onto one line.
pub(super) struct Reader {
    content: String,
    /// The byte up to which it is read.
    at: usize,
    /// Whether the line so far holds nothing visible.
    blank: bool,
    paragraph: InlineText,
    paragraphs: Vec<RawBlock>,
}

impl Reader {
    pub fn new(content: String) -> Self {
        Self { content, at: 0, blank: true, paragraph: InlineText::default(), paragraphs: Vec::new() }
    }

    /// Reads about `bytes` more. Returns whether all is read.
    pub fn step(&mut self, bytes: usize) -> bool {
        let stop = self.content.ceil_char_boundary(self.at.saturating_add(bytes).min(self.content.len()));
        while self.at < stop {
            let rest = &self.content[self.at..stop];
            let end = rest.find(['\n', '\r']);
            let line = &rest[..end.unwrap_or(rest.len())];
            self.blank &= line.trim().is_empty();
            self.paragraph.push(line);
            self.at += line.len();
            if end.is_some() {
                // Old files end lines with a lone carriage return.
                self.at += if self.content[self.at..].starts_with("\r\n") { 2 } else { 1 };
                self.end_line();
            }
        }
        self.at >= self.content.len()
    }

    fn end_line(&mut self) {
        if !self.blank {
            self.paragraph.push(" ");
        } else if !self.paragraph.is_empty() {
            self.paragraphs.push(RawBlock::paragraph(self.paragraph.take()));
        }
        self.blank = true;
    }

    /// The paragraphs of what was read.
    pub fn finish(mut self) -> Vec<RawBlock> {
        self.blank = true;
        self.end_line();
        self.paragraphs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paragraphs of `content`, read in steps of `bytes`.
    fn read(content: &str, bytes: usize) -> Vec<String> {
        let mut reader = Reader::new(content.to_owned());
        while !reader.step(bytes) {}
        reader.finish().into_iter().map(|block| block.text).collect()
    }

    #[test]
    fn blank_lines_part_paragraphs_and_line_ends_do_not() {
        for end in ["\n", "\r\n", "\r"] {
            let content = ["  # Call me", "Ishmael. ", " \t", "", "- Some years ago", ""].join(end);
            for bytes in [1, 2, 7, 1000] {
                assert_eq!(read(&content, bytes), ["# Call me Ishmael.", "- Some years ago"]);
            }
        }
    }

    #[test]
    fn nothing_visible_is_nothing() {
        assert!(read(" \n\0\n\u{feff}\r\n", 3).is_empty());
    }
}
