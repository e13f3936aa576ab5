//! A model's files to what it consists of, its weights taken in pieces.

use super::artefact::{self, Folder};
use super::config::max_length;
use super::cross_encoder::CrossEncoder;
use super::encoder::Encoder;
use super::int8::{Choice, Kernel};
use super::network::Network;
use super::tokenizer::Tokenizer;
use super::weights::{Weights, WeightsReader};
use super::{ModelFiles, Precision, WEIGHTS, model_file};
use crate::error::Result;

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
    /// [`Error::ModelFile`](crate::Error::ModelFile) as for [`Encoder::load`].
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
    /// [`Error::ModelFile`](crate::Error::ModelFile) if they do not belong to such a file.
    pub fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.weights.push(bytes)
    }

    /// The encoder, once all of the weights have been pushed.
    ///
    /// # Errors
    /// [`Error::ModelFile`](crate::Error::ModelFile) if a file is not what it should be, or the weights are not complete.
    pub fn finish(self) -> Result<Encoder> {
        Encoder::new(self.parts()?)
    }

    /// The same where the model is a cross-encoder.
    ///
    /// # Errors
    /// As for [`finish`](Self::finish), and if the model is none that gives one score for a pair of texts.
    pub fn finish_cross_encoder(self) -> Result<CrossEncoder> {
        CrossEncoder::new(self.parts()?)
    }

    fn parts(self) -> Result<Parts> {
        let mut weights = self.weights.finish()?;
        let (folder, source) = match self.folder.zip(weights.sha256.take()) {
            Some(own) => own,
            None => artefact::read(&weights.metadata)?,
        };
        let max_length = max_length(&folder.sentence, &folder.config, &source);
        Ok(Parts { folder, weights, source, max_length, precision: self.precision, choice: self.choice })
    }

    /// The quantized model as one file: safetensors with bytes, scales, and the folder's other files in its metadata.
    /// The same folder always gives the same bytes.
    ///
    /// # Errors
    /// [`Error::ModelFile`](crate::Error::ModelFile) as for [`Loader::finish`], and if this loader is of f32 or of one file.
    pub fn convert(self) -> Result<Vec<u8>> {
        let mut weights = self.weights.finish()?;
        let folder = self.folder.filter(|_| self.precision == Precision::Int8).zip(weights.sha256.take());
        let (folder, source) = folder.ok_or_else(|| model_file(WEIGHTS, "only a folder in int8 can be converted"))?;
        // Whether it computes is asked here, where it can be told, and not first of those who load the result.
        Tokenizer::parse(&folder.files.tokenizer, 512, folder.sentence.do_lower_case, folder.config.vocab_size)?;
        artefact::write(&folder.files, &weights, source)
    }
}

/// What an encoder is made of.
pub(super) struct Parts {
    pub folder: Folder,
    pub weights: Weights,
    /// SHA-256 of the `model.safetensors` that the weights are from.
    pub source: String,
    pub max_length: usize,
    pub precision: Precision,
    choice: Choice,
}

impl Parts {
    pub fn tokenizer(&self) -> Result<Tokenizer> {
        let Folder { files, config, sentence, .. } = &self.folder;
        Tokenizer::parse(&files.tokenizer, self.max_length, sentence.do_lower_case, config.vocab_size)
    }

    /// Takes the network's tensors out of the weights.
    pub fn network(&mut self) -> Result<Network> {
        Network::load(&self.folder.config, &mut self.weights, self.precision, self.choice)
    }
}
