//! A question and a passage as the tokens of one input.

use tokenizers::{Encoding, PostProcessor, Token};

use super::network::Input;
use super::tokenizer::Tokenizer;
use super::{TOKENIZER, model_file};
use crate::error::Result;

/// Reads pairs of texts as BERT was trained on them: `[CLS]` first `[SEP]` second `[SEP]`, the second and what follows it of
/// token type 1.
pub(super) struct PairTokenizer {
    tokenizer: Tokenizer,
    /// The special tokens before the texts, between them and after them.
    special: [Vec<u32>; 3],
    /// Tokens that both texts have together at the most.
    room: usize,
}

/// A pair as the model reads it.
pub(super) struct Pair {
    ids: Vec<u32>,
    second: usize,
}

impl Pair {
    pub fn input(&self) -> Input<'_> {
        Input { ids: &self.ids, second: self.second }
    }
}

impl PairTokenizer {
    /// `vocabulary`: the number of embeddings that the model has.
    ///
    /// # Errors
    /// [`Error::ModelFile`](crate::Error::ModelFile) if the tokenizer joins two texts in another way.
    pub fn new(tokenizer: Tokenizer, vocabulary: usize) -> Result<Self> {
        let unusable = |reason: &str| model_file(TOKENIZER, reason);
        let special = special_tokens(&tokenizer).ok_or_else(|| unusable("it does not join two texts as BERT does"))?;
        if special.iter().flatten().any(|id| *id as usize >= vocabulary) {
            return Err(unusable("it puts a token between texts that the model has no embedding of"));
        }
        let count = special.iter().map(Vec::len).sum();
        match tokenizer.max_length().checked_sub(count).filter(|room| *room > 0) {
            Some(room) => Ok(Self { tokenizer, special, room }),
            None => Err(unusable("the maximum length leaves no room for two texts")),
        }
    }

    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The tokens of one of the texts, as many as there can be room for.
    pub fn read(&self, text: &str) -> Vec<u32> {
        self.tokenizer.read(text, self.room).0
    }

    /// Joins two texts. Where there is no room for both, the longer one loses tokens from its end until they are equally long,
    /// then both do (`longest_first`), so that a passage is cut before a question is.
    pub fn join(&self, first: &[u32], second: &[u32]) -> Pair {
        let half = if first.len() > second.len() { self.room.div_ceil(2) } else { self.room / 2 };
        // One that is longer than half has what the other leaves.
        let first_length = first.len().min(half.max(self.room.saturating_sub(second.len())));
        let second_length = second.len().min(self.room - first_length);
        let [before, between, after] = &self.special;
        let mut ids = [before, &first[..first_length], between].concat();
        let start = ids.len();
        ids.extend(&second[..second_length]);
        ids.extend(after);
        Pair { ids, second: start }
    }
}

