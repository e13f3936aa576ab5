//! Sentences, or parts of those that are too long, packed under a token budget.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::chunk::ChunkOptions;
use crate::document::{Block, TextRange};
use crate::sentences::sentences;
use crate::traits::TokenCounter;

/// What is never cut: a sentence, or a part of one over the budget.
#[derive(Clone, Debug, PartialEq)]
pub struct Unit {
    pub range: TextRange,
    pub tokens: u32,
    /// A part of a word. Next to its other parts it would be counted as one with them, so it stands alone.
    pub part_of_word: bool,
}

/// The units of `block`, each within `budget`. The block is tokenized once.
pub fn units(text: &str, block: &Block, budget: u32, counter: &dyn TokenCounter) -> Vec<Unit> {
    let block_text = block.range.of(text);
    let tokens = counter.token_ranges(block_text);
    let mut units = Vec::new();
    let mut next = 0;
    for sentence in sentences(block_text) {
        let first = next;
        next += tokens[first..].partition_point(|token| token.start < sentence.end);
        let sentence_tokens = &tokens[first..next];
        if sentence_tokens.len() <= budget as usize {
            let tokens = sentence_tokens.len() as u32;
            units.push(Unit { range: sentence, tokens, part_of_word: false });
        } else {
            cut_at_words(block_text, sentence, sentence_tokens, budget, counter, &mut units);
        }
    }
    for unit in &mut units {
        unit.range = unit.range.shifted(block.range.start);
    }
    units
}

/// Cuts a sentence at white space into as few parts as fill the budget.
fn cut_at_words(
    text: &str,
    sentence: TextRange,
    tokens: &[TextRange],
    budget: u32,
    counter: &dyn TokenCounter,
    units: &mut Vec<Unit>,
) {
    let mut part: Option<Unit> = None;
    let mut next = 0;
    let mut start = sentence.start;
    for word in sentence.of(text).split_inclusive(char::is_whitespace) {
        let range = TextRange { start, end: start + word.trim_end().len() as u32 };
        start += word.len() as u32;
        if range.is_empty() {
            continue;
        }
        let first = next;
        next += tokens[first..].partition_point(|token| token.start < range.end);
        let count = (next - first) as u32;
        match &mut part {
            Some(part) if part.tokens + count <= budget => {
                part.range.end = range.end;
                part.tokens += count;
            }
            _ => {
                units.extend(part.take());
                if count > budget {
                    cut_at_characters(text, range, &tokens[first..next], budget, counter, units);
                } else {
                    part = Some(Unit { range, tokens: count, part_of_word: false });
                }
            }
        }
    }
    units.extend(part);
}

/// Cuts a word between grapheme clusters where a token ends near the budget. A part is counted by itself, since a
/// word's beginning may be read otherwise than it is within the word.
fn cut_at_characters(
    text: &str,
    word: TextRange,
    tokens: &[TextRange],
    budget: u32,
    counter: &dyn TokenCounter,
    units: &mut Vec<Unit>,
) {
    let mut start = word.start;
    while start < word.end {
        let first = tokens.partition_point(|token| token.start < start);
        let mut end = tokens.get(first + budget as usize).map_or(word.end, |token| token.start.max(start));
        let count = loop {
            end = grapheme_boundary(text, start, end, word.end);
            let count = counter.count(&text[start as usize..end as usize]) as u32;
            if count <= budget || end - start <= 4 {
                break count;
            }
            end = start + (end - start) / 2;
        };
        units.push(Unit { range: TextRange { start, end }, tokens: count, part_of_word: true });
        start = end;
    }
}

/// The last grapheme boundary after `start` and not after `wanted`, or the first after `start` if there is none. A
/// cluster without end is cut between characters.
fn grapheme_boundary(text: &str, start: u32, wanted: u32, end: u32) -> u32 {
    /// More than any cluster that a reader would see as one has.
    const LONGEST: usize = 64;
    if wanted >= end {
        return end;
    }
    let wanted = text.floor_char_boundary(wanted as usize);
    let from = text.floor_char_boundary(wanted.saturating_sub(LONGEST).max(start as usize));
    let until = text.ceil_char_boundary((wanted + 4).min(end as usize));
    let clusters = text[from..until].grapheme_indices(true).map(|(at, _)| from + at);
    let boundary = clusters.filter(|&at| at > start as usize && at <= wanted).last();
    let boundary =
        boundary.unwrap_or(if wanted > start as usize { wanted } else { text.ceil_char_boundary(start as usize + 1) });
    boundary as u32
}

/// Ranges of units, each a chunk: none over the budget, all nearly of one size.
pub fn pack(units: &[Unit], options: &ChunkOptions) -> Vec<Range<usize>> {
    let mut packed = Vec::new();
    let mut start = 0;
    let mut left: u32 = units.iter().map(|unit| unit.tokens).sum();
    while start < units.len() {
        // As many chunks as the budget demands, of equal size, rather than full ones and a rest.
        let target = left.div_ceil(left.div_ceil(options.tokens).max(1));
        let mut end = start;
        let mut tokens = 0;
        while let Some(unit) = units.get(end) {
            let alone =
                unit.part_of_word || end.checked_sub(1).is_some_and(|last| last >= start && units[last].part_of_word);
            let full = tokens + unit.tokens > options.tokens || (end > start && alone);
            let nearer_without =
                tokens + unit.tokens > target && tokens + unit.tokens - target > target.abs_diff(tokens);
            if end > start && (full || nearer_without) {
                break;
            }
            tokens += unit.tokens;
            end += 1;
        }
        packed.push(start..end);
        left -= tokens;
        start = end;
    }
    if options.overlap > 0 { overlapped(units, &packed, options) } else { packed }
}

/// Begins each chunk with the last sentences of the one before, as far as both limits allow.
fn overlapped(units: &[Unit], packed: &[Range<usize>], options: &ChunkOptions) -> Vec<Range<usize>> {
    let mut result: Vec<Range<usize>> = packed.to_vec();
    for index in 1..packed.len() {
        let mut tokens: u32 = units[packed[index].clone()].iter().map(|unit| unit.tokens).sum();
        let mut repeated = 0;
        for unit in units[packed[index - 1].clone()].iter().rev() {
            repeated += unit.tokens;
            tokens += unit.tokens;
            let alone = unit.part_of_word || units[packed[index].start].part_of_word;
            if repeated > options.overlap || tokens > options.tokens || alone {
                break;
            }
            result[index].start -= 1;
        }
    }
    result
}
