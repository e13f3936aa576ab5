//! Texts to the ids of wordpieces, and wordpieces counted.

use std::borrow::Cow;
use std::ops::ControlFlow;

use tokenizers::models::ModelWrapper;
use tokenizers::normalizers::NormalizerWrapper;
use tokenizers::pre_tokenizers::PreTokenizerWrapper;
use tokenizers::{Encoding, PostProcessor, Token};

use super::pieces::PieceFinder;
use super::{TOKENIZER, model_file};
use crate::document::TextRange;
use crate::error::{Error, Result};
use crate::traits::TokenCounter;

/// A longer limit would let a single word take time in proportion to its square.
const LONGEST_WORD: usize = 1000;

/// The tokenizer of a BERT-family model.
///
/// [`encode`](Self::encode) gives what the model reads, exactly as its reference implementation would. The counting
/// methods see words of over 100 characters cut, and agree with `encode` once a text has gone through
/// [`break_long_words`](Self::break_long_words).
pub struct Tokenizer {
    pieces: PieceFinder,
    /// What stands for a word that the vocabulary cannot spell.
    unknown: u32,
    /// The special tokens before a text (`[CLS]`) and after it (`[SEP]`).
    before: Vec<u32>,
    after: Vec<u32>,
    max_length: usize,
}

impl Tokenizer {
    /// Reads `tokenizer.json`. Truncation and padding that the file sets are switched off: they are meant for another
    /// use than this. Texts are cut at `max_length` tokens, special ones included; `lowercase` asks for lower case whatever
    /// the file says; every id must be under `vocabulary`, the number of embeddings that the model has.
    ///
    /// # Errors
    /// [`Error::ModelFile`] if the file is damaged or of another kind than BERT's.
    pub(super) fn parse(bytes: &[u8], max_length: usize, lowercase: bool, vocabulary: usize) -> Result<Self> {
        let mut tokenizer = tokenizers::Tokenizer::from_bytes(bytes).map_err(unusable)?;
        tokenizer.with_truncation(None).map_err(unusable)?.with_padding(None);

        let Some(NormalizerWrapper::BertNormalizer(mut normalizer)) = tokenizer.get_normalizer().cloned() else {
            return Err(unusable("its normalizer is not BertNormalizer, the only one that is supported"));
        };
        if lowercase && !normalizer.lowercase {
            // Where the file leaves accents open, they go by the letter case that it set.
            normalizer.strip_accents = Some(normalizer.strip_accents.unwrap_or(false));
            normalizer.lowercase = true;
            tokenizer.with_normalizer(Some(normalizer));
        }
        if !matches!(tokenizer.get_pre_tokenizer(), Some(PreTokenizerWrapper::BertPreTokenizer(_))) {
            return Err(unusable("its pre-tokenizer is not BertPreTokenizer, the only one that is supported"));
        }
        let ModelWrapper::WordPiece(model) = tokenizer.get_model() else {
            return Err(unusable("its model is not WordPiece, the only one that is supported"));
        };
        let longest_word = model.max_input_chars_per_word;
        if !(1..=LONGEST_WORD).contains(&longest_word) {
            return Err(unusable(format!(
                "max_input_chars_per_word is {longest_word}, not within 1 to {LONGEST_WORD}"
            )));
        }
        let token = model.unk_token.clone();
        let Some(unknown) = tokenizers::Model::token_to_id(model, &token) else {
            return Err(unusable(format!("its vocabulary lacks the unknown token \"{token}\"")));
        };
        let (before, after) = special_tokens(&tokenizer)?;
        if max_length <= before.len() + after.len() {
            return Err(unusable(format!("a maximum length of {max_length} tokens leaves no room for text")));
        }
        let ids = tokenizer.get_vocab(true).into_values().chain(before.iter().chain(&after).copied());
        if let Some(id) = ids.max().filter(|id| *id as usize >= vocabulary) {
            return Err(unusable(format!("it has the id {id}, but the model has only {vocabulary} embeddings")));
        }
        Ok(Self { pieces: PieceFinder::new(tokenizer, longest_word), unknown, before, after, max_length })
    }

    /// The most tokens that [`encode`](Self::encode) returns.
    pub fn max_length(&self) -> usize {
        self.max_length
    }

    /// The ids that the model reads for `text`, special ones included, cut at [`max_length`](Self::max_length). A word
    /// of over 100 characters is one unknown token here.
    pub fn encode(&self, text: &str) -> Vec<u32> {
        let mut ids = self.before.clone();
        let full = self.max_length - self.after.len();
        let mut word = ids.len();
        self.pieces.visit(text, |piece| {
            if piece.continues {
                ids.truncate(word);
                ids.push(self.unknown);
            } else {
                word = ids.len();
                ids.extend(piece.ids);
            }
            // A word that crosses the limit may yet turn out too long, and be one token of which there is room.
            if word >= full || (piece.continues && ids.len() >= full) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        ids.truncate(full);
        ids.extend(&self.after);
        ids
    }

    /// `text` with a space put in wherever a word of over 100 characters is cut for counting, so that the model reads
    /// its pieces and not one unknown token. Most texts come back as they are.
    pub fn break_long_words<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut broken = String::new();
        let mut copied = 0;
        self.pieces.visit(text, |piece| {
            if piece.continues {
                broken.push_str(&text[copied..piece.start()]);
                broken.push(' ');
                copied = piece.start();
            }
            ControlFlow::Continue(())
        });
        if copied == 0 {
            return Cow::Borrowed(text);
        }
        broken.push_str(&text[copied..]);
        Cow::Owned(broken)
    }
}

impl TokenCounter for Tokenizer {
    /// Ranges are in order, and every one holds at least one character. Wordpieces of one character share its range: a
    /// Hangul syllable may be three of them.
    ///
    /// Counts add up over parts of a text that meet at white space.
    fn token_ranges(&self, text: &str) -> Vec<TextRange> {
        let mut ranges = Vec::new();
        self.pieces.visit(text, |piece| {
            ranges.extend(piece.offsets().map(|(start, end)| TextRange::new(start, end)));
            ControlFlow::Continue(())
        });
        ranges
    }

    fn count(&self, text: &str) -> usize {
        let mut count = 0;
        self.pieces.visit(text, |piece| {
            count += piece.ids.len();
            ControlFlow::Continue(())
        });
        count
    }
}

/// What the file's post-processor puts before and after a text.
fn special_tokens(tokenizer: &tokenizers::Tokenizer) -> Result<(Vec<u32>, Vec<u32>)> {
    const TEXT: u32 = u32::MAX;
    let Some(processor) = tokenizer.get_post_processor() else { return Ok((Vec::new(), Vec::new())) };
    let text = Encoding::from_tokens(vec![Token::new(TEXT, String::new(), (0, 0))], 0);
    let processed = processor.process(text, None, true).map_err(unusable)?;
    let mut parts = processed.get_ids().splitn(2, |id| *id == TEXT);
    match (parts.next(), parts.next()) {
        (Some(before), Some(after)) => Ok((before.to_vec(), after.to_vec())),
        _ => Err(unusable("its post-processor drops the text")),
    }
}

fn unusable(reason: impl std::fmt::Display) -> Error {
    model_file(TOKENIZER, reason)
}
