//! A text as the model's words, with those that are too long for it cut into pieces.
//!
//! WordPiece reads a word of over 100 characters as one unknown token. Counted like that, a budget could be cheated by
//! leaving out spaces; embedded like that, such a text is as good as empty. So long words are cut, and whoever counts
//! or breaks texts cuts them at the same places.
//!
//! The tokenizer's working memory is many times the text's size, so it is fed windows of a few kilobytes. Windows meet
//! at white space, where the model's words end too. Where there is none, a window keeps back its last piece, which may
//! go on, and the next window begins with it; so it makes no difference where windows meet.

use std::ops::ControlFlow;

use tokenizers::normalizer::Range;
use tokenizers::{Encoding, Model, NormalizedString, OffsetType, PreTokenizer};

use super::components::{BertTokenizer, Processor};

/// Bytes of text that the tokenizer is given at a time, unless a single word is longer.
const WINDOW: usize = 4096;

/// Characters in a part of a long word. Short parts lose less to a character that the vocabulary lacks, which makes its
/// whole part unknown, and cost less: the time for a part grows with its square.
const PART: usize = 20;

/// A word of the text or, if it is too long for the model, a part of it.
pub(super) struct Piece<'a> {
    /// Whether it goes on with the word that the piece before began.
    pub continues: bool,
    /// Its wordpieces.
    pub ids: &'a [u32],
    /// Where in the text they stand, in bytes from `base`.
    offsets: &'a [(usize, usize)],
    base: usize,
}

impl Piece<'_> {
    /// Where each wordpiece begins and ends in the text, in bytes.
    pub fn offsets(&self) -> impl Iterator<Item = (usize, usize)> {
        self.offsets.iter().map(|(start, end)| (self.base + start, self.base + end))
    }

    /// The byte of the text at which the piece begins.
    pub fn start(&self) -> usize {
        self.base + self.offsets.first().map_or(0, |offset| offset.0)
    }
}

/// Finds the pieces of texts.
pub(super) struct PieceFinder {
    tokenizer: BertTokenizer,
    longest_word: usize,
    window: usize,
    /// Bytes in the longest of the tokens that are looked for before words are, such as `[MASK]`.
    longest_special: usize,
}

impl PieceFinder {
    /// Words of over `longest_word` characters, as the model sees them, will be cut.
    pub fn new(tokenizer: BertTokenizer, longest_word: usize) -> Self {
        let longest_special = tokenizer.added_tokens.longest();
        Self { tokenizer, longest_word, window: WINDOW, longest_special }
    }

    pub fn post_processor(&self) -> Option<&Processor> {
        self.tokenizer.post_processor.as_ref()
    }

    /// Visits the pieces of `text` in order, until told to stop.
    pub fn visit(&self, text: &str, mut visit: impl FnMut(Piece) -> ControlFlow<()>) {
        let (mut start, mut size) = (0, self.window);
        // Whether the text at `start` goes on with a word that was cut there.
        let mut continues = false;
        while start < text.len() {
            let (window, complete) = window(&text[start..], size);
            let begins_with_rest = std::mem::take(&mut continues);
            let (encoding, continued) = self.encode(window, begins_with_rest);
            let pieces = pieces(&encoding);
            let settled = if complete { pieces.len() } else { self.settled(&pieces, &encoding, window) };
            let continues_at = |index| continued.binary_search(&index).is_ok() || (index == 0 && begins_with_rest);
            for (index, &(first, end)) in pieces[..settled].iter().enumerate() {
                let (ids, offsets) = (&encoding.get_ids()[first..end], &encoding.get_offsets()[first..end]);
                let piece = Piece { continues: continues_at(index), ids, offsets, base: start };
                if visit(piece).is_break() {
                    return;
                }
            }
            let Some(&(next, _)) = pieces.get(settled) else {
                (start, size) = (start + window.len(), self.window);
                continue;
            };
            continues = continues_at(settled);
            // Where nothing is settled, one word fills the window, mostly with characters that the model does not see.
            size = if settled == 0 { size * 2 } else { self.window };
            if settled > 0 {
                start += encoding.get_offsets()[next].0;
            }
        }
    }

