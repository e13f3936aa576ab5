//! What each target does with its bytes. `tests/corpus.rs` of the checkout does the same with every file of the corpus.

mod documents;
mod indexes;
#[cfg(feature = "encoder")]
mod models;
#[cfg(feature = "encoder")]
mod seeds;

pub use documents::{filter, front_matter, html, markdown, page, sensitive};
pub use indexes::{adapter, delta, derived, shard, snapshot};
#[cfg(feature = "encoder")]
pub use models::{artefact, detector, model_folder, tokenizer_input, weights};
#[cfg(feature = "encoder")]
pub use seeds::seeds;

/// A name, and what is done with bytes.
type Target = (&'static str, fn(&[u8]));

pub const TARGETS: &[Target] = &[
    ("snapshot", snapshot),
    ("delta", delta),
    ("derived", derived),
    ("shard", shard),
    ("adapter", adapter),
    ("markdown", markdown),
    ("front_matter", front_matter),
    ("html", html),
    ("page", page),
    ("sensitive", sensitive),
    ("filter", filter),
    #[cfg(feature = "encoder")]
    ("model_folder", model_folder),
    #[cfg(feature = "encoder")]
    ("weights", weights),
    #[cfg(feature = "encoder")]
    ("artefact", artefact),
    #[cfg(feature = "encoder")]
    ("detector", detector),
    #[cfg(feature = "encoder")]
    ("tokenizer_input", tokenizer_input),
];
