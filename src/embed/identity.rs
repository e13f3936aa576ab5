//! What decides a model's embeddings, to tell whether two of them can be compared.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Precision;
use super::config::{Pooling, Prompts};

/// Embeddings of equal identities live in one space; others must never be compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ModelIdentity {
    /// SHA-256 of the `model.safetensors` that the weights are from, in hexadecimal like the next two.
    pub weights: String,
    /// SHA-256 of `tokenizer.json`.
    pub tokenizer: String,
    /// SHA-256 of `config.json`.
    pub config: String,
    pub pooling: Pooling,
    pub prompts: Prompts,
    /// The most tokens read of a text, special ones included.
    pub max_length: u32,
    /// Whether texts are put in lower case before the tokenizer sees them.
    pub lowercase: bool,
    /// What the network computes in.
    pub precision: Precision,
    /// Which way of rounding it has, which any change of the bits that int8 gives counts up; 0 for f32.
    pub scheme: u32,
    /// Values in an embedding.
    pub dimensions: u32,
}

impl fmt::Display for ModelIdentity {
    /// One line, the same for equal identities; the hashes are cut to 64 bits.
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let short = |hash: &str| hash.get(..16).unwrap_or(hash).to_owned();
        write!(
            formatter,
            "model {} (tokenizer {}, config {}, {} dimensions in {}{}, {} pooling, {} tokens{}, prompts {:?} and {:?})",
            short(&self.weights),
            short(&self.tokenizer),
            short(&self.config),
            self.dimensions,
            self.precision.name(),
            if self.scheme == 0 { String::new() } else { format!(" {}", self.scheme) },
            match self.pooling {
                Pooling::Mean => "mean",
                Pooling::Cls => "cls",
                Pooling::Max => "max",
            },
            self.max_length,
            if self.lowercase { " in lower case" } else { "" },
            self.prompts.query,
            self.prompts.passage,
        )
    }
}

/// SHA-256 in lower-case hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hexadecimal(Sha256::new().chain_update(bytes))
}

/// The digest of what `hasher` has seen, in lower-case hexadecimal.
pub(super) fn hexadecimal(hasher: Sha256) -> String {
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
