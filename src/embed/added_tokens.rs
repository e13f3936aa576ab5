//! Tokens that are looked for before words are, such as `[MASK]`.
//!
//! The tokenizers crate has this as `AddedVocabulary`, which builds an automaton of the tokens and regular expressions
//! for words and white space, and so links the engines of both: a quarter of the module, for a handful of tokens that few
//! texts hold. What is here splits a text as that does, but for three things that files do not have: characters beside
//! a `single_word` token that [`is_of_word`] names, tokens of which normalization leaves nothing, which are never found,
//! and two tokens of the same content, of which the first counts.

use std::cmp::Reverse;
use std::collections::HashSet;

use serde::Deserialize;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizer::Range;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::{Model, NormalizedString, Normalizer, PreTokenizedString, Token};
use unicode_segmentation::UnicodeSegmentation;

/// A token as `tokenizer.json` has it. The id that stands there counts for nothing, since the crate does not read it
/// either.
#[derive(Deserialize)]
pub(super) struct AddedToken {
    content: String,
    /// Whether it is one only where no word goes on beside it.
    single_word: bool,
    /// Whether it takes the white space before it.
    lstrip: bool,
    /// Whether it takes the white space after it.
    rstrip: bool,
    /// Whether it is looked for, normalized as well, in the normalized text.
    normalized: bool,
    special: bool,
}

/// A piece of a text, and the token that it is.
type Split = (NormalizedString, Option<Vec<Token>>);

/// The tokens of one tokenizer.
pub(super) struct AddedTokens {
    /// Those that stand in a text as it is.
    plain: Patterns,
    /// Those that stand in the normalized text.
    normalized: Patterns,
    /// Bytes in the longest one.
    longest: usize,
}

impl AddedTokens {
    /// The tokens of a file with their ids in `model`; those that it lacks get the ids behind its vocabulary in turn.
    pub fn new(
        mut tokens: Vec<AddedToken>,
        model: &WordPiece,
        normalizer: &BertNormalizer,
    ) -> tokenizers::Result<Self> {
        let mut seen = HashSet::new();
        tokens.retain(|token| !token.content.is_empty() && seen.insert(token.content.clone()));
        let longest = tokens.iter().map(|token| token.content.len()).max().unwrap_or(0);
        let mut next = model.get_vocab_size() as u32;
        let mut patterns = Vec::new();
        for token in tokens {
            let mut text = NormalizedString::from(token.content.as_str());
            if token.normalized {
                normalizer.normalize(&mut text)?;
            }
            let id = model.token_to_id(&token.content).unwrap_or_else(|| {
                next += 1;
                next - 1
            });
            patterns.push(Pattern { text: text.get().to_owned(), id, token });
        }
        let (normalized, plain) = patterns.into_iter().partition(|pattern| pattern.token.normalized);
        Ok(Self { plain: Patterns::new(plain), normalized: Patterns::new(normalized), longest })
    }

    /// Their ids.
    pub fn ids(&self) -> impl Iterator<Item = u32> {
        self.plain.patterns.iter().chain(&self.normalized.patterns).map(|pattern| pattern.id)
    }

    /// Bytes in the longest one.
    pub fn longest(&self) -> usize {
        self.longest
    }

    /// The text, normalized where it is none of the tokens.
    pub fn extract_and_normalize(
        &self,
        normalizer: &BertNormalizer,
        text: &str,
    ) -> tokenizers::Result<PreTokenizedString> {
        let mut splits = PreTokenizedString::from(text);
        splits.split(|_, part| Ok(self.plain.split(part)))?;
        splits.split(|_, mut part| {
            normalizer.normalize(&mut part)?;
            Ok(self.normalized.split(part))
        })?;
        Ok(splits)
    }
}

/// What is looked for, and what it then is.
struct Pattern {
    text: String,
    id: u32,
    token: AddedToken,
}

/// What is looked for at the same time.
struct Patterns {
    /// The longest first, and of two that are the same once normalized, a special one.
    patterns: Vec<Pattern>,
    /// Which bytes one of them begins with. Most texts hold none of these, and are passed over at the speed of a look-up
    /// a byte.
    first_bytes: [bool; 256],
}