    /// Encodes a window with its long words cut, of which the first may be the rest of one, and says which of the words
    /// in the encoding go on with the one before.
    ///
    /// No step can fail with the components that [`Tokenizer::parse`](super::Tokenizer::parse) lets pass.
    fn encode(&self, window: &str, begins_with_rest: bool) -> (Encoding, Vec<usize>) {
        let mut continued = Vec::new();
        let encoding = self.try_encode(window, begins_with_rest, &mut continued).unwrap_or_default();
        (encoding, continued)
    }

    fn try_encode(
        &self,
        window: &str,
        begins_with_rest: bool,
        continued: &mut Vec<usize>,
    ) -> tokenizers::Result<Encoding> {
        let BertTokenizer { added_tokens, normalizer, pre_tokenizer, model, .. } = &self.tokenizer;
        let mut words = added_tokens.extract_and_normalize(normalizer, window)?;
        pre_tokenizer.pre_tokenize(&mut words)?;
        words.split(|index, word| {
            let longest_word = if index == 0 && begins_with_rest { 0 } else { self.longest_word };
            let parts =
                if is_longer(&word, longest_word) { cut(&word, PART.min(self.longest_word)) } else { vec![word] };
            let first = index + continued.len();
            continued.extend(first + 1..first + parts.len());
            Ok(parts)
        })?;
        words.tokenize(|word| model.tokenize(word.get()))?;
        words.into_encoding(None, 0, OffsetType::Byte)
    }

    /// How many pieces of a window that ends within a word will stay as they are once more of the text is known: all but
    /// the last one and what may be the beginning of a special token.
    fn settled(&self, pieces: &[(usize, usize)], encoding: &Encoding, window: &str) -> usize {
        let settled_bytes = window.len().saturating_sub(self.longest_special);
        let settled = pieces.partition_point(|(_, end)| encoding.get_offsets()[end - 1].1 <= settled_bytes);
        settled.min(pieces.len().saturating_sub(1))
    }
}

/// The first `size` bytes of `text` or a little less, and whether no word goes on behind them.
fn window(text: &str, size: usize) -> (&str, bool) {
    if text.len() <= size {
        return (text, true);
    }
    let window = &text[..text.floor_char_boundary(size)];
    match window.rfind(ends_words) {
        Some(end) if end > 0 => (&text[..end], true),
        _ => (window, false),
    }
}

/// Whether the model's words end at this character. It drops control characters before it looks for white space.
fn ends_words(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r') || (character.is_whitespace() && !character.is_control())
}

/// Whether a word has more than `length` of the characters that the model sees.
fn is_longer(word: &NormalizedString, length: usize) -> bool {
    word.len() > length && word.get().chars().count() > length
}

/// Cuts a word into parts of at most `longest` of the characters that the model sees, never within a character of the
/// text: a Hangul syllable is two or three to the model.
fn cut(word: &NormalizedString, longest: usize) -> Vec<NormalizedString> {
    let original_start = |at: usize, character: char| {
        word.convert_offsets(Range::Normalized(at..at + character.len_utf8())).map(|range| range.start)
    };
    let characters: Vec<_> =
        word.get().char_indices().map(|(at, character)| (at, original_start(at, character))).collect();
    let mut cuts = vec![0];
    let mut length = 0;
    for character in characters.chunk_by(|(_, a), (_, b)| a == b) {
        if length + character.len() > longest && length > 0 {
            cuts.push(character[0].0);
            length = 0;
        }
        length += character.len();
    }
    cuts.push(word.len());
    cuts.windows(2).filter_map(|ends| word.slice(Range::Normalized(ends[0]..ends[1]))).collect()
}

/// The tokens of each word, as ranges of their indices.
fn pieces(encoding: &Encoding) -> Vec<(usize, usize)> {
    let words = encoding.get_word_ids().chunk_by(|a, b| a == b);
    let mut first = 0;
    words
        .map(|word| {
            let end = first + word.len();
            (std::mem::replace(&mut first, end), end)
        })
        .collect()
}

#[cfg(test)]
impl PieceFinder {
    /// The same with windows of another size.
    pub fn with_window(mut self, window: usize) -> Self {
        self.window = window;
        self
    }
}
