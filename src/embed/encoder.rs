//! The whole model: texts in, embeddings out.

use std::borrow::Cow;

use super::config::Pooling;
use super::identity::{ModelIdentity, sha256};
use super::int8::{Kernel, SCHEME};
use super::loader::{Loader, Parts};
use super::network::{Input, Network};
use super::pooling::pool;
use super::tokenizer::{Encoded, Tokenizer};
use super::{ModelFiles, Precision};
use crate::document::TextRange;
use crate::error::Result;
use crate::sentences::sentences;
use crate::traits::{Embedder, Role, TokenCounter, embed_apart};
use crate::vector::Matrix;

/// A BERT-family sentence encoder.
pub struct Encoder {
    pub(super) tokenizer: Tokenizer,
    pub(super) network: Network,
    identity: ModelIdentity,
}

impl Encoder {
    /// Loads a model of which all files are at hand. See [`Loader`] for one that is still being fetched.
    ///
    /// # Errors
    /// [`Error::ModelFile`](crate::Error::ModelFile) if a file is damaged, or asks for something that is not supported.
    pub fn load(files: &ModelFiles, precision: Precision) -> Result<Self> {
        Loader::new(files, precision)?.finish()
    }

    pub(super) fn new(mut parts: Parts) -> Result<Self> {
        let (tokenizer, network) = (parts.tokenizer()?, parts.network()?);
        let Parts { folder, source, max_length, precision, .. } = parts;
        Ok(Self {
            tokenizer,
            network,
            identity: ModelIdentity {
                weights: source,
                tokenizer: sha256(&folder.files.tokenizer),
                config: sha256(&folder.files.config),
                pooling: folder.pooling,
                prompts: folder.prompts,
                max_length: max_length as u32,
                lowercase: folder.sentence.do_lower_case,
                precision,
                scheme: match precision {
                    Precision::Int8 => SCHEME,
                    Precision::F32 => 0,
                },
                dimensions: folder.config.hidden_size as u32,
            },
        })
    }

    /// How the products of an int8 model are computed.
    pub fn kernel(&self) -> Option<Kernel> {
        self.network.kernel()
    }

    /// What decides this encoder's embeddings.
    pub fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// `text` after the prompt that the model wants before it.
    fn prompted<'a>(&self, text: &'a str, role: Role) -> Cow<'a, str> {
        match self.identity.prompts.of(role) {
            "" => Cow::Borrowed(text),
            prompt => Cow::Owned(format!("{prompt}{text}")),
        }
    }
}

impl Embedder for Encoder {
    fn dimensions(&self) -> usize {
        self.identity.dimensions as usize
    }

    /// A text's embedding does not depend on the others; in f32, beyond the rounding of sums of another order (under 1e-6).
    fn embed(&self, texts: &[&str], role: Role) -> Result<Matrix> {
        let encoded: Vec<_> = texts.iter().map(|text| self.tokenizer.encode(&self.prompted(text, role))).collect();
        let mut embeddings = Matrix::new(self.dimensions());
        let (dimensions, pooling) = (self.dimensions(), self.identity.pooling);
        let inputs: Vec<_> = encoded.iter().map(|ids| Input::text(ids)).collect();
        self.network.read(&inputs, |_, states| embeddings.push(&pool(states, dimensions, pooling)))?;
        Ok(embeddings)
    }

    /// Where the model pools by the mean, sentences are pooled from the states of their texts, at no further reading (late
    /// chunking, arXiv 2409.04701); one that the model does not reach has the row of its text. Other models are not trained
    /// to give the mean of some states, and read each sentence by itself.
    fn embed_leaves(&self, texts: &[&str]) -> Result<Matrix> {
        if self.identity.pooling != Pooling::Mean {
            return embed_apart(self, texts);
        }
        let mut embeddings = Matrix::new(self.dimensions());
        let encoded: Vec<Encoded> =
            texts.iter().map(|text| self.tokenizer.encode_with_ranges(&self.prompted(text, Role::Passage))).collect();
        let dimensions = self.dimensions();
        let prompt = self.identity.prompts.of(Role::Passage).len() as u32;
        let inputs: Vec<_> = encoded.iter().map(|text| Input::text(&text.ids)).collect();
        self.network.read(&inputs, |number, states| {
            let Encoded { ranges, first, .. } = &encoded[number];
            let whole = pool(states, dimensions, Pooling::Mean);
            embeddings.push(&whole);
            for sentence in sentences(texts[number]) {
                let sentence = sentence.shifted(prompt);
                let start = first + ranges.partition_point(|token| token.start < sentence.start);
                let end = first + ranges.partition_point(|token| token.end <= sentence.end);
                if start < end {
                    let own = &states[start * dimensions..end * dimensions];
                    embeddings.push(&pool(own, dimensions, Pooling::Mean));
                } else {
                    embeddings.push(&whole);
                }
            }
        })?;
        Ok(embeddings)
    }
}

impl TokenCounter for Encoder {
    fn token_ranges(&self, text: &str) -> Vec<TextRange> {
        self.tokenizer.token_ranges(text)
    }

    fn count(&self, text: &str) -> usize {
        self.tokenizer.count(text)
    }

    fn break_long_words<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.tokenizer.break_long_words(text)
    }
}
