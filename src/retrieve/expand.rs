//! A leaf shown with what stands around it.

use super::corpus::Corpus;
use super::options::Expand;
use crate::document::{Chunk, SourceRange, TextRange};
use crate::sentences::sentences;

/// Sentences shown on either side of a leaf.
const WINDOW: usize = 2;

/// The range to show for `chunk`. It contains the chunk's own.
pub fn expand(corpus: &Corpus, chunk: &Chunk, how: Expand) -> TextRange {
    match how {
        Expand::None => chunk.range,
        Expand::Window => window(corpus, chunk),
        Expand::Parent => parent(corpus, chunk),
    }
}

/// The leaf's section, or its document where that has no headings.
fn parent(corpus: &Corpus, chunk: &Chunk) -> TextRange {
    let document = corpus.document(chunk.document);
    match chunk.heading {
        Some(heading) => covering(document.headings[heading as usize].section, chunk.range),
        None => TextRange::new(0, document.text.len()),
    }
}

/// The leaf and [`WINDOW`] sentences on either side, within its section.
fn window(corpus: &Corpus, chunk: &Chunk) -> TextRange {
    let section = parent(corpus, chunk);
    let text = &corpus.document(chunk.document).text;
    let before = TextRange { start: section.start, end: chunk.range.start };
    let after = TextRange { start: chunk.range.end, end: section.end };
    let start = match sentences(before.of(text)).iter().rev().take(WINDOW).next_back() {
        Some(sentence) => before.start + sentence.start,
        None => chunk.range.start,
    };
    let end = match sentences(after.of(text)).iter().take(WINDOW).next_back() {
        Some(sentence) => after.start + sentence.end,
        None => chunk.range.end,
    };
    TextRange { start, end }
}

fn covering(a: TextRange, b: TextRange) -> TextRange {
    TextRange { start: a.start.min(b.start), end: a.end.max(b.end) }
}

/// Sorts `ranges` and joins those that overlap or have only white space between them.
pub fn union(corpus: &Corpus, mut ranges: Vec<SourceRange>) -> Vec<SourceRange> {
    ranges.sort_unstable();
    let mut union: Vec<SourceRange> = Vec::with_capacity(ranges.len());
    for next in ranges {
        if let Some(last) = union.last_mut()
            && last.document == next.document
        {
            let gap = last.range.end..next.range.start.max(last.range.end);
            let text = &corpus.document(next.document).text[gap.start as usize..gap.end as usize];
            if text.chars().all(char::is_whitespace) {
                last.range.end = last.range.end.max(next.range.end);
                continue;
            }
        }
        union.push(next);
    }
    union
}
