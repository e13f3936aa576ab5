//! Plain text: blank lines set paragraphs apart, other line breaks are where a line was full.

use super::canonical::{Builder, Canonical};
use crate::document::BlockKind;

pub fn parse(content: &str) -> Canonical {
    let mut builder = Builder::default();
    let mut paragraph = String::new();
    for line in content.lines().chain([""]) {
        if line.trim().is_empty() {
            builder.prose(BlockKind::Paragraph, &paragraph);
            paragraph.clear();
        } else {
            paragraph.push_str(line);
            paragraph.push(' ');
        }
    }
    builder.finish()
}
