//! Texts to embeddings with a BERT-family model of a sentence-transformers folder, computed in int8 or f32.
//!
//! ```no_run
//! use leafcutter::embed::{Encoder, ModelFiles, Precision};
//! use leafcutter::{Embedder, Role};
//!
//! # fn read(name: &str) -> Vec<u8> { std::fs::read(name).unwrap() }
//! # fn main() -> leafcutter::Result<()> {
//! let (config, tokenizer, weights) = (read("config.json"), read("tokenizer.json"), read("model.safetensors"));
//! let encoder = Encoder::load(&ModelFiles {
//!     config: &config,
//!     tokenizer: &tokenizer,
//!     weights: &weights,
//!     pooling: None,
//!     prompts: None,
//!     sentence_config: None,
//! }, Precision::Int8)?;
//! let embeddings = encoder.embed(&["A whale surfaced."], Role::Passage)?;
//! assert_eq!(embeddings.dimensions(), encoder.dimensions());
//! # Ok(())
//! # }
//! ```
//!
//! The way of a text: [`Tokenizer`] cuts it into wordpieces, `int8` or `bert` computes a vector for each, `pooling` makes
//! one of them. Every file arrives as bytes, so that this runs where there is no file system. A [`CrossEncoder`] reads a
//! question and a passage together instead, and gives one score for the pair; a [`Detector`] says whether a text speaks to a
//! model.

mod added_tokens;
mod artefact;
mod bert;
mod components;
mod config;
mod cross_encoder;
mod detector;
mod encoder;
mod identity;
mod int8;
mod loader;
mod network;
mod outside;
mod pairs;
mod pieces;
mod pooling;
mod tokenizer;
mod weights;

use serde::{Deserialize, Serialize};

pub use config::{Pooling, Prompts};
pub use cross_encoder::CrossEncoder;
pub use detector::Detector;
pub use encoder::Encoder;
pub use identity::ModelIdentity;
pub use int8::Kernel;
pub use loader::Loader;
pub use outside::OutsideModel;
pub use tokenizer::Tokenizer;

/// What a network computes in. Embeddings of different precisions are close, but not to be mixed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// Weights of 8 bits: a quarter of the memory and several times the speed.
    #[default]
    Int8,
    /// As published: the reference.
    F32,
}

impl Precision {
    /// `int8` or `f32`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Int8 => "int8",
            Self::F32 => "f32",
        }
    }

    /// The precision of this name, if there is one.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Int8, Self::F32].into_iter().find(|precision| precision.name() == name)
    }
}

/// The files of a sentence-transformers folder, named by where they stand in it.
#[derive(Clone, Copy, Debug)]
pub struct ModelFiles<'a> {
    /// `config.json`.
    pub config: &'a [u8],
    /// `tokenizer.json`.
    pub tokenizer: &'a [u8],
    /// `model.safetensors`.
    pub weights: &'a [u8],
    /// `1_Pooling/config.json`; without it, the mean is pooled.
    pub pooling: Option<&'a [u8]>,
    /// `config_sentence_transformers.json`; without it, no prompts.
    pub prompts: Option<&'a [u8]>,
    /// `sentence_bert_config.json`; without it, the length is that of the position embeddings, 512 at most.
    pub sentence_config: Option<&'a [u8]>,
}

/// An error about the model file `file`.
fn model_file(file: &'static str, reason: impl std::fmt::Display) -> crate::Error {
    crate::Error::ModelFile { file, reason: reason.to_string() }
}

const CONFIG: &str = "config.json";
const TOKENIZER: &str = "tokenizer.json";
const WEIGHTS: &str = "model.safetensors";
const POOLING: &str = "1_Pooling/config.json";
const PROMPTS: &str = "config_sentence_transformers.json";
const SENTENCE_CONFIG: &str = "sentence_bert_config.json";
