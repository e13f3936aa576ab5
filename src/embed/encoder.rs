//! The whole model: texts in, embeddings out.

use std::borrow::Cow;

use super::artefact::{self, Folder};
use super::bert::Bert;
use super::config::{Pooling, max_length};
use super::identity::{ModelIdentity, sha256};
use super::int8::{Choice, Int8Bert, Kernel, SCHEME};
use super::pooling::pool;
use super::tokenizer::{Encoded, Tokenizer};
use super::weights::WeightsReader;
use super::{ModelFiles, Precision, WEIGHTS, model_file};
use crate::document::TextRange;
use crate::error::{Error, Result};
use crate::sentences::sentences;
use crate::traits::{Embedder, Role, TokenCounter, embed_apart};
use crate::vector::Matrix;

/// The most tokens computed at once. More gain nothing in speed, and each takes 15 kB of intermediate results while it
/// lasts (with a hidden size of 384).
const BATCH_TOKENS: usize = 1024;

/// A BERT-family sentence encoder.
pub struct Encoder {
    tokenizer: Tokenizer,
    network: Network,
    identity: ModelIdentity,
}

enum Network {
    F32(Bert),
    Int8(Box<Int8Bert>),
}

/// Takes a model whose weights arrive in pieces, as from a download.
pub struct Loader {
    /// `None` for a file that holds everything, until all of it is there.
    folder: Option<Folder>,
    weights: WeightsReader,
    precision: Precision,
    choice: Choice,
}

impl Loader {
    /// Reads all files but the weights, of which `files` has the first part or nothing.
    ///
    /// # Errors
    /// [`Error::ModelFile`] as for [`Encoder::load`].
    pub fn new(files: &ModelFiles, precision: Precision) -> Result<Self> {
        let folder = Folder::read(files)?;
        let mut loader =
            Self { folder: Some(folder), weights: WeightsReader::new(precision), precision, choice: Choice::Default };
        loader.push(files.weights)?;
        Ok(loader)
    }

    /// For the one file of a quantized model, as [`Loader::convert`] makes it.
    pub fn quantized() -> Self {
        Self { folder: None, weights: WeightsReader::quantized(), precision: Precision::Int8, choice: Choice::Default }
    }

    /// Has the products of an int8 model computed by this kernel.
    pub fn kernel(mut self, kernel: Kernel) -> Self {
        self.choice = Choice::Kernel(kernel);
        self
    }

    /// Has the fastest kernel found while an int8 model works, by a clock in milliseconds.
    pub fn fastest_kernel(mut self, clock: fn() -> f64) -> Self {
        self.choice = Choice::Fastest { clock };
        self
    }

    /// Takes the next bytes of the weights, or of the quantized model.
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
        let (folder, source) = match self.folder.zip(weights.sha256.take()) {
            Some(own) => own,
            None => artefact::read(&weights.metadata)?,
        };
        let length = max_length(&folder.sentence, &folder.config, &source);
        let lowercase = folder.sentence.do_lower_case;
        Ok(Encoder {
            tokenizer: Tokenizer::parse(&folder.files.tokenizer, length, lowercase, folder.config.vocab_size)?,
            network: match self.precision {
                Precision::F32 => Network::F32(Bert::load(&folder.config, &mut weights)?),
                Precision::Int8 => Network::Int8(Box::new(Int8Bert::load(&folder.config, &mut weights, self.choice)?)),
            },
            identity: ModelIdentity {
                weights: source,
                tokenizer: sha256(&folder.files.tokenizer),
                config: sha256(&folder.files.config),
                pooling: folder.pooling,
                prompts: folder.prompts,
                max_length: length as u32,
                lowercase,
                precision: self.precision,
                scheme: match self.precision {
                    Precision::Int8 => SCHEME,
                    Precision::F32 => 0,
                },
                dimensions: folder.config.hidden_size as u32,
            },
        })
    }

    /// The quantized model as one file: safetensors with bytes, scales, and the folder's other files in its metadata.
    /// The same folder always gives the same bytes.
    ///
    /// # Errors
    /// [`Error::ModelFile`] as for [`Loader::finish`], and if this loader is of f32 or of one file.
    pub fn convert(self) -> Result<Vec<u8>> {
        let mut weights = self.weights.finish()?;
        let folder = self.folder.filter(|_| self.precision == Precision::Int8).zip(weights.sha256.take());
        let (folder, source) = folder.ok_or_else(|| model_file(WEIGHTS, "only a folder in int8 can be converted"))?;
        // Whether it computes is asked here, where it can be told, and not first of those who load the result.
        Tokenizer::parse(&folder.files.tokenizer, 512, folder.sentence.do_lower_case, folder.config.vocab_size)?;
        artefact::write(&folder.files, &weights, source)
    }
}

impl Encoder {
    /// Loads a model of which all files are at hand. See [`Loader`] for one that is still being fetched.
    ///
    /// # Errors
    /// [`Error::ModelFile`] if a file is damaged, or asks for something that is not supported.
    pub fn load(files: &ModelFiles, precision: Precision) -> Result<Self> {
        Loader::new(files, precision)?.finish()
    }

    /// How the products of an int8 model are computed.
    pub fn kernel(&self) -> Option<Kernel> {
        match &self.network {
            Network::F32(_) => None,
            Network::Int8(bert) => Some(bert.kernel()),
        }
    }

    /// What decides this encoder's embeddings.
    pub fn identity(&self) -> &ModelIdentity {
        &self.identity
    }

    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// Hands each text's number and states on, a row for each of its tokens, of texts that are read together as long as they
    /// are short enough.
    fn read<Text: AsRef<[u32]>>(&self, texts: &[Text], mut take: impl FnMut(usize, &[f32])) -> Result<()> {
        let dimensions = self.dimensions();
        let mut finite = true;
        let mut number = 0;
        let mut rest = texts;
        while !rest.is_empty() {
            let (batch, after) = rest.split_at(batch_length(rest));
            let batch: Vec<&[u32]> = batch.iter().map(Text::as_ref).collect();
            let mut take = |states: &[f32]| {
                finite &= states.iter().all(|value| value.is_finite());
                take(number, states);
                number += 1;
            };
            match &self.network {
                Network::Int8(bert) => bert.forward(&batch, take),
                Network::F32(bert) => {
                    let states = bert.forward(&batch).and_then(|states| states.flatten_all()?.to_vec1::<f32>());
                    let states = states.map_err(failed)?;
                    let mut rest = &states[..];
                    for ids in batch {
                        let (own, after) = rest.split_at(ids.len() * dimensions);
                        take(own);
                        rest = after;
                    }
                }
            }
            rest = after;
        }
        match finite {
            true => Ok(()),
            false => Err(failed("an embedding is not finite, so the weights must be damaged; fetch the model again")),
        }
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
        self.read(&encoded, |_, states| embeddings.push(&pool(states, dimensions, pooling)))?;
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
        self.read(&encoded, |number, states| {
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

/// How many of the texts, one at least, make up the next batch.
fn batch_length<Text: AsRef<[u32]>>(texts: &[Text]) -> usize {
    let mut tokens = 0;
    let fitting = texts.iter().take_while(|ids| {
        tokens += ids.as_ref().len();
        tokens <= BATCH_TOKENS
    });
    fitting.count().max(1)
}

/// A computation failed.
pub(super) fn failed(reason: impl std::fmt::Display) -> Error {
    Error::Encoder { reason: reason.to_string() }
}
