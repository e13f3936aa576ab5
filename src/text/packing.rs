//! Pieces of text to groups within a token budget.

use unicode_segmentation::UnicodeSegmentation;

use super::STEP_BYTES;
use crate::document::TextRange;
use crate::traits::TokenCounter;

/// A longer range is not tokenized anew to count it: that would take too long for one step.
const RECOUNTED: usize = 4 * STEP_BYTES;

/// Where the tokens of a text start, found stretch by stretch.
#[derive(Default)]
pub(super) struct Tokens {
    starts: Vec<u32>,
    /// Where stretches meet within a word, which may count differently as a whole.
    cuts: Vec<u32>,
}

impl Tokens {
    /// Tokenizes the beginning of `range` of `text`, which begins behind what was tokenized before. Returns where the next
    /// stretch begins.
    pub fn add(&mut self, text: &str, range: TextRange, counter: &dyn TokenCounter) -> u32 {
        let end = stretch_end(range.of(text));
        let stretch = TextRange { end: range.start + end as u32, ..range };
        if stretch.end < range.end && !text[stretch.end as usize..].starts_with(char::is_whitespace) {
            self.cuts.push(stretch.end);
        }
        self.starts.extend(counter.token_ranges(stretch.of(text)).iter().map(|token| token.start + stretch.start));
        stretch.end
    }
}

/// The length of a stretch at the beginning of `text` that a step can tokenize: up to white space, if it comes soon.
fn stretch_end(text: &str) -> usize {
    if text.len() <= STEP_BYTES {
        return text.len();
    }
    let (near, far) = (text.ceil_char_boundary(STEP_BYTES), text.ceil_char_boundary(2 * STEP_BYTES));
    text[near..far].find(char::is_whitespace).map_or(far, |space| near + space)
}

/// Counts the tokens of ranges of one text that is tokenized once.
///
/// Tokens do not reach over white space, nor depend on what is beyond it. So between white space the count is that of
/// the tokens that start in a range; a range that begins or ends within a word is tokenized anew.
pub(super) struct Ruler<'a> {
    pub text: &'a str,
    pub counter: &'a dyn TokenCounter,
    pub tokens: &'a Tokens,
}

impl Ruler<'_> {
    /// The tokens of the text in `range`; about as many where it is long and holds or parts a word that is.
    pub fn count(&self, range: TextRange) -> usize {
        let before = self.text[..range.start as usize].chars().next_back();
        let after = self.text[range.end as usize..].chars().next();
        let whole_words = before.into_iter().chain(after).all(char::is_whitespace);
        if range.len() > RECOUNTED || (whole_words && !self.is_cut(range)) {
            self.estimate(range)
        } else {
            self.counter.count(range.of(self.text))
        }
    }

    /// Whether two stretches meet within a word in `range`.
    fn is_cut(&self, range: TextRange) -> bool {
        let next = self.tokens.cuts.partition_point(|&cut| cut <= range.start);
        self.tokens.cuts.get(next).is_some_and(|&cut| cut < range.end)
    }

    /// The tokens that start in `range`.
    fn estimate(&self, range: TextRange) -> usize {
        let before = |byte: u32| self.tokens.starts.partition_point(|&start| start < byte);
        before(range.end) - before(range.start)
    }
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
    pub ruler: Ruler<'a>,
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
    fn pack(&self, pieces: &[Piece]) -> Vec<TextRange> {
        let mut packing = Packing::new(pieces, self);
        std::iter::from_fn(|| self.next_group(pieces, &mut packing)).collect()
    }

    /// The next group of `pieces`, which are those that `packing` was made for.
    pub fn next_group(&self, pieces: &[Piece], packing: &mut Packing) -> Option<TextRange> {
        let Packing { tokens, remaining, from, new } = packing;
        if *new == pieces.len() {
            return None;
        }
        let span =
            |from: usize, end: usize| TextRange { start: pieces[from].range.start, end: pieces[end - 1].range.end };
        let mut room = self.budget.saturating_sub(tokens[*from..*new].iter().sum());
        while from < new && tokens[*new] > room {
            room += tokens[*from];
            *from += 1;
        }
        let mut end = *new + self.share(&pieces[*new..], &tokens[*new..], *remaining, room);
        loop {
            let counted = self.ruler.count(span(*from, end));
            if counted <= self.budget || end - *from == 1 {
                break;
            } else if from < new {
                *from += 1;
            } else {
                // An estimate that failed within words: keep the part that should fit.
                let kept = (end - *new) * self.budget / counted;
                end = *new + kept.clamp(1, end - *new - 1);
            }
        }
        let group = span(*from, end);
        *remaining -= tokens[*new..end].iter().sum::<usize>();
        let group_start = *from;
        (*from, *new) = (end, end);
        let repeats = |from: usize| pieces[from].whole && self.ruler.count(span(from, end)) <= self.overlap;
        while self.overlap > 0 && *from > group_start + 1 && repeats(*from - 1) {
            *from -= 1;
        }
        Some(group)
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
        let mut cursor = self.ruler.tokens.starts.partition_point(|&start| start < first.range.start);
        pieces
            .iter()
            .map(|piece| {
                let count =
                    self.ruler.tokens.starts[cursor..].iter().take_while(|&&start| start < piece.range.end).count();
                cursor += count;
                count
            })
            .collect()
    }
}

/// How far the pieces of a section are packed.
pub(super) struct Packing {
    /// The tokens that start in each piece, and those of the pieces that are in no group yet.
    tokens: Vec<usize>,
    remaining: usize,
    /// The group in the making begins with pieces `from..new` of the group before and goes on behind `new`.
    from: usize,
    new: usize,
}

impl Packing {
    pub fn new(pieces: &[Piece], packer: &Packer) -> Self {
        let tokens = packer.estimates(pieces);
        Self { remaining: tokens.iter().sum(), tokens, from: 0, new: 0 }
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
