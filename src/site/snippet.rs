//! The part of a passage that shows best why it was found.

use crate::document::TextRange;
use crate::index::ReadQuery;

/// About how many bytes a snippet has.
const LENGTH: usize = 240;
/// How many of them come before the first word that matches.
const BEFORE: usize = 60;

/// A stretch of a passage.
#[derive(Clone, Debug, PartialEq)]
pub struct Snippet {
    pub text: String,
    /// Ranges over `text` of the words that match the question.
    pub highlights: Vec<TextRange>,
    /// Whether the passage has more before it, and after.
    pub cut: (bool, bool),
}

/// The stretch of `text` with the most words that match, the first of several. White space in it is single spaces.
pub fn snippet(text: &str, reading: &ReadQuery) -> Snippet {
    let mut words = text.split_whitespace();
    let mut text = words.next().unwrap_or_default().to_owned();
    words.for_each(|word| {
        text.push(' ');
        text.push_str(word);
    });
    let highlights = reading.highlights(&text);
    let within = |start: u32| {
        let end = start as usize + LENGTH - BEFORE;
        highlights.iter().filter(|word| word.start >= start && word.end as usize <= end).count()
    };
    let mut best = (0, 0);
    for word in &highlights {
        let count = within(word.start);
        if count > best.0 {
            best = (count, word.start as usize);
        }
    }
    let mut start = word_start(&text, best.1.saturating_sub(BEFORE));
    if start <= BEFORE / 2 || text.len() <= LENGTH {
        start = 0;
    }
    let end = if text.len() - start <= LENGTH + BEFORE { text.len() } else { word_end(&text, start + LENGTH) };
    let shown = highlights.into_iter().filter(|word| word.start as usize >= start && word.end as usize <= end);
    let shown = shown.map(|word| TextRange { start: word.start - start as u32, end: word.end - start as u32 });
    let highlights = shown.collect();
    Snippet { cut: (start > 0, end < text.len()), highlights, text: text[start..end].to_owned() }
}

/// The beginning of the word that begins next, at `at` or after it.
fn word_start(text: &str, at: usize) -> usize {
    let at = text.ceil_char_boundary(at);
    if at == 0 { 0 } else { text[at..].find(' ').map_or(at, |space| at + space + 1) }
}

/// The end of the last word that ends at `at` or before it.
fn word_end(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at.min(text.len()));
    text[..at].rfind(' ').unwrap_or(at)
}
