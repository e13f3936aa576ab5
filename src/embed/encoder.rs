//! The whole model: texts in, embeddings out.

use std::borrow::Cow;

use super::ModelFiles;
use super::bert::Bert;
use super::config::{BertConfig, Pooling, Prompts, SentenceConfig, max_length};
use super::identity::{ModelIdentity, sha256};
use super::pooling::pool;
use super::tokenizer::Tokenizer;
use super::weights::WeightsReader;
use crate::document::TextRange;
use crate::error::{Error, Result};
use crate::traits::{Embedder, Role, TokenCounter};
use crate::vector::Matrix;

/// The most tokens computed at once. More gain nothing in speed, and each takes 15 kB of intermediate results while it
/// lasts (with a hidden size of 384).
const BATCH_TOKENS: usize = 1024;

/// A BERT-family sentence encoder.
pub struct Encoder {
    tokenizer: Tokenizer,
    bert: Bert,
    identity: ModelIdentity,
}

/// Takes a model whose weights arrive in pieces, as from a download.
pub struct Loader {
    config: BertConfig,
    sentence: SentenceConfig,
    pooling: Pooling,
    prompts: Prompts,
    config_sha256: String,
    tokenizer: Vec<u8>,
    weights: WeightsReader,
}

impl Loader {
    /// Reads all files but the weights, of which `files` has the first part or nothing.
    ///
    /// # Errors
    /// [`Error::ModelFile`] as for [`Encoder::load`].
    pub fn new(files: &ModelFiles) -> Result<Self> {
        let mut loader = Self {
            config: BertConfig::parse(files.config)?,
            sentence: SentenceConfig::parse(files.sentence_config)?,
            pooling: Pooling::parse(files.pooling)?,
            prompts: Prompts::parse(files.prompts)?,
            config_sha256: sha256(files.config),
            tokenizer: files.tokenizer.to_vec(),
            weights: WeightsReader::new(),
        };
        loader.push(files.weights)?;
        Ok(loader)
    }

    /// Takes the next bytes of `model.safetensors`.
    ///
    /// # Errors
    /// [`Error::ModelFile`] if they do not belong to such a file.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.weights.push(bytes)
    }

    /// The encoder, once all of the weights have been pushed.
    ///
    /// # Errors
    /// [`Error::ModelFile`] if a file is not what it should be, or the weights are not complete.
    pub fn finish(self) -> Result<Encoder> {
        let mut weights = self.weights.finish()?;
        let length = max_length(&self.sentence, &self.config, &weights.sha256);
        let lowercase = self.sentence.do_lower_case;
        Ok(Encoder {
            tokenizer: Tokenizer::parse(&self.tokenizer, length, lowercase, self.config.vocab_size)?,
            bert: Bert::load(&self.config, &mut weights)?,
            identity: ModelIdentity {
                weights: weights.sha256,
                tokenizer: sha256(&self.tokenizer),
                config: self.config_sha256,
                pooling: self.pooling,
                prompts: self.prompts,
                max_length: length as u32,
                lowercase,
                precision: "f32".to_owned(),
                dimensions: self.config.hidden_size as u32,
            },
        })
    }
}

impl Encoder {
    /// Loads a model of which all files are at hand. See [`Loader`] for one that is still being fetched.
    ///
    /// # Errors
    /// [`Error::ModelFile`] if a file is damaged, or asks for something that is not supported.
    pub fn load(files: &ModelFiles) -> Result<Self> {
        Loader::new(files)?.finish()
    }

    /// What decides this encoder's embeddings.
    pub fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Pooled, normalized embeddings of texts that are at most `BATCH_TOKENS` long together, unless there is one only.
    fn embed_batch(&self, texts: &[&[u32]]) -> Result<Vec<Vec<f32>>> {
        let dimensions = self.dimensions();
        let states = self.bert.forward(texts).and_then(|states| states.flatten_all()?.to_vec1::<f32>());
        let states = states.map_err(failed)?;
        let mut rest = &states[..];
        let mut embeddings = Vec::with_capacity(texts.len());
        for ids in texts {
            let (own, after) = rest.split_at(ids.len() * dimensions);
            rest = after;
            let embedding = pool(own, dimensions, self.identity.pooling);
            if !embedding.iter().all(|value| value.is_finite()) {
                return Err(failed(
                    "an embedding is not finite, so the weights must be damaged; fetch the model again",
                ));
            }
            embeddings.push(embedding);
        }
        Ok(embeddings)
    }
}

impl Embedder for Encoder {
    fn dimensions(&self) -> usize {
        self.identity.dimensions as usize
    }

    /// A text's embedding does not depend on the others, beyond the rounding of sums of another order (under 1e-6).
    fn embed(&self, texts: &[&str], role: Role) -> Result<Matrix> {
        let prompt = self.identity.prompts.of(role);
        let encode = |text: &&str| match prompt {
            "" => self.tokenizer.encode(text),
            _ => self.tokenizer.encode(&format!("{prompt}{text}")),
        };
        let encoded: Vec<Vec<u32>> = texts.iter().map(encode).collect();
        let mut embeddings = Matrix::new(self.dimensions());
        let mut rest = &encoded[..];
        while !rest.is_empty() {
            let (batch, after) = rest.split_at(batch_length(rest));
            let batch: Vec<&[u32]> = batch.iter().map(Vec::as_slice).collect();
            self.embed_batch(&batch)?.iter().for_each(|embedding| embeddings.push(embedding));
            rest = after;
        }
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

/// How many of the texts, one at least, make up the next batch.
fn batch_length(texts: &[Vec<u32>]) -> usize {
    let mut tokens = 0;
    let fitting = texts.iter().take_while(|ids| {
        tokens += ids.len();
        tokens <= BATCH_TOKENS
    });
    fitting.count().max(1)
}

/// A computation failed.
pub(super) fn failed(reason: impl std::fmt::Display) -> Error {
    Error::Encoder { reason: reason.to_string() }
}