/// What the post-processor puts before, between and after two texts, if it gives them the token types of BERT and begins with
/// a token of its own, whose state the head reads.
fn special_tokens(tokenizer: &Tokenizer) -> Option<[Vec<u32>; 3]> {
    const TEXTS: [u32; 2] = [u32::MAX, u32::MAX - 1];
    let encode = |id| Encoding::from_tokens(vec![Token::new(id, String::new(), (0, 0))], 0);
    let [first, second] = TEXTS.map(encode);
    let mut pair = second;
    pair.set_type_ids(vec![1]);
    let joined = tokenizer.post_processor()?.process(first, Some(pair), true).ok()?;
    let ids = joined.get_ids();
    let [first, second] = TEXTS.map(|text| ids.iter().position(|id| *id == text));
    let (first, second) = (first?, second?);
    let expected = (0..ids.len()).map(|position| Input { ids, second }.type_at(position) as u32);
    let fits = first > 0 && first < second && expected.eq(joined.get_type_ids().iter().copied());
    fits.then(|| [&ids[..first], &ids[first + 1..second], &ids[second + 1..]].map(<[u32]>::to_vec))
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use serde_json::json;
    use tokenizers::utils::truncation::TruncationParams;

    use super::super::tokenizer::tests::{file, texts};
    use super::*;

    fn parse(file: &serde_json::Value, max_length: usize, vocabulary: usize) -> Result<PairTokenizer> {
        PairTokenizer::new(Tokenizer::parse(file.to_string().as_bytes(), max_length, false, vocabulary)?, vocabulary)
    }

    /// As published files have it.
    fn template() -> serde_json::Value {
        let text = |id: &str, type_id: u32| json!({"Sequence": {"id": id, "type_id": type_id}});
        let token = |id: &str, type_id: u32| json!({"SpecialToken": {"id": id, "type_id": type_id}});
        let special = |id: u32, name: &str| json!({"id": name, "ids": [id], "tokens": [name]});
        json!({"type": "TemplateProcessing",
            "single": [token("[CLS]", 0), text("A", 0), token("[SEP]", 0)],
            "pair": [token("[CLS]", 0), text("A", 0), token("[SEP]", 0), text("B", 1), token("[SEP]", 1)],
            "special_tokens": {"[CLS]": special(2, "[CLS]"), "[SEP]": special(3, "[SEP]")}})
    }

    fn refusal(change: impl Fn(&mut serde_json::Value)) -> String {
        let mut file = file();
        file["post_processor"] = template();
        change(&mut file);
        parse(&file, 12, 25).map(|_| ()).unwrap_err().to_string()
    }

    #[test]
    fn texts_that_are_joined_in_another_way_are_refused() {
        assert!(refusal(|file| file["post_processor"] = serde_json::Value::Null).contains("as BERT does"));
        assert!(
            refusal(|file| file["post_processor"]["pair"][3]["Sequence"]["type_id"] = json!(0)).contains("as BERT")
        );
        assert!(
            refusal(|file| file["post_processor"]["pair"][2]["SpecialToken"]["type_id"] = json!(1)).contains("as BERT")
        );
        assert!(
            refusal(|file| drop(file["post_processor"]["pair"].as_array_mut().unwrap().remove(0))).contains("as BERT")
        );
        let unknown = |file: &mut serde_json::Value| {
            file["post_processor"]["special_tokens"]["[NEW]"] =
                json!({"id": "[NEW]", "ids": [25], "tokens": ["[NEW]"]});
            file["post_processor"]["pair"][2]["SpecialToken"]["id"] = json!("[NEW]");
        };
        assert!(refusal(unknown).contains("no embedding"));
        assert!(parse(&file(), 3, 25).map(|_| ()).unwrap_err().to_string().contains("no room"));
    }

    /// The ids and token types by the reference implementation, at most `max_length`.
    fn plain(first: &str, second: &str, max_length: usize) -> (Vec<u32>, Vec<u32>) {
        static REFERENCE: LazyLock<tokenizers::Tokenizer> = LazyLock::new(|| file().to_string().parse().unwrap());
        let mut reference = REFERENCE.clone();
        let truncation = TruncationParams { max_length, ..Default::default() };
        reference.with_truncation(Some(truncation)).unwrap().with_padding(None);
        let encoding = reference.encode((first, second), true).unwrap();
        (encoding.get_ids().to_vec(), encoding.get_type_ids().to_vec())
    }

    proptest! {
        #[test]
        fn pairs_are_read_and_cut_as_by_the_reference(first in texts(), second in texts(), max_length in 4_usize..40) {
            let templated = { let mut file = file(); file["post_processor"] = template(); file };
            for file in [file(), templated] {
                let tokenizer = parse(&file, max_length, 25).unwrap();
                let (a, b) = (tokenizer.read(&first), tokenizer.read(&second));
                // Of two texts that fill the whole room it does not matter which is longer.
                prop_assume!(a.len().min(b.len()) < tokenizer.room || tokenizer.room.is_multiple_of(2));
                let pair = tokenizer.join(&a, &b);
                let types = (0..pair.ids.len()).map(|position| pair.input().type_at(position) as u32).collect();
                prop_assert_eq!((pair.ids.clone(), types), plain(&first, &second, max_length));
            }
        }
    }
}
