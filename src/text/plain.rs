//! Plain text: paragraphs set apart by blank lines, and nothing else.

use super::canonical::RawBlock;
use super::inline::InlineText;

/// The paragraphs of `content`, each on one line.
pub(super) fn read(content: &str) -> Vec<RawBlock> {
    let mut paragraphs = Vec::new();
    let mut paragraph = InlineText::default();
    let mut finish = |paragraph: &mut InlineText| {
        if !paragraph.is_empty() {
            paragraphs.push(RawBlock::paragraph(paragraph.take()));
        }
    };
    // Old files end lines with a lone carriage return; the empty line inside a CRLF must not count as blank.
    for line in content.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r')) {
        if line.trim().is_empty() {
            finish(&mut paragraph);
        } else {
            paragraph.push(line);
            paragraph.push(" ");
        }
    }
    finish(&mut paragraph);
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_part_paragraphs_and_line_ends_do_not() {
        for end in ["\n", "\r\n", "\r"] {
            let content = ["  # Call me", "Ishmael. ", " \t", "", "- Some years ago", ""].join(end);
            let texts: Vec<String> = read(&content).into_iter().map(|block| block.text).collect();
            assert_eq!(texts, ["# Call me Ishmael.", "- Some years ago"]);
        }
    }

    #[test]
    fn nothing_visible_is_nothing() {
        assert!(read(" \n\0\n\u{feff}\r\n").is_empty());
    }
}
