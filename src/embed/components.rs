//! The parts of a `tokenizer.json` that BERT's family uses, named one by one.
//!
//! The tokenizers crate can also read a file into types that hold any part it knows, and then links all of them: a
//! hundred kilobytes of what no model here uses.

use serde::Deserialize;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::processors::template::TemplateProcessing;
use tokenizers::{Decoder, Encoding, PostProcessor, TokenizerImpl};

use super::{TOKENIZER, model_file};
use crate::error::{Error, Result};

/// BERT's tokenizer.
pub(super) type BertTokenizer = TokenizerImpl<WordPiece, BertNormalizer, BertPreTokenizer, Processor, Unread>;

/// What puts the special tokens around a text.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Processor {
    Template(TemplateProcessing),
    Bert(BertProcessing),
}

impl PostProcessor for Processor {
    fn added_tokens(&self, is_pair: bool) -> usize {
        match self {
            Self::Template(processor) => processor.added_tokens(is_pair),
            Self::Bert(processor) => processor.added_tokens(is_pair),
        }
    }

    fn process_encodings(&self, encodings: Vec<Encoding>, special: bool) -> tokenizers::Result<Vec<Encoding>> {
        match self {
            Self::Template(processor) => processor.process_encodings(encodings, special),
            Self::Bert(processor) => processor.process_encodings(encodings, special),
        }
    }
}

/// The file's decoder, which nothing here asks for.
pub(super) struct Unread;

impl<'de> Deserialize<'de> for Unread {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        serde::de::IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

impl Decoder for Unread {
    fn decode_chain(&self, tokens: Vec<String>) -> tokenizers::Result<Vec<String>> {
        Ok(tokens)
    }
}

/// The kinds of a file's parts.
#[derive(Deserialize)]
struct Kinds {
    normalizer: Option<Kind>,
    pre_tokenizer: Option<Kind>,
    model: Kind,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    r#type: String,
}

/// Reads `tokenizer.json`, without the truncation and the padding that it sets.
///
/// # Errors
/// [`Error::ModelFile`] if the file is damaged or of another kind than BERT's.
pub(super) fn read(bytes: &[u8]) -> Result<BertTokenizer> {
    let Kinds { normalizer, pre_tokenizer, model } = serde_json::from_slice(bytes).map_err(unusable)?;
    let kind = |part: Option<Kind>| part.map(|kind| kind.r#type).unwrap_or_default();
    for (part, found, wanted) in [
        ("normalizer", kind(normalizer), "BertNormalizer"),
        ("pre-tokenizer", kind(pre_tokenizer), "BertPreTokenizer"),
        ("model", model.r#type, "WordPiece"),
    ] {
        if found != wanted {
            return Err(unusable(format!("its {part} is not {wanted}, the only one that is supported")));
        }
    }
    let mut tokenizer: BertTokenizer = serde_json::from_slice(bytes).map_err(unusable)?;
    tokenizer.with_truncation(None).map_err(unusable)?.with_padding(None);
    Ok(tokenizer)
}

fn unusable(reason: impl std::fmt::Display) -> Error {
    model_file(TOKENIZER, reason)
}
