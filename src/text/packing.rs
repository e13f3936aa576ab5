//! Pieces of text to groups within a token budget.

use unicode_segmentation::UnicodeSegmentation;

use crate::document::{Block, TextRange};
use crate::traits::TokenCounter;

/// Blocks are tokenized in stretches of about this many bytes, to bound the memory that a tokenizer takes.
const STRETCH: usize = 1 << 16;

/// Counts the tokens of ranges of one text that is tokenized once.
///
/// Tokens do not reach over white space, nor depend on what is beyond it. So between white space the count is that of
/// the tokens that start in a range; a range that begins or ends within a word is tokenized anew.
pub(super) struct Ruler<'a> {
    text: &'a str,
    counter: &'a dyn TokenCounter,
    /// Where each token of the text starts.
    starts: Vec<u32>,
}

impl<'a> Ruler<'a> {
    pub fn new(text: &'a str, blocks: &[Block], counter: &'a dyn TokenCounter) -> Self {
        let mut starts = Vec::new();
        for stretch in blocks.iter().flat_map(|block| stretches(text, block.range)) {
            starts.extend(counter.token_ranges(stretch.of(text)).iter().map(|token| token.start + stretch.start));
        }
        Self { text, counter, starts }
    }

    /// The tokens of the text in `range`.
    pub fn count(&self, range: TextRange) -> usize {
        let before = self.text[..range.start as usize].chars().next_back();
        let after = self.text[range.end as usize..].chars().next();
        if before.into_iter().chain(after).all(char::is_whitespace) {
            self.estimate(range)
        } else {
            self.counter.count(range.of(self.text))
        }
    }

    /// The tokens that start in `range`.
    fn estimate(&self, range: TextRange) -> usize {
        let before = |byte: u32| self.starts.partition_point(|&start| start < byte);
        before(range.end) - before(range.start)
    }
}

/// `range` in parts that end at white space, where there is some.
fn stretches(text: &str, range: TextRange) -> Vec<TextRange> {
    let mut found = Vec::new();
    let mut start = range.start as usize;
    let end = range.end as usize;
    while start < end {
        let mut stop = (start + STRETCH).min(end);
        while !text.is_char_boundary(stop) {
            stop += 1;
        }
        stop = text[stop..end].find(char::is_whitespace).map_or(end, |space| stop + space);
        found.push(TextRange::new(start, stop));
        start = stop;
    }
    found
}

/// A piece of a section that is not cut further.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub range: TextRange,
    /// A whole sentence, which may be repeated as overlap.
    pub whole: bool,
    /// A heading, which should not stand at the end of a chunk.
    pub heading: bool,
}

/// Packs pieces of one text into groups of at most `budget` tokens.
pub(super) struct Packer<'a> {
    pub ruler: &'a Ruler<'a>,
    pub budget: usize,
    /// How many tokens of whole pieces a group may repeat from the one before.
    pub overlap: usize,
}

