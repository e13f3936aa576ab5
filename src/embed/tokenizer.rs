//! Texts to the ids of wordpieces, and wordpieces counted.

use std::borrow::Cow;
use std::ops::ControlFlow;

use tokenizers::{Encoding, Model, PostProcessor, Token};

use super::components::{self, BertTokenizer, Processor};
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
/// [`break_long_words`](TokenCounter::break_long_words).
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
        let tokenizer = components::read(bytes, lowercase)?;
        let model = &tokenizer.model;
        let longest_word = model.max_input_chars_per_word;
        if !(1..=LONGEST_WORD).contains(&longest_word) {
            return Err(unusable(format!(
                "max_input_chars_per_word is {longest_word}, not within 1 to {LONGEST_WORD}"
            )));
        }
        let token = &model.unk_token;
        let Some(unknown) = model.token_to_id(token) else {
            return Err(unusable(format!("its vocabulary lacks the unknown token \"{token}\"")));
        };
        let (before, after) = special_tokens(&tokenizer)?;
        if max_length <= before.len() + after.len() {
            return Err(unusable(format!("a maximum length of {max_length} tokens leaves no room for text")));
        }
        let special = before.iter().chain(&after).copied();
        let ids = model.get_vocab().into_values().chain(tokenizer.added_tokens.ids()).chain(special);
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
        self.encode_with_ranges(text).ids
    }

    /// [`encode`](Self::encode), and where in the text the tokens stand.
    pub(super) fn encode_with_ranges(&self, text: &str) -> Encoded {
        let (ids, ranges) = self.read(text, self.room());
        Encoded { ids: self.surrounded(&ids), ranges, first: self.before.len() }
    }

    /// The most ids that a text may have beside the special ones.
    pub(super) fn room(&self) -> usize {
        self.max_length - self.before.len() - self.after.len()
    }

    /// `ids` between the special ones.
    pub(super) fn surrounded(&self, ids: &[u32]) -> Vec<u32> {
        [&self.before, ids, &self.after].concat()
    }

    /// The ids that the model reads for `text` by itself, without special ones, and where they stand; at most `full`.
    pub(super) fn read(&self, text: &str, full: usize) -> (Vec<u32>, Vec<TextRange>) {
        let mut ids = Vec::new();
        let mut ranges: Vec<TextRange> = Vec::new();
        let mut word = 0;
        self.pieces.visit(text, |piece| {
            let piece_ranges = piece.offsets().map(|(start, end)| TextRange::new(start, end));
            if piece.continues {
                ids.truncate(word);
                ids.push(self.unknown);
                let start = ranges[word].start;
                let end = piece_ranges.last().map_or(start, |range| range.end);
                ranges.truncate(word);
                ranges.push(TextRange { start, end });
            } else {
                word = ids.len();
                ids.extend(piece.ids);
                ranges.extend(piece_ranges);
            }
            // A word that crosses the limit may yet turn out too long, and be one token of which there is room.
            if word >= full || (piece.continues && ids.len() >= full) {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        });
        ids.truncate(full);
        ranges.truncate(full);
        (ids, ranges)
    }

    /// What the file's post-processor puts around a text, or around two.
    pub(super) fn post_processor(&self) -> Option<&Processor> {
        self.pieces.post_processor()
    }
}

/// A text as the model reads it.
pub(super) struct Encoded {
    /// Special tokens included.
    pub ids: Vec<u32>,
    /// Bytes of the text, for each token but the special ones.
    pub ranges: Vec<TextRange>,
    /// Which of `ids` stands at the first range.
    pub first: usize,
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

    fn break_long_words<'a>(&self, text: &'a str) -> Cow<'a, str> {
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