impl Patterns {
    fn new(mut patterns: Vec<Pattern>) -> Self {
        patterns.retain(|pattern| !pattern.text.is_empty());
        patterns.sort_by_key(|pattern| (Reverse(pattern.text.len()), !pattern.token.special));
        let mut first_bytes = [false; 256];
        for pattern in &patterns {
            first_bytes[usize::from(pattern.text.as_bytes()[0])] = true;
        }
        Self { patterns, first_bytes }
    }

    /// Splits a text at the tokens in it.
    fn split(&self, text: NormalizedString) -> Vec<Split> {
        let found = self.find(text.get());
        if found.is_empty() {
            return vec![(text, None)];
        }
        let mut splits = Vec::with_capacity(2 * found.len() + 1);
        let mut copied = 0;
        // A token that takes the white space after it may take the first of the next token's, too.
        for (id, start, end) in found {
            if copied < start {
                splits.extend(slice(&text, copied, start).map(|part| (part, None)));
            }
            splits.extend(slice(&text, start, end).map(|part| {
                let token = Token::new(id, part.get().to_owned(), (0, part.len()));
                (part, Some(vec![token]))
            }));
            copied = end;
        }
        if copied < text.len() {
            splits.extend(slice(&text, copied, text.len()).map(|part| (part, None)));
        }
        splits
    }

    /// The tokens in a text: their ids, and where they begin and end with the white space that they take.
    fn find(&self, text: &str) -> Vec<(u32, usize, usize)> {
        let mut found = Vec::new();
        let (mut from, mut taken) = (0, 0);
        while let Some((start, pattern)) = self.next(text, from) {
            from = start + pattern.text.len();
            let (before, after) = (&text[..start], &text[from..]);
            let token = &pattern.token;
            if token.single_word && (before.ends_with(is_of_word) || after.starts_with(is_of_word)) {
                continue;
            }
            let start = if token.lstrip { before.trim_end().len().max(taken) } else { start };
            taken = if token.rstrip { text.len() - after.trim_start().len() } else { from };
            found.push((pattern.id, start, taken));
        }
        found
    }

    /// The first pattern at or after a byte, the longest of those that begin there.
    fn next(&self, text: &str, from: usize) -> Option<(usize, &Pattern)> {
        let bytes = text.as_bytes();
        let candidates = (from..bytes.len()).filter(|&at| self.first_bytes[usize::from(bytes[at])]);
        candidates.filter_map(|at| Some((at, self.at(&bytes[at..])?))).next()
    }

    fn at(&self, bytes: &[u8]) -> Option<&Pattern> {
        self.patterns.iter().find(|pattern| bytes.starts_with(pattern.text.as_bytes()))
    }
}

fn slice(text: &NormalizedString, start: usize, end: usize) -> Option<NormalizedString> {
    text.slice(Range::Normalized(start..end))
}

