//! The parts of a `tokenizer.json` that BERT's family uses, named one by one.
//!
//! The tokenizers crate can also read a file as a whole, into types that hold any part it knows, and then links all of
//! them: hundreds of kilobytes of what no model here uses.

use serde::Deserialize;
use tokenizers::models::wordpiece::WordPiece;
use tokenizers::normalizers::BertNormalizer;
use tokenizers::pre_tokenizers::bert::BertPreTokenizer;
use tokenizers::processors::bert::BertProcessing;
use tokenizers::processors::template::TemplateProcessing;
use tokenizers::{Encoding, PostProcessor};

use super::added_tokens::{AddedToken, AddedTokens};
use super::{TOKENIZER, model_file};
use crate::error::{Error, Result};

/// The version of the format, in files that say it.
const VERSION: &str = "1.0";

/// BERT's tokenizer.
pub(super) struct BertTokenizer {
    pub added_tokens: AddedTokens,
    pub normalizer: BertNormalizer,
    pub pre_tokenizer: BertPreTokenizer,
    pub model: WordPiece,
    pub post_processor: Option<Processor>,
}

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

/// The kinds of a file's parts.
#[derive(Deserialize)]
struct Kinds {
    version: Option<String>,
    normalizer: Option<Kind>,
    pre_tokenizer: Option<Kind>,
    model: Kind,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(default)]
    r#type: String,
}

/// A file whose parts are of the right kinds. Its truncation, padding and decoder are not for what is done here.
#[derive(Deserialize)]
struct File {
    #[serde(default)]
    added_tokens: Vec<AddedToken>,
    normalizer: BertNormalizer,
    pre_tokenizer: BertPreTokenizer,
    model: WordPiece,
    post_processor: Option<Processor>,
}

/// Reads `tokenizer.json`; `lowercase` asks for lower case whatever the file says.
///
/// # Errors
/// [`Error::ModelFile`] if the file is damaged or of another kind than BERT's.
pub(super) fn read(bytes: &[u8], lowercase: bool) -> Result<BertTokenizer> {
    let Kinds { version, normalizer, pre_tokenizer, model } = serde_json::from_slice(bytes).map_err(unusable)?;
    let kind = |part: Option<Kind>| part.map(|kind| kind.r#type).unwrap_or_default();
    for (part, found, wanted) in [
        ("version", version.unwrap_or_else(|| VERSION.to_owned()), VERSION),
        ("normalizer", kind(normalizer), "BertNormalizer"),
        ("pre-tokenizer", kind(pre_tokenizer), "BertPreTokenizer"),
        ("model", model.r#type, "WordPiece"),
    ] {
        if found != wanted {
            return Err(unusable(format!("its {part} is not {wanted}, the only one that is supported")));
        }
    }
    let File { added_tokens, mut normalizer, pre_tokenizer, model, post_processor } =
        serde_json::from_slice(bytes).map_err(unusable)?;
    if lowercase && !normalizer.lowercase {
        // Where the file leaves accents open, they go by the letter case that it set.
        normalizer.strip_accents = Some(normalizer.strip_accents.unwrap_or(false));
        normalizer.lowercase = true;
    }
    let added_tokens = AddedTokens::new(added_tokens, &model, &normalizer).map_err(unusable)?;
    Ok(BertTokenizer { added_tokens, normalizer, pre_tokenizer, model, post_processor })
}

fn unusable(reason: impl std::fmt::Display) -> Error {
    model_file(TOKENIZER, reason)
}