/// What the file's post-processor puts before and after a text.
fn special_tokens(tokenizer: &BertTokenizer) -> Result<(Vec<u32>, Vec<u32>)> {
    const TEXT: u32 = u32::MAX;
    let Some(processor) = &tokenizer.post_processor else { return Ok((Vec::new(), Vec::new())) };
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

#[cfg(test)]
pub(super) mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    /// Letters, some wordpieces of them, the parts of the syllable 한, and a Chinese character.
    pub fn file() -> serde_json::Value {
        let tokens = [
            "[PAD]",
            "[UNK]",
            "[CLS]",
            "[SEP]",
            "[MASK]",
            "a",
            "##a",
            "b",
            "##b",
            "c",
            "##c",
            "abc",
            "##bca",
            "##cabc",
            "bcabca",
            ".",
            "-",
            "é",
            "e",
            "##e",
            "\u{1112}",
            "##\u{1112}",
            "##\u{1161}",
            "##\u{11ab}",
            "猫",
        ];
        let vocabulary: serde_json::Map<_, _> =
            tokens.iter().enumerate().map(|(id, token)| (token.to_string(), id.into())).collect();
        let special = |token: &str| {
            json!({"id": vocabulary[token], "content": token, "special": true, "single_word": false,
            "lstrip": false, "rstrip": false, "normalized": false})
        };
        json!({
            "version": "1.0",
            "truncation": {"max_length": 4, "strategy": "LongestFirst", "stride": 0, "direction": "Right"},
            "padding": {"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0,
                "pad_type_id": 0, "pad_token": "[PAD]"},
            "added_tokens": tokens[..5].iter().map(|token| special(token)).collect::<Vec<_>>(),
            "normalizer": {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true,
                "strip_accents": null, "lowercase": true},
            "pre_tokenizer": {"type": "BertPreTokenizer"},
            "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 3], "cls": ["[CLS]", 2]},
            "decoder": null,
            "model": {"type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##",
                "max_input_chars_per_word": 100, "vocab": vocabulary},
        })
    }

    fn parse(file: &serde_json::Value) -> Result<Tokenizer> {
        Tokenizer::parse(file.to_string().as_bytes(), 12, false, 25)
    }

    fn tokenizer() -> Tokenizer {
        parse(&file()).unwrap()
    }

    /// With windows of other sizes, which must make no difference.
    fn with_window(window: usize) -> Tokenizer {
        let tokenizer = tokenizer();
        Tokenizer { pieces: tokenizer.pieces.with_window(window), ..tokenizer }
    }

    /// The ids by the reference implementation, of the text as a whole.
    fn plain(text: &str) -> Vec<u32> {
        static REFERENCE: LazyLock<tokenizers::Tokenizer> = LazyLock::new(|| {
            let mut reference: tokenizers::Tokenizer = file().to_string().parse().unwrap();
            reference.with_truncation(None).unwrap().with_padding(None);
            reference
        });
        REFERENCE.encode_fast(text, false).unwrap().get_ids().to_vec()
    }

    #[test]
    fn long_words_are_cut_for_counting_and_unknown_to_the_model() {
        let tokenizer = tokenizer();
        let word = "ab".repeat(60);
        assert_eq!(tokenizer.count(&word), 120);
        assert_eq!(tokenizer.encode(&word), [2, 1, 3]);
        assert_eq!(tokenizer.break_long_words(&word), vec!["ab".repeat(10); 6].join(" "));
        assert_eq!(tokenizer.encode(&tokenizer.break_long_words(&word)).len(), 12);
        assert!(matches!(tokenizer.break_long_words("ab abc"), Cow::Borrowed("ab abc")));
    }

    #[test]
    fn a_hangul_syllable_counts_as_the_model_sees_it() {
        let tokenizer = tokenizer();
        assert_eq!(tokenizer.count(&"한".repeat(33)), 99);
        // 34 syllables are 102 characters: over the limit, and parts of 20 characters hold 6 syllables.
        assert_eq!(tokenizer.break_long_words(&"한".repeat(34)).split(' ').count(), 6);
        assert_eq!(tokenizer.token_ranges("a한"), [(0, 1), (1, 4), (1, 4), (1, 4)].map(|(a, b)| TextRange::new(a, b)));
    }

    #[test]
    fn empty_texts_have_special_tokens_only() {
        for text in ["", " ", "\u{200b}\u{301}\0"] {
            assert_eq!(tokenizer().encode(text), [2, 3]);
            assert_eq!(tokenizer().count(text), 0);
        }
    }

    #[test]
    fn a_word_of_megabytes_takes_time_in_proportion() {
        let word = "ab".repeat(250_000);
        let tokenizer = tokenizer();
        assert_eq!(tokenizer.count(&word), 500_000);
        assert_eq!(tokenizer.encode(&word), [2, 1, 3]);
        // One letter, then nothing that the model would see.
        let hollow = format!("a{}", "\u{200b}".repeat(100_000));
        assert_eq!(tokenizer.count(&hollow), 1);
    }

    #[test]
    fn what_is_not_bert_s_is_refused() {
        let changed = |pointer: &str, value: serde_json::Value| {
            let mut file = file();
            *file.pointer_mut(pointer).unwrap() = value;
            parse(&file).map(|_| ()).unwrap_err().to_string()
        };
        assert!(changed("/version", json!("2.0")).contains("version"));
        assert!(changed("/normalizer", json!({"type": "Lowercase"})).contains("normalizer"));
        assert!(changed("/pre_tokenizer", serde_json::Value::Null).contains("pre-tokenizer"));
        assert!(changed("/model", json!({"type": "BPE", "vocab": {}, "merges": []})).contains("WordPiece"));
        assert!(changed("/model/unk_token", json!("[GONE]")).contains("[GONE]"));
        assert!(changed("/model/max_input_chars_per_word", json!(0)).contains("max_input_chars_per_word"));
        assert!(changed("/model/vocab/猫", json!(25)).contains("id 25"));
        assert!(changed("/added_tokens/4/content", json!("[NEW]")).contains("id 25"));
        let bytes = file().to_string();
        assert!(Tokenizer::parse(bytes.as_bytes(), 2, false, 25).is_err());
        for length in (0..bytes.len()).step_by(7) {
            assert!(Tokenizer::parse(&bytes.as_bytes()[..length], 12, false, 25).is_err());
        }
    }

    #[test]
    fn lower_case_can_be_asked_for_without_losing_accents() {
        let mut file = file();
        file["normalizer"]["lowercase"] = json!(false);
        let ids = |lowercase| {
            let tokenizer = Tokenizer::parse(file.to_string().as_bytes(), 12, lowercase, 25).unwrap();
            tokenizer.encode("A É")
        };
        assert_eq!(ids(false), [2, 1, 1, 3]);
        assert_eq!(ids(true), [2, 5, 17, 3]);
    }

    /// Texts of what is hard: long words, syllables that decompose, marks, invisible and control characters.
    pub fn texts() -> impl Strategy<Value = String> {
        let parts = prop_oneof![
            "[abc]{1,12}",
            "[abc]{80,260}",
            "[ \t\n]{1,3}",
            "[.-]{1,4}",
            "한{1,50}",
            "[猫é]{1,3}",
            "[\u{200b}\u{301}\u{b}]{1,60}",
            "x",
            "🙂{1,3}",
            "A\u{30a}",
            Just("[MASK]".to_owned()),
            Just("[SEP]".to_owned()),
            Just("[MA".to_owned()),
        ];
        prop::collection::vec(parts, 0..12).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn the_model_reads_what_the_reference_reads(text in texts(), window in 8_usize..200) {
            let tokenizer = with_window(window);
            let mut expected = plain(&text);
            expected.truncate(10);
            prop_assert_eq!(tokenizer.encode(&text), [&[2][..], &expected, &[3]].concat());
        }

        #[test]
        fn counts_are_those_of_broken_texts_and_never_less_than_plain_ones(text in texts(), window in 8_usize..200) {
            let tokenizer = with_window(window);
            let count = tokenizer.count(&text);
            prop_assert!(count >= plain(&text).len());
            let broken = tokenizer.break_long_words(&text);
            prop_assert_eq!(plain(&broken).len(), count);
            prop_assert_eq!(tokenizer.count(&broken), count);
            prop_assert_eq!(super::tests::tokenizer().count(&text), count);
            prop_assert_eq!(broken.replace(' ', ""), text.replace(' ', ""));
        }

        #[test]
        fn counts_add_up_at_white_space(a in texts(), b in texts(), space in "[ \t\n]") {
            let tokenizer = tokenizer();
            prop_assert_eq!(tokenizer.count(&format!("{a}{space}{b}")), tokenizer.count(&a) + tokenizer.count(&b));
        }

        #[test]
        fn ranges_are_of_characters_in_order(text in texts(), window in 8_usize..200) {
            let tokenizer = with_window(window);
            let ranges = tokenizer.token_ranges(&text);
            prop_assert_eq!(ranges.len(), tokenizer.count(&text));
            prop_assert!(ranges.iter().all(|range| !range.is_empty() && text.get(range.start as usize..range.end as usize).is_some()));
            prop_assert!(ranges.is_sorted());
            prop_assert!(ranges.windows(2).all(|pair| pair[0].end <= pair[1].start || pair[0] == pair[1]));
        }
    }
}
