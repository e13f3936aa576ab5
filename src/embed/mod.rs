//! Texts to embeddings with a BERT-family model of a sentence-transformers folder, computed in f32.
//!
//! ```no_run
//! use leafcutter::embed::{Encoder, ModelFiles};
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
//! })?;
//! let embeddings = encoder.embed(&["A whale surfaced."], Role::Passage)?;
//! assert_eq!(embeddings.dimensions(), encoder.dimensions());
//! # Ok(())
//! # }
//! ```
//!
//! The way of a text: [`Tokenizer`] cuts it into wordpieces, `bert` computes a vector for each, `pooling` makes one of
//! them. Every file arrives as bytes, so that this runs where there is no file system.

mod bert;
mod components;
mod config;
mod encoder;
mod identity;
mod pieces;
mod pooling;
mod tokenizer;
mod weights;

pub use config::{Pooling, Prompts};
pub use encoder::{Encoder, Loader};
pub use identity::ModelIdentity;
pub use tokenizer::Tokenizer;

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
