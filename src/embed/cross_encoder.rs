//! How well a passage answers a question, by a model that reads both together (arXiv 1901.04085).
//!
//! A model of the form `BertForSequenceClassification` with one label: the encoder, BERT's pooler over the first token's last
//! state, and one output. It is slower than comparing embeddings, as every pair is read anew, and better at telling which of a
//! few dozen passages is the best.

use super::int8::Kernel;
use super::loader::{Loader, Parts};
use super::network::{Input, Network};
use super::pairs::{Pair, PairTokenizer};
use super::tokenizer::Tokenizer;
use super::{CONFIG, ModelFiles, Precision, WEIGHTS, model_file};
use crate::error::Result;
use crate::vector::dot;

/// The tensor that only a model with a head has.
pub(super) const CLASSIFIER: &str = "classifier.weight";
const CLASSIFIER_BIAS: &str = "classifier.bias";
const POOLER: &str = "pooler.dense.weight";
const POOLER_BIAS: &str = "pooler.dense.bias";

/// The tensors of the head.
pub(super) const HEAD: [&str; 4] = [POOLER, POOLER_BIAS, CLASSIFIER, CLASSIFIER_BIAS];

/// A BERT-family cross-encoder.
pub struct CrossEncoder {
    pairs: PairTokenizer,
    network: Network,
    head: Head,
}

impl CrossEncoder {
    /// Loads a model of which all files are at hand; pooling and prompts are not looked at. See [`Loader`] for one that is still
    /// being fetched.
    ///
    /// # Errors
    /// [`Error::ModelFile`](crate::Error::ModelFile) if a file is damaged, asks for something that is not supported, or is not
    /// of a model that gives one score for a pair of texts.
    pub fn load(files: &ModelFiles, precision: Precision) -> Result<Self> {
        Loader::new(files, precision)?.finish_cross_encoder()
    }

    pub(super) fn new(mut parts: Parts) -> Result<Self> {
        let config = &parts.folder.config;
        if config.type_vocab_size < 2 {
            return Err(model_file(CONFIG, "type_vocab_size is 1, so the model cannot tell a passage from a question"));
        }
        Ok(Self {
            pairs: PairTokenizer::new(parts.tokenizer()?, config.vocab_size)?,
            head: Head::load(&mut parts)?,
            network: parts.network()?,
        })
    }

    pub fn tokenizer(&self) -> &Tokenizer {
        self.pairs.tokenizer()
    }

    /// How the products of an int8 model are computed.
    pub fn kernel(&self) -> Option<Kernel> {
        self.network.kernel()
    }

    /// A score for each passage: the model's output as it is, which may be any number and compares passages of one question.
    /// What is often put after it, such as a logistic function, would not change their order.
    ///
    /// A passage's score does not depend on the others; in f32, beyond the rounding of sums of another order. Of a pair longer
    /// than the model reads, the longer text is cut.
    ///
    /// # Errors
    /// [`Error::Encoder`](crate::Error::Encoder) when a computation fails.
    pub fn score(&self, question: &str, passages: &[&str]) -> Result<Vec<f32>> {
        let question = self.pairs.read(question);
        let join = |passage: &&str| self.pairs.join(&question, &self.pairs.read(passage));
        let pairs: Vec<Pair> = passages.iter().map(join).collect();
        let inputs: Vec<Input> = pairs.iter().map(Pair::input).collect();
        let mut scores = Vec::with_capacity(inputs.len());
        self.network.read(&inputs, |_, states| scores.push(self.head.score(states)))?;
        Ok(scores)
    }
}

/// What makes a score of the first token's state.
struct Head {
    /// A row for each output, as wide as the state.
    pooler: Vec<f32>,
    pooler_bias: Vec<f32>,
    classifier: Vec<f32>,
    classifier_bias: f32,
}

impl Head {
    fn load(parts: &mut Parts) -> Result<Self> {
        let (weights, hidden) = (&mut parts.weights, parts.folder.config.hidden_size);
        if let Some(name) = HEAD.into_iter().find(|name| weights.shape(name).is_none()) {
            let reason = format!("it has no tensor {name}, so it is no cross-encoder of BERT's form");
            return Err(model_file(WEIGHTS, reason));
        }
        if let Some([labels, _]) = weights.shape(CLASSIFIER).filter(|shape| shape.first() != Some(&1)) {
            let reason = format!("it has {labels} labels, and a cross-encoder has one, the score");
            return Err(model_file(WEIGHTS, reason));
        }
        Ok(Self {
            classifier: weights.take_values(CLASSIFIER, &[1, hidden])?,
            classifier_bias: weights.take_values(CLASSIFIER_BIAS, &[1])?[0],
            pooler: weights.take_values(POOLER, &[hidden, hidden])?,
            pooler_bias: weights.take_values(POOLER_BIAS, &[hidden])?,
        })
    }

    /// The score of a pair with these states, a row for each of its tokens.
    fn score(&self, states: &[f32]) -> f32 {
        let hidden = self.pooler_bias.len();
        let first = &states[..hidden];
        let outputs = self.pooler.chunks_exact(hidden).zip(&self.pooler_bias).zip(&self.classifier);
        let parts = outputs.map(|((row, bias), weight)| (dot(row, first) + bias).tanh() * weight);
        parts.sum::<f32>() + self.classifier_bias
    }
}