impl Packer<'_> {
    /// `sentence` itself if it is within the budget, else parts of it that are: cut at white space if possible, else
    /// between words, graphemes or characters. A single character over the budget stays whole.
    pub fn cut(&self, sentence: TextRange) -> Vec<TextRange> {
        let mut parts = Vec::new();
        self.cut_into(&mut parts, sentence, &[split_words, split_word_bounds, split_graphemes, split_characters]);
        parts
    }

    fn cut_into(&self, parts: &mut Vec<TextRange>, range: TextRange, splits: &[Split]) {
        let Some((split, finer)) = splits.split_first().filter(|_| !self.fits(range)) else {
            parts.push(range);
            return;
        };
        let mut run: Vec<Piece> = Vec::new();
        for part in split(range.of(self.ruler.text)) {
            let part = part.shifted(range.start);
            if self.fits(part) {
                run.push(Piece { range: part, whole: false, heading: false });
            } else {
                parts.extend(self.pack(&run));
                run.clear();
                self.cut_into(parts, part, finer);
            }
        }
        parts.extend(self.pack(&run));
    }

    /// Whether `range` is within the budget. A token has a byte at least, so what is short need not be counted.
    fn fits(&self, range: TextRange) -> bool {
        range.len() <= self.budget || self.ruler.count(range) <= self.budget
    }

    /// Groups consecutive pieces, each of which fits, into as few ranges as possible of about the same number of
    /// tokens.
    pub fn pack(&self, pieces: &[Piece]) -> Vec<TextRange> {
        let tokens = self.estimates(pieces);
        let span =
            |from: usize, end: usize| TextRange { start: pieces[from].range.start, end: pieces[end - 1].range.end };
        let mut groups = Vec::new();
        let mut remaining: usize = tokens.iter().sum();
        // The group in the making begins with pieces `from..new` of the group before and goes on with `new..end`.
        let (mut from, mut new) = (0, 0);
        while new < pieces.len() {
            let mut room = self.budget.saturating_sub(tokens[from..new].iter().sum());
            while from < new && tokens[new] > room {
                room += tokens[from];
                from += 1;
            }
            let mut end = new + self.share(&pieces[new..], &tokens[new..], remaining, room);
            loop {
                let counted = self.ruler.count(span(from, end));
                if counted <= self.budget || end - from == 1 {
                    break;
                } else if from < new {
                    from += 1;
                } else {
                    // An estimate that failed within words: keep the part that should fit.
                    let kept = (end - new) * self.budget / counted;
                    end = new + kept.clamp(1, end - new - 1);
                }
            }
            groups.push(span(from, end));
            remaining -= tokens[new..end].iter().sum::<usize>();
            let group_start = from;
            (from, new) = (end, end);
            let repeats = |from: usize| pieces[from].whole && self.ruler.count(span(from, end)) <= self.overlap;
            while self.overlap > 0 && from > group_start + 1 && repeats(from - 1) {
                from -= 1;
            }
        }
        groups
    }

    /// How many of the next pieces go into a group with `room` tokens: those that come nearest to an even share of
    /// what remains, but never so few that more groups were needed.
    fn share(&self, pieces: &[Piece], tokens: &[usize], remaining: usize, room: usize) -> usize {
        let later_room = self.budget - self.overlap;
        let later_groups = remaining.saturating_sub(room).div_ceil(later_room);
        let aim = remaining.div_ceil(later_groups + 1);
        let mut taken = 0;
        for (index, &next) in tokens.iter().enumerate() {
            let must = index == 0 || pieces[index - 1].heading || remaining - taken > later_groups * later_room;
            let nearer = (taken + next).abs_diff(aim) <= taken.abs_diff(aim);
            if index > 0 && (taken + next > room || !(must || nearer)) {
                return index;
            }
            taken += next;
        }
        tokens.len()
    }

    /// The tokens that start in each piece.
    fn estimates(&self, pieces: &[Piece]) -> Vec<usize> {
        let Some(first) = pieces.first() else { return Vec::new() };
        let mut cursor = self.ruler.starts.partition_point(|&start| start < first.range.start);
        pieces
            .iter()
            .map(|piece| {
                let count = self.ruler.starts[cursor..].iter().take_while(|&&start| start < piece.range.end).count();
                cursor += count;
                count
            })
            .collect()
    }
}

type Split = fn(&str) -> Vec<TextRange>;

fn split_words(text: &str) -> Vec<TextRange> {
    let offset = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.split_whitespace().map(|word| TextRange::new(offset(word), offset(word) + word.len())).collect()
}

fn split_word_bounds(text: &str) -> Vec<TextRange> {
    text.split_word_bound_indices().map(|(start, word)| TextRange::new(start, start + word.len())).collect()
}

fn split_graphemes(text: &str) -> Vec<TextRange> {
    text.grapheme_indices(true).map(|(start, grapheme)| TextRange::new(start, start + grapheme.len())).collect()
}

fn split_characters(text: &str) -> Vec<TextRange> {
    text.char_indices().map(|(start, character)| TextRange::new(start, start + character.len_utf8())).collect()
}