/// Whether a character goes on with a word beside it. The crate asks for what Unicode recommends for `\w` of regular
/// expressions. Every such character is one here too; so are, beyond them, some that Unicode does not break a word at:
/// soft hyphens and other invisible signs, letter-like symbols, and letters newer than the crate's tables.
fn is_of_word(character: char) -> bool {
    let joins = || ["a", character.encode_utf8(&mut [0; 4])].concat().split_word_bounds().nth(1).is_none();
    character.is_alphabetic() || (!character.is_whitespace() && joins())
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
    use tokenizers::{AddedVocabulary, OffsetReferential, OffsetType, PreTokenizer};

    use super::*;

    /// What the model has of its own.
    fn model() -> WordPiece {
        let vocabulary = [("[UNK]", 0), ("[MASK]", 1), ("a", 2)].map(|(token, id)| (token.to_owned(), id));
        WordPiece::builder().vocab(vocabulary).build().unwrap()
    }

    fn token(content: &str, flags: [bool; 5]) -> AddedToken {
        let [single_word, lstrip, rstrip, normalized, special] = flags;
        AddedToken { content: content.to_owned(), single_word, lstrip, rstrip, normalized, special }
    }

    /// The same tokens by the crate.
    fn reference(tokens: &[AddedToken], normalizer: &BertNormalizer) -> AddedVocabulary {
        let theirs = |token: &AddedToken| {
            tokenizers::AddedToken::from(token.content.clone(), token.special)
                .single_word(token.single_word)
                .lstrip(token.lstrip)
                .rstrip(token.rstrip)
                .normalized(token.normalized)
        };
        let mut vocabulary = AddedVocabulary::new();
        vocabulary.add_tokens(&tokens.iter().map(theirs).collect::<Vec<_>>(), &model(), Some(normalizer));
        vocabulary
    }

    /// Tokens that are within each other, equal once normalized, of several scripts, or hold white space.
    const CONTENTS: [&str; 14] =
        ["[MASK]", "[MASK]]", "[MA", "[", "]", "SK", "sk", "É", "e", "猫", " a", "a\u{301}", "ab", "b ["];

    /// Each with flags of its own, some or all of them in any order.
    fn tokens() -> impl Strategy<Value = Vec<(&'static str, [bool; 5])>> {
        let tokens = CONTENTS.map(|content| (Just(content), any::<[bool; 5]>()));
        prop::sample::subsequence(tokens.to_vec(), 1..=tokens.len()).prop_flat_map(|tokens| tokens).prop_shuffle()
    }

    /// Texts of tokens, white space, and characters that are or are not of a word.
    fn texts() -> impl Strategy<Value = String> {
        let parts = prop_oneof![
            4 => prop::sample::select(&CONTENTS[..]).prop_map(str::to_owned),
            2 => "[ \t\n\u{a0}\u{2003}\u{3000}]{1,3}",
            1 => "[aeésSkKMA_1٣ßİ한ß猫-]{1,3}",
            1 => "[\u{301}\u{903}\u{20dd}\u{200c}\u{200d}\u{203f}\u{200b}\0\u{fffd}.²🙂]",
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(parts, 0..12).prop_map(|parts| parts.concat())
    }

    /// Whether the crate sees a word that goes on in this character.
    fn is_of_word_to_the_crate(character: char) -> bool {
        static DOT: LazyLock<AddedVocabulary> =
            LazyLock::new(|| reference(&[token(".", [true, false, false, false, false])], &BertNormalizer::default()));
        let splits = DOT.extract_and_normalize(None::<&BertNormalizer>, &format!(".{character}"));
        splits.get_splits(OffsetReferential::Original, OffsetType::Byte)[0].2.is_none()
    }

    #[test]
    fn words_go_on_where_the_crate_says_and_at_some_signs_beyond() {
        let sees_more: Vec<_> = ('\0'..=char::MAX)
            .filter(|&character| is_of_word(character) != is_of_word_to_the_crate(character))
            .inspect(|&character| assert!(is_of_word(character), "{character:?}"))
            .collect();
        assert!(!sees_more.iter().any(|character| character.is_ascii() || character.is_whitespace()));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn splits_are_those_of_the_crate(
            tokens in tokens(),
            text in texts(),
            (clean, chinese, accents, lowercase) in any::<(bool, bool, Option<bool>, bool)>(),
        ) {
            let tokens: Vec<_> = tokens.into_iter().map(|(content, flags)| token(content, flags)).collect();
            // Those beside which only one of the two sees a word have a test of their own.
            prop_assume!(text.chars().all(|character| is_of_word(character) == is_of_word_to_the_crate(character)));
            let normalizer = BertNormalizer::new(clean, chinese, accents, lowercase);
            // Cut into words, since before that the crate leaves out at its ends what normalization dropped there.
            let words = |mut splits: PreTokenizedString| {
                BertPreTokenizer.pre_tokenize(&mut splits).unwrap();
                splits
            };
            let expected = words(reference(&tokens, &normalizer).extract_and_normalize(Some(&normalizer), &text));
            let found = AddedTokens::new(tokens, &model(), &normalizer).unwrap();
            let found = words(found.extract_and_normalize(&normalizer, &text).unwrap());
            for referential in [OffsetReferential::Original, OffsetReferential::Normalized] {
                prop_assert_eq!(
                    found.get_splits(referential, OffsetType::Byte),
                    expected.get_splits(referential, OffsetType::Byte)
                );
            }
        }
    }
}
